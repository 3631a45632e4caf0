/**
 * Serializable transactions: who read what another one wrote without seeing it. Where such dependencies make a dangerous
 * structure, one transaction is cancelled, by the same rules as PostgreSQL’s and so in the same places.
 *
 * Reference: M. Cahill, U. Röhm, A. Fekete, “Serializable Isolation for Snapshot Databases”, 2008; D. Ports, K. Grittner,
 * “Serializable Snapshot Isolation in PostgreSQL”, 2012; PostgreSQL’s predicate.c and README-SSI for the rules.
 */
import type { ConnectionId } from '../service.ts'
import { SqlError } from './sql-error.ts'
import type { DatabaseState, Version } from './state.ts'

/** What a transaction has read in one table. */
export interface Reads {
  /** All of it. */
  relation?: true
  /** All rows that there are: so many were read one by one that PostgreSQL does not keep them apart. */
  page?: true
  /** The places of versions, ascending. */
  versions: number[]
  /** Places of unique indexes in which a key was looked up. An index of so few rows is one page, and so one thing. */
  indexes: number[]
}

export interface SerializableTransaction {
  /** Its connection while it is open; after its commit `#0`, `#1`… in the order of the commits. */
  name: string
  committed: boolean
  /** It must fail, as soon as it notices. */
  doomed: boolean
  wrote: boolean
  /** The number of the last commit before its snapshot, and its own two. */
  lastCommit: number
  prepared: number | null
  commit: number | null
  /** The first of the commits of those that it read past; null: there is none. */
  earliestOut: number | null
  /** The oldest `order` that was open when it took its snapshot, and the next one when it ended. */
  oldest: number
  endedBefore: number | null
  /** Those whose writes it did not see, though it read there. Sorted. */
  readPast: string[]
  reads: { [table: string]: Reads }
}

/** PostgreSQL’s max_pred_locks_per_page. */
const VERSIONS_MAX = 2

function failure(reason: string): SqlError {
  return new SqlError(
    '40001',
    'could not serialize access due to read/write dependencies among transactions',
    { detail: `Reason code: ${reason}.`, hint: 'The transaction might succeed if retried.' },
  )
}

export function serializableOf(state: DatabaseState, name: string): SerializableTransaction | undefined {
  return state.serializable.find((transaction) => transaction.name === name)
}

/** A serializable transaction takes its snapshot. */
export function beginSerializable(state: DatabaseState, connection: ConnectionId): void {
  let oldest = state.nextOrder
  for (const { transaction } of Object.values(state.sessions)) {
    if (transaction !== null && transaction.order !== null) oldest = Math.min(oldest, transaction.order)
  }
  state.serializable.push({
    name: connection,
    committed: false,
    doomed: false,
    wrote: false,
    lastCommit: state.commits,
    prepared: null,
    commit: null,
    earliestOut: null,
    oldest,
    endedBefore: null,
    readPast: [],
    reads: {},
  })
}

function readsOf(me: SerializableTransaction, table: string): Reads {
  return (me.reads[table] ??= { versions: [], indexes: [] })
}

/** It reads all of a table. */
export function readRelation(me: SerializableTransaction, table: string): void {
  const reads = readsOf(me, table)
  reads.relation = true
  // The wider lock takes the place of the narrower ones, those on indexes apart.
  reads.versions = []
  delete reads.page
}

/** It looks a key up in a unique index. */
export function readIndex(me: SerializableTransaction, table: string, index: number): void {
  const { indexes } = readsOf(me, table)
  if (!indexes.includes(index)) indexes.push(index)
  indexes.sort((left, right) => left - right)
}

/** It reads one version that it did not write itself. */
export function readVersion(me: SerializableTransaction, table: string, place: number): void {
  const reads = readsOf(me, table)
  if (reads.relation || reads.page || reads.versions.includes(place)) return
  reads.versions.push(place)
  reads.versions.sort((left, right) => left - right)
  if (reads.versions.length > VERSIONS_MAX) {
    reads.page = true
    reads.versions = []
  }
}

/**
 * It comes by a version while it reads.
 * @throws SqlError 40001
 */
export function passVersion(
  state: DatabaseState,
  me: SerializableTransaction,
  version: Version,
  seen: boolean,
  snapshot: number,
): void {
  if (me.doomed) throw failure('Canceled on identification as a pivot, during conflict out checking')
  if (seen && version.ended === undefined) return
  const stamp = seen ? version.ended! : version.created
  const writerName = typeof stamp === 'string' ? stamp : seen ? version.endedBy : version.createdBy
  // What is in the snapshot is no conflict.
  if (writerName === undefined || (typeof stamp === 'number' && stamp <= snapshot)) return
  const writer = serializableOf(state, writerName)
  if (writer === undefined || writer === me || writer.doomed) return
  if (!me.readPast.includes(writer.name)) flag(state, me, writer, me)
}

