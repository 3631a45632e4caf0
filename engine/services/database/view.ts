/**
 * What the views show of a database: the rows that are committed, what open transactions have made of them, who holds the lock of
 * a row and who waits for it.
 */
import type { ConnectionId } from '../service.ts'
import { setupOf } from './schema.ts'
import type { DatabaseState, Version } from './state.ts'
import type { Table } from './typed.ts'
import { type Value, toText } from './values.ts'

/**
 * - `committed`: every new statement sees it.
 * - `new`: made by a transaction that is open; no other one sees it.
 * - `replaced`, `deleted`: committed, but an open transaction has changed or deleted it.
 * - `past`: no longer the newest, but some open transaction still sees it.
 */
export type RowStanding = 'committed' | 'new' | 'replaced' | 'deleted' | 'past'

export interface RowView {
  readonly values: readonly string[]
  readonly standing: RowStanding
  /** The transaction that has made, changed or deleted it, by its connection; null where that is committed. */
  readonly by: ConnectionId | null
  /** Who holds the lock of the row; null: nobody. */
  readonly lockedBy: ConnectionId | null
  /** Those whose statement waits at this row, in the order in which they came. */
  readonly waiting: readonly ConnectionId[]
}

export interface TransactionView {
  readonly connection: ConnectionId
  readonly isolation: string
  /** It has met an error, and can only be rolled back. */
  readonly failed: boolean
  /** The transaction whose end it waits for; null: it does not wait. */
  readonly waitsFor: ConnectionId | null
}

export interface DatabaseView {
  readonly kind: 'tables'
  readonly tables: readonly {
    readonly name: string
    readonly columns: readonly string[]
    readonly rows: readonly RowView[]
  }[]
  /** Those that were begun and are not at their end; single statements only while they wait. */
  readonly transactions: readonly TransactionView[]
}

/** For `ServerNodeOptions.show`. */
export function databaseView(state: DatabaseState): DatabaseView {
  const { schema } = setupOf(state.setup)
  return {
    kind: 'tables',
    tables: Object.values(schema).map((table) => ({
      name: table.name,
      columns: table.columns.map(({ name }) => name),
      rows: state.tables[table.name]!.versions.map((version, place) => rowView(state, table, version, place)),
    })),
    transactions: Object.entries(state.sessions).flatMap(([connection, { transaction, running }]) => {
      const waitsFor = running?.blocker ?? null
      if (transaction === null || (transaction.implicit && waitsFor === null)) return []
      const { isolation, failed } = transaction
      return [{ connection, isolation, failed, waitsFor }]
    }),
  }
}

function rowView(state: DatabaseState, table: Table, version: Version, place: number): RowView {
  const { created, ended, locked, replaced } = version
  const values = version.values.map((value, column) =>
    shown(value, table.columns[column]!.type === 'timestamptz'),
  )
  const waiting = state.waiting.filter((connection) => {
    const { running } = state.sessions[connection]!
    const isBlocked = running !== null && running.blocker !== null
    return isBlocked && running.table === table.name && running.todo?.[0] === place
  })
  const ender = typeof ended === 'string' ? ended : null
  const common = { values, lockedBy: ender ?? locked ?? null, waiting }
  if (typeof created === 'string') return { ...common, standing: 'new', by: created, lockedBy: created }
  if (typeof ended === 'number') return { ...common, standing: 'past', by: null }
  if (ender === null) return { ...common, standing: 'committed', by: null }
  return { ...common, standing: replaced ? 'replaced' : 'deleted', by: ender }
}

/** A time is shown by how far from now it is. */
function shown(value: Value, isTime: boolean): string {
  if (value === null) return 'null'
  return isTime && typeof value === 'number' ? `${value < 0 ? '−' : '+'}${Math.abs(value)} ms` : toText(value)
}
