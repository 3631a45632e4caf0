/**
 * State: what the database holds, as plain data. A row is a list of versions, and who made or ended one is either a
 * transaction that is still open, named by its connection, or a number that says which snapshots see it.
 *
 * Commits have no numbers that grow for ever: after each event they are renumbered by the snapshots that are still open,
 * so that databases which answer alike are equal.
 */
import type { Plain } from '../../api.ts'
import type { ConnectionId } from '../service.ts'
import type { SerializableTransaction } from './serializable.ts'
import type { Isolation } from './syntax.ts'
import type { Value } from './values.ts'

/** An open transaction’s connection, or the number of a commit: a snapshot sees what has its own number or a smaller one. */
export type Stamp = ConnectionId | number

/** One version of a row. */
export interface Version {
  values: Value[]
  created: Stamp
  /** Absent: it is the newest of its row. */
  ended?: Stamp
  /** It was ended by an update; else by a delete. */
  replaced?: true
  /** The place of the version that replaced it. */
  next?: number
  /** Who holds the row’s lock without having changed the row. Invariant: an open transaction. */
  locked?: ConnectionId
  /** Made by a statement that is not at its end. */
  fresh?: true
  /** In how many unique indexes it stands so far; absent: in all. */
  entries?: number
  /** The serializable transactions that made and ended it, as long as they matter to others. */
  createdBy?: string
  endedBy?: string
}

export interface TableState {
  /** In the order in which they were written: what a scan without `order by` gives. */
  versions: Version[]
  /** The next number of each serial column. Invariant: never falls, not even by a rollback. */
  sequences: { [column: string]: number }
}

export interface Transaction {
  isolation: Isolation
  /** A single statement without `begin`. */
  implicit: boolean
  /** It was rolled back by an error, and waits for the client to say so too. */
  failed: boolean
  /** It has looked at rows: its isolation level stands. */
  queried: boolean
  /** What it sees from its first statement on; null before, and with read committed. */
  snapshot: number | null
  /** How long ago it began, in milliseconds: `now()` is that moment. */
  age: number
  /** Its number among those that have written, oldest first; null before it writes. */
  order: number | null
}

/** A query as it came. */
export interface Command {
  readonly text: string
  /** Null: a query without values. */
  readonly values: readonly Plain[] | null
}

/** A statement under way, so that it can go on after a wait. */
export interface Running {
  request: number
  command: Command
  snapshot: number
  /** The table that it is about; null before it has begun, and without a table. */
  table: string | null
  /** The places of the versions that it has yet to visit; null before it has begun. */
  todo: number[] | null
  /** How many rows of an insert are done. */
  inserted: number
  /** The rows that it gives back so far. */
  rows: { [column: string]: Plain }[]
  /** The rows that it has changed or found so far. */
  count: number
  /** The row that is to be inserted, once its defaults are known. */
  values: Value[] | null
  /** The version whose index entries are being made. */
  pending: number | null
  /** The transaction that it waits for; null: none. */
  blocker: ConnectionId | null
}

export interface Session {
  transaction: Transaction | null
  running: Running | null
  /** Queries that came while another one was under way. */
  queue: { request: number; command: Command }[]
  /** Its client is gone, which the server does not notice before the statement under way is at its end. */
  gone?: true
}

export interface DatabaseState {
  /** The text that defines the tables. */
  readonly setup: string
  /** How far back times are told apart, in milliseconds. */
  readonly pastMax: number
  tables: { [name: string]: TableState }
  sessions: { [connection: ConnectionId]: Session }
  /** The connections whose statements wait, in the order in which they began to. */
  waiting: ConnectionId[]
  /** Serializable transactions, open ones and those that committed but overlap with open ones. */
  serializable: SerializableTransaction[]
  /** How many of them have committed, counted twice each: when they decide to, and when they have. */
  commits: number
  /** The `order` that the next transaction gets which writes. */
  nextOrder: number
}