/** What a write touches; the narrowest first, as PostgreSQL looks. */
export type Target =
  | { readonly kind: 'row'; readonly place: number }
  | { readonly kind: 'insert' }
  | { readonly kind: 'index'; readonly index: number }

/**
 * It writes, where others may have read.
 * @throws SqlError 40001
 */
export function write(state: DatabaseState, connection: ConnectionId, table: string, target: Target): void {
  const me = serializableOf(state, connection)
  if (me === undefined) return
  if (me.doomed) throw failure('Canceled on identification as a pivot, during conflict in checking')
  me.wrote = true
  const check = (touched: (reads: Reads) => boolean): void => {
    for (const reader of state.serializable) {
      const reads = reader.reads[table]
      if (reader === me || reads === undefined || !touched(reads) || reader.doomed) continue
      if (reader.committed && me.oldest >= reader.endedBefore!) continue
      if (!reader.readPast.includes(me.name)) flag(state, reader, me, me)
    }
  }
  if (target.kind === 'index') {
    check(({ indexes }) => indexes.includes(target.index))
    return
  }
  if (target.kind === 'row') {
    check(({ versions }) => versions.includes(target.place))
    const own = me.reads[table]
    // Who writes a row needs no note of having read it.
    if (own !== undefined) own.versions = own.versions.filter((place) => place !== target.place)
    check(({ page }) => page === true)
  }
  check(({ relation }) => relation === true)
}

/** A reader did not see what a writer wrote: remembered, unless it makes a dangerous structure. */
function flag(
  state: DatabaseState,
  reader: SerializableTransaction,
  writer: SerializableTransaction,
  me: SerializableTransaction,
): void {
  if (dangerous(state, reader, writer)) {
    if (me === writer) throw failure('Canceled on identification as a pivot, during write')
    if (writer.prepared !== null) throw failure('Canceled on conflict out to pivot, during read')
    writer.doomed = true
  }
  reader.readPast.push(writer.name)
  reader.readPast.sort()
}

function dangerous(
  state: DatabaseState,
  reader: SerializableTransaction,
  writer: SerializableTransaction,
): boolean {
  // The writer is committed and read past one that committed before it.
  if (writer.committed && writer.earliestOut !== null) return true
  // The writer is a pivot: it read past one that committed first of the three.
  for (const name of writer.readPast) {
    const last = serializableOf(state, name)
    if (last === undefined || last.prepared === null) continue
    if (reader.commit !== null && last.prepared > reader.commit) continue
    if (writer.commit !== null && last.prepared > writer.commit) continue
    if (isReadOnly(reader) && last.prepared > reader.lastCommit) continue
    return true
  }
  // The reader is a pivot, and the writer committed first of the three.
  if (writer.prepared === null || isReadOnly(reader)) return false
  return state.serializable.some(
    (first) =>
      first.readPast.includes(reader.name) &&
      !first.doomed &&
      (first.commit === null || first.commit >= writer.prepared!) &&
      (!isReadOnly(first) || first.lastCommit >= writer.prepared!),
  )
}

/** Only looking back can one be sure: a transaction is read only if it has committed without a write. */
function isReadOnly(transaction: SerializableTransaction): boolean {
  return transaction.committed && !transaction.wrote
}

/**
 * It is about to commit: those who would then be pivots must fail, or it must itself.
 * @throws SqlError 40001
 */
export function prepare(state: DatabaseState, connection: ConnectionId): void {
  const me = serializableOf(state, connection)
  if (me === undefined) return
  if (me.doomed) throw failure('Canceled on identification as a pivot, during commit attempt')
  for (const near of state.serializable) {
    if (!near.readPast.includes(me.name) || near.committed || near.doomed) continue
    const far = state.serializable.find(
      (other) => other.readPast.includes(near.name) && (other === me || (!other.committed && !other.doomed)),
    )
    if (far !== undefined) near.doomed = true
  }
  me.prepared = ++state.commits
}

/** It has committed. Gives the name by which it is known from now on; null if it was not serializable. */
export function commitSerializable(state: DatabaseState, connection: ConnectionId): string | null {
  const me = serializableOf(state, connection)
  if (me === undefined) return null
  me.endedBefore = state.nextOrder
  me.committed = true
  me.commit = ++state.commits
  const isCommitted = (name: string): boolean => serializableOf(state, name)!.committed
  if (!isReadOnly(me)) {
    for (const name of me.readPast) {
      const { committed, prepared } = serializableOf(state, name)!
      if (committed) me.earliestOut = Math.min(me.earliestOut ?? prepared!, prepared!)
    }
  }
  me.readPast = me.readPast.filter((name) => !isCommitted(name))
  for (const other of state.serializable) {
    if (other.committed) other.readPast = other.readPast.filter((name) => name !== me.name)
  }
  const name = `#${state.serializable.filter(({ committed }) => committed).length - 1}`
  rename(state, me.name, name)
  // Open ones come first, committed ones in the order of their commits.
  state.serializable = [...state.serializable.filter((other) => other !== me), me]
  clearOld(state, me.oldest)
  return serializableOf(state, name) === me ? name : null
}

