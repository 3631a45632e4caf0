/**
 * Runs inserts, with what `on conflict` does instead. Reference: PostgreSQL 15, INSERT, and its ExecInsert and
 * ExecOnConflictUpdate for what happens in which order.
 */
import { type Surroundings, evaluate, fold, holds } from './evaluate.ts'
import { holder, visible } from './heap.ts'
import { replace } from './run-statement.ts'
import { write } from './serializable.ts'
import { SqlError, concurrent } from './sql-error.ts'
import {
  MustWait,
  type StatementRun,
  changed,
  checkRow,
  defaultOf,
  give,
  keepsSnapshot,
  lock,
  takeOrder,
} from './statement-run.ts'
import type { Table, Typed, TypedConflict, TypedInsert, TypedOutput } from './typed.ts'
import { addPending, enterIndexes, rival } from './unique.ts'
import type { Value } from './values.ts'

export function insertRows(run: StatementRun, statement: TypedInsert): void {
  const { running, around, table } = run
  // What needs no row is worked out for all rows first: a division by zero in the last one inserts none.
  const rows = statement.rows.map((row) =>
    row.map(({ column, value }) => ({ column, value: value === null ? null : fold(value, around) })),
  )
  const conflict = statement.conflict === null ? null : foldConflict(statement.conflict, around)
  const arbiters = conflict === null ? [] : arbitersOf(table, conflict)
  const returning = statement.returning.map(({ name, expression }) => ({
    name,
    expression: fold(expression, around),
  }))
  for (; running.inserted < rows.length; running.inserted++) {
    running.values ??= rowOf(run, rows[running.inserted]!)
    insertOne(run, conflict, arbiters, returning)
    running.values = null
  }
}

function foldConflict(conflict: TypedConflict, around: Surroundings): TypedConflict {
  return {
    target: conflict.target,
    set:
      conflict.set?.map(({ column, value }) => ({
        column,
        value: value === null ? null : fold(value, around),
      })) ?? null,
    where: conflict.where === null ? null : fold(conflict.where, around),
  }
}

/** The places of the indexes that decide what is a conflict. @throws SqlError 42P10 */
function arbitersOf(table: Table, { target }: TypedConflict): number[] {
  const all = table.indexes.map((_, index) => index)
  if (target === null) return all
  if ('index' in target) return [target.index]
  const wanted = new Set(target)
  const found = all.filter((index) => {
    const { columns } = table.indexes[index]!
    return columns.length === wanted.size && columns.every((column) => wanted.has(column))
  })
  if (found.length > 0) return found
  throw new SqlError(
    '42P10',
    'there is no unique or exclusion constraint matching the ON CONFLICT specification',
  )
}

/** The values of a row: those that are given, then the defaults of the others. */
function rowOf(run: StatementRun, row: readonly { column: number; value: Typed | null }[]): Value[] {
  const values: Value[] = run.table.columns.map(() => null)
  const given = new Set<number>()
  for (const { column, value } of row) {
    if (value === null) continue
    given.add(column)
    values[column] = evaluate(value, run.around)
  }
  for (const column of values.keys()) if (!given.has(column)) values[column] = defaultOf(run, column)
  return values
}

function insertOne(
  run: StatementRun,
  conflict: TypedConflict | null,
  arbiters: readonly number[],
  returning: readonly TypedOutput[],
): void {
  const { running } = run
  if (running.pending === null) {
    checkRow(run, running.values!)
    for (const index of conflict === null ? [] : arbiters) {
      const place = rival(run, index, running.values!, null)
      if (place === null) continue
      const changed = onConflict(run, conflict!, place)
      if (changed === null) return
      if (run.running.pending !== null) enterIndexes(run)
      give(run, returning, changed)
      return
    }
    takeOrder(run)
    write(run.state, run.connection, run.table.name, { kind: 'insert' })
    addPending(run, [...running.values!])
  }
  const place = running.pending!
  enterIndexes(run)
  give(run, returning, place)
}

/** What happens instead of the insert: gives the place of the changed row’s new version, or null where none was changed. */
function onConflict(run: StatementRun, { set, where }: TypedConflict, place: number): number | null {
  const { running, connection } = run
  const version = run.heap.versions[place]!
  if (set === null) {
    checkSeen(run, place)
    return null
  }
  const blocker = holder(version, connection)
  if (blocker !== null) throw new MustWait(blocker)
  if (version.created === connection && version.fresh) {
    throw new SqlError('21000', 'ON CONFLICT DO UPDATE command cannot affect row a second time', {
      hint: 'Ensure that no rows proposed for insertion within the same command have duplicate constrained values.',
    })
  }
  lock(run, place)
  checkSeen(run, place)
  const around = { ...run.around, row: version.values, excluded: running.values! }
  // The row stays locked even if the condition leaves it as it is.
  if (!holds(where, around)) return null
  const values = changed(run, set, version.values, around)
  checkRow(run, values)
  return replace(run, place, values)
}

/** A transaction that keeps its snapshot fails where it would act on a row that it can’t see. */
function checkSeen(run: StatementRun, place: number): void {
  const version = run.heap.versions[place]!
  if (!keepsSnapshot(run.transaction) || version.created === run.connection) return
  if (!visible(version, run.running.snapshot, run.connection)) throw concurrent('update')
}
