/**
 * Scan: the rows that a statement sees. A key that is given in full is looked up in its unique index; anything else reads
 * the whole table in the order in which its versions were written. Both see the same rows; serializable transactions differ
 * in what they have read.
 */
import { passVersion, readIndex, readRelation, readVersion, serializableOf } from './serializable.ts'
import { visible } from './heap.ts'
import type { StatementRun } from './statement-run.ts'
import type { Table, Typed } from './typed.ts'
import { type Value, compare } from './values.ts'
import { keepsKeys } from './unique.ts'

/** The places of the versions that the statement sees, where its condition may hold. @param where worked out by `fold` */
export function scan(run: StatementRun, where: Typed | null): number[] {
  if (where?.kind === 'constant' && where.value !== true) return []
  const { state, connection, running, heap, table } = run
  const me = serializableOf(state, connection)
  const lookup = lookupOf(table, where)
  const seen = (place: number): boolean => visible(heap.versions[place]!, running.snapshot, connection)
  const all = heap.versions.map((_, place) => place)
  const found = lookup === null ? all : all.filter((place) => matches(run, lookup, place))
  if (me === undefined) return found.filter(seen)
  const pass = (place: number): void =>
    passVersion(state, me, heap.versions[place]!, seen(place), running.snapshot)
  if (lookup === null) {
    readRelation(me, table.name)
    for (const place of found) pass(place)
    return found.filter(seen)
  }
  readIndex(me, table.name, lookup.index)
  const rows: number[] = []
  for (const root of found.filter((place) => !hasOlder(run, place))) {
    // From a row’s entry on, as far as the version that is seen.
    for (let place: number | undefined = root; place !== undefined; place = newer(run, place)) {
      pass(place)
      if (!seen(place)) continue
      if (heap.versions[place]!.created !== connection) readVersion(me, table.name, place)
      rows.push(place)
      break
    }
  }
  return rows
}

interface Lookup {
  readonly index: number
  /** The values of the index’s columns, in their order. */
  readonly key: readonly Value[]
}

/** The unique index of which a condition gives every column, if there is one. */
function lookupOf(table: Table, where: Typed | null): Lookup | null {
  if (where === null) return null
  const parts = where.kind === 'and' ? where.operands : [where]
  const given = new Map<number, Value>()
  for (const part of parts) {
    if (part.kind !== 'apply' || part.operation !== '=') continue
    const [left, right] = part.operands as [Typed, Typed]
    const column = columnIn(left) ?? columnIn(right)
    const value = left.kind === 'constant' ? left : right
    if (column === null || value.kind !== 'constant' || given.has(column)) continue
    given.set(column, value.value)
  }
  const index = table.indexes.findIndex(({ columns }) => columns.every((column) => given.has(column)))
  if (index === -1) return null
  return { index, key: table.indexes[index]!.columns.map((column) => given.get(column)!) }
}

function columnIn(typed: Typed): number | null {
  if (typed.kind === 'field') return typed.column
  // An integer’s index serves comparisons with a bigint as well.
  const widened = typed.kind === 'apply' && typed.operation === 'cast' && typed.type === 'bigint'
  return widened && typed.operands[0]!.kind === 'field' ? typed.operands[0]!.column : null
}

function matches(run: StatementRun, { index, key }: Lookup, place: number): boolean {
  const version = run.heap.versions[place]!
  if (version.entries !== undefined && version.entries <= index) return false
  return run.table.indexes[index]!.columns.every((column, part) => {
    const [left, right] = [version.values[column]!, key[part]!]
    if (left === null || right === null) return false
    const type = typeof left === typeof right ? run.table.columns[column]!.type : 'bigint'
    return compare(left, right, type) === 0
  })
}

/** Does a version stand in the indexes through an older one of its row? */
function hasOlder(run: StatementRun, place: number): boolean {
  return run.heap.versions.some((_, older) => newer(run, older) === place)
}

/** The next version of a row, if the same index entries lead to it. */
function newer(run: StatementRun, place: number): number | undefined {
  const { next, values } = run.heap.versions[place]!
  if (next === undefined) return undefined
  const version = run.heap.versions[next]
  return version !== undefined && keepsKeys(run.table, values, version.values) ? next : undefined
}