/** It was rolled back. */
export function rollbackSerializable(state: DatabaseState, connection: ConnectionId): void {
  const me = serializableOf(state, connection)
  if (me === undefined) return
  forget(state, me)
  clearOld(state, me.oldest)
}

function forget(state: DatabaseState, gone: SerializableTransaction): void {
  state.serializable = state.serializable.filter((other) => other !== gone)
  for (const other of state.serializable) other.readPast = other.readPast.filter((name) => name !== gone.name)
  for (const { versions } of Object.values(state.tables)) {
    for (const version of versions) {
      if (version.createdBy === gone.name) delete version.createdBy
      if (version.endedBy === gone.name) delete version.endedBy
    }
  }
}

/** Those who ended before any open one took its snapshot can’t matter any more. */
function clearOld(state: DatabaseState, oldestOfEnded: number): void {
  const open = state.serializable.filter(({ committed }) => !committed)
  const oldest = Math.min(...open.map((transaction) => transaction.oldest))
  if (open.length > 0 && oldest <= oldestOfEnded) return
  for (const other of state.serializable.filter(({ committed }) => committed)) {
    if (open.length > 0 && other.endedBefore! > oldest) break
    forget(state, other)
  }
}

/** Changes a name everywhere in the dependencies and in the notes on versions. */
export function rename(state: DatabaseState, from: string, to: string): void {
  for (const transaction of state.serializable) {
    if (transaction.name === from) transaction.name = to
    transaction.readPast = transaction.readPast.map((name) => (name === from ? to : name)).sort()
  }
  for (const { versions } of Object.values(state.tables)) {
    for (const version of versions) {
      if (version.createdBy === from) version.createdBy = to
      if (version.endedBy === from) version.endedBy = to
    }
  }
}

/** Versions have new places. */
export function renumberReads(
  state: DatabaseState,
  table: string,
  places: readonly (number | undefined)[],
): void {
  for (const { reads } of state.serializable) {
    const own = reads[table]
    if (own === undefined) continue
    own.versions = own.versions.map((place) => places[place]).filter((place) => place !== undefined)
  }
}

/** Names and numbers by their order alone, so that equal situations are equal. */
export function normaliseSerializable(state: DatabaseState): void {
  const open = state.serializable.filter(({ committed }) => !committed)
  open.sort((left, right) => (left.name < right.name ? -1 : 1))
  const ended = state.serializable.filter(({ committed }) => committed)
  state.serializable = [...open, ...ended]
  // Each new name is at most as high as the old one, so that none is taken twice.
  ended.forEach(({ name }, index) => {
    if (name !== `#${index}`) rename(state, name, `#${index}`)
  })
  const byOrder = ranks([
    state.commits,
    ...state.serializable.flatMap(({ lastCommit, prepared, commit, earliestOut }) => [
      lastCommit,
      prepared,
      commit,
      earliestOut,
    ]),
  ])
  state.commits = byOrder(state.commits)
  const transactions = Object.values(state.sessions)
    .map(({ transaction }) => transaction)
    .filter((transaction) => transaction !== null)
  // Before there is any serializable transaction, who wrote first makes no difference.
  if (state.serializable.length === 0) {
    for (const transaction of transactions) if (transaction.order !== null) transaction.order = 0
    state.nextOrder = 1
    return
  }
  const byAge = ranks([
    state.nextOrder,
    ...transactions.map(({ order }) => order),
    ...state.serializable.flatMap(({ oldest, endedBefore }) => [oldest, endedBefore]),
  ])
  state.nextOrder = byAge(state.nextOrder)
  for (const transaction of transactions) {
    if (transaction.order !== null) transaction.order = byAge(transaction.order)
  }
  for (const transaction of state.serializable) {
    transaction.lastCommit = byOrder(transaction.lastCommit)
    transaction.oldest = byAge(transaction.oldest)
    for (const field of ['prepared', 'commit', 'earliestOut'] as const) {
      const number = transaction[field]
      if (number !== null) transaction[field] = byOrder(number)
    }
    if (transaction.endedBefore !== null) transaction.endedBefore = byAge(transaction.endedBefore)
  }
}

function ranks(numbers: readonly (number | null)[]): (number: number) => number {
  const sorted = [...new Set(numbers.filter((number) => number !== null))].sort((left, right) => left - right)
  return (number) => sorted.indexOf(number)
}
