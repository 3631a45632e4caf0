/**
 * Heap: which versions of rows a statement sees, what becomes of them at the end of a transaction, and how they are
 * renumbered so that equal databases are equal data.
 * Reference: PostgreSQL 15, section 13.2, and the rules of its heap_update and heap_lock_tuple.
 */
import type { ConnectionId } from '../service.ts'
import { normaliseSerializable, renumberReads } from './serializable.ts'
import type { DatabaseState, Session, Stamp, TableState, Version } from './state.ts'

/** Does a statement that begins see this version? What it does itself comes after it has looked. */
export function visible(version: Version, snapshot: number, connection: ConnectionId): boolean {
  const { created, ended } = version
  if (typeof created === 'number' ? created > snapshot : created !== connection) return false
  if (ended === undefined) return true
  return typeof ended === 'number' ? ended > snapshot : ended !== connection
}

/** Another open transaction that has ended or locked this version; else null. */
export function holder(version: Version, connection: ConnectionId): ConnectionId | null {
  for (const stamp of [version.ended, version.locked]) {
    if (typeof stamp === 'string' && stamp !== connection) return stamp
  }
  return null
}

/** The snapshot that sees everything that is committed now. */
export function snapshotNow(state: DatabaseState): number {
  let latest = 0
  for (const snapshot of snapshots(state)) latest = Math.max(latest, snapshot)
  for (const { versions } of Object.values(state.tables)) {
    for (const { created, ended } of versions) {
      if (typeof created === 'number') latest = Math.max(latest, created)
      if (typeof ended === 'number') latest = Math.max(latest, ended)
    }
  }
  return latest
}

/** The snapshots that something still looks at. */
function snapshots(state: DatabaseState): number[] {
  const found: number[] = []
  for (const { transaction, running } of Object.values(state.sessions)) {
    if (transaction !== null && transaction.snapshot !== null && !transaction.failed)
      found.push(transaction.snapshot)
    if (running !== null) found.push(running.snapshot)
  }
  return found
}

/** What a transaction did takes effect. @param by the name of the serializable transaction that it was, if it was one */
export function commitVersions(state: DatabaseState, connection: ConnectionId, by: string | null): void {
  const commit = snapshotNow(state) + 1
  for (const { versions } of Object.values(state.tables)) {
    for (const version of versions) {
      if (version.locked === connection) delete version.locked
      if (version.created === connection) {
        version.created = commit
        if (by !== null) version.createdBy = by
      }
      if (version.ended === connection) {
        version.ended = commit
        if (by !== null) version.endedBy = by
      }
    }
  }
}

/** What a transaction did never was. */
export function rollbackVersions(state: DatabaseState, connection: ConnectionId): void {
  for (const [name, table] of Object.entries(state.tables)) {
    for (const version of table.versions) {
      if (version.locked === connection) delete version.locked
      if (version.ended === connection) {
        delete version.ended
        delete version.replaced
        delete version.next
      }
    }
    keep(state, name, (version) => version.created !== connection)
  }
}

/** A statement is at its end: what it made is nothing new to the next one. */
export function finishVersions(state: DatabaseState, connection: ConnectionId): void {
  for (const { versions } of Object.values(state.tables)) {
    for (const version of versions) {
      if (version.created === connection) delete version.fresh
    }
  }
}

/** Leaves out versions; whatever names a version by its place is brought along. */
function keep(state: DatabaseState, name: string, stays: (version: Version) => boolean): void {
  const table = state.tables[name]!
  if (table.versions.every(stays)) return
  const places: (number | undefined)[] = []
  const kept: Version[] = []
  for (const version of table.versions) {
    places.push(stays(version) ? kept.length : undefined)
    if (stays(version)) kept.push(version)
  }
  for (const version of kept) {
    let next = version.next
    // The chain leads past what is left out.
    while (next !== undefined && places[next] === undefined) next = table.versions[next]!.next
    if (next === undefined) delete version.next
    else version.next = places[next]!
  }
  for (const { running } of Object.values(state.sessions)) {
    if (running?.table !== name) continue
    if (running.pending !== null) running.pending = places[running.pending] ?? null
    if (running.todo !== null) running.todo = renumbered(running.todo, places)
  }
  renumberReads(state, name, places)
  table.versions = kept
}

function renumbered(todo: readonly number[], places: readonly (number | undefined)[]): number[] {
  return todo.map((place) => places[place]).filter((place) => place !== undefined)
}

/** Gives a state its one form: what no one can see any more goes, and commits get the least numbers that do. */
export function normalise(state: DatabaseState): void {
  normaliseSerializable(state)
  const open = [...new Set(snapshots(state))].sort((left, right) => left - right)
  const rank = (commit: number): number => {
    let unseen = 0
    while (unseen < open.length && open[unseen]! < commit) unseen++
    return unseen
  }
  const ranked = (stamp: Stamp): Stamp => (typeof stamp === 'number' ? rank(stamp) : stamp)
  for (const table of Object.values(state.tables)) {
    for (const version of table.versions) {
      version.created = ranked(version.created)
      if (version.ended !== undefined) version.ended = ranked(version.ended)
    }
  }
  for (const session of Object.values(state.sessions)) renumberSnapshots(session, open)
  // While serializable transactions are about, even a version that no one sees says who wrote before whom.
  if (state.serializable.length > 0) return
  for (const name of Object.keys(state.tables)) {
    keep(state, name, ({ created, ended }) => typeof ended !== 'number' || created !== ended)
  }
}

function renumberSnapshots({ transaction, running }: Session, open: readonly number[]): void {
  if (transaction !== null && transaction.snapshot !== null) {
    transaction.snapshot = transaction.failed ? null : open.indexOf(transaction.snapshot)
  }
  if (running !== null) running.snapshot = open.indexOf(running.snapshot)
}

/** A connection’s name is changed everywhere. */
export function renameStamps(
  tables: { [name: string]: TableState },
  from: ConnectionId,
  to: ConnectionId,
): void {
  for (const { versions } of Object.values(tables)) {
    for (const version of versions) {
      if (version.created === from) version.created = to
      if (version.ended === from) version.ended = to
      if (version.locked === from) version.locked = to
    }
  }
}
