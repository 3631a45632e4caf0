/**
 * Unique indexes: a new version enters them one by one, and waits where another transaction has yet to decide whether its
 * key is there. Reference: PostgreSQL’s _bt_check_unique and its README of unique checks.
 */
import { write } from './serializable.ts'
import { SqlError } from './sql-error.ts'
import { MustWait, type StatementRun } from './statement-run.ts'
import type { Version } from './state.ts'
import type { Table, UniqueIndex } from './typed.ts'
import { type Value, compare, toText } from './values.ts'

/** Are the keys of two rows equal? Nulls are equal to nothing. */
function sameKey(table: Table, index: UniqueIndex, left: readonly Value[], right: readonly Value[]): boolean {
  return index.columns.every((column) => {
    const [first, second] = [left[column]!, right[column]!]
    return first !== null && second !== null && compare(first, second, table.columns[column]!.type) === 0
  })
}

/** Does a version stand in this index? */
function stands(version: Version, index: number): boolean {
  return version.entries === undefined || version.entries > index
}

/**
 * The place of a row that stands in the way of a key; null where there is none.
 * @throws MustWait where that depends on an open transaction
 */
export function rival(
  run: StatementRun,
  index: number,
  values: readonly Value[],
  except: number | null,
): number | null {
  const unique = run.table.indexes[index]!
  for (const [place, version] of run.heap.versions.entries()) {
    if (place === except || !stands(version, index)) continue
    if (!sameKey(run.table, unique, version.values, values)) continue
    const { created, ended } = version
    if (typeof created === 'string' && created !== run.connection) throw new MustWait(created)
    if (ended === undefined) return place
    if (typeof ended === 'string' && ended !== run.connection) throw new MustWait(ended)
  }
  return null
}

/**
 * Puts the pending version into the indexes in which it does not stand yet.
 * @throws MustWait, or SqlError 23505 where its key is taken
 */
export function enterIndexes(run: StatementRun): void {
  const { running, heap, table } = run
  const place = running.pending!
  const version = heap.versions[place]!
  for (let index = version.entries ?? table.indexes.length; index < table.indexes.length; index++) {
    const taken = rival(run, index, version.values, place)
    write(run.state, run.connection, table.name, { kind: 'index', index })
    if (taken !== null) throw violation(table, table.indexes[index]!, version.values)
    version.entries = index + 1
  }
  delete version.entries
  running.pending = null
}

/** Adds a version that has yet to enter the indexes. */
export function addPending(run: StatementRun, values: Value[]): void {
  run.heap.versions.push({ values, created: run.connection, fresh: true, entries: 0 })
  run.running.pending = run.heap.versions.length - 1
}

/** Does a change keep all keys? The row’s new version then needs no entries of its own. */
export function keepsKeys(table: Table, old: readonly Value[], values: readonly Value[]): boolean {
  return table.indexes.every(({ columns }) => columns.every((column) => old[column] === values[column]))
}

function violation(table: Table, index: UniqueIndex, values: readonly Value[]): SqlError {
  const names = index.columns.map((column) => table.columns[column]!.name).join(', ')
  const times = index.columns.some((column) => table.columns[column]!.type === 'timestamptz')
  const texts = index.columns.map((column) => keyText(values[column]!)).join(', ')
  const detail = times ? {} : { detail: `Key (${names})=(${texts}) already exists.` }
  return new SqlError('23505', `duplicate key value violates unique constraint "${index.name}"`, {
    ...detail,
    table: table.name,
    constraint: index.name,
  })
}

function keyText(value: Value): string {
  if (value === null) return 'null'
  return typeof value === 'boolean' ? (value ? 't' : 'f') : toText(value)
}
