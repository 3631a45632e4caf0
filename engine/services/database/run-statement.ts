/**
 * Runs what looks at rows: select, insert, update and delete. Each can stop where it must wait, and goes on there when it is
 * called again: what it has done stands in the state.
 */
import { type Surroundings, evaluate, fold } from './evaluate.ts'
import { insertRows } from './run-insert.ts'
import { scan } from './scan.ts'
import { write } from './serializable.ts'
import { SqlError } from './sql-error.ts'
import type { Running } from './state.ts'
import {
  type StatementRun,
  changed,
  checkRow,
  chosen,
  give,
  lock,
  reach,
  shape,
  takeOrder,
} from './statement-run.ts'
import type {
  RowStatement,
  Typed,
  TypedDelete,
  TypedOutput,
  TypedSelect,
  TypedSortKey,
  TypedUpdate,
} from './typed.ts'
import { addPending, enterIndexes, keepsKeys } from './unique.ts'
import { type Value, compare } from './values.ts'

/** Takes a statement to its end. @throws MustWait, SqlError */
export function runStatement(run: StatementRun, statement: RowStatement): void {
  run.running.table = statement.table
  switch (statement.kind) {
    case 'select':
      return statement.lock === null || statement.table === null
        ? select(run, statement)
        : selectAndLock(run, statement)
    case 'insert':
      return insertRows(run, statement)
    case 'update':
      return update(run, statement)
    case 'delete':
      return deletion(run, statement)
  }
}

function foldAll(outputs: readonly TypedOutput[], around: Surroundings): TypedOutput[] {
  return outputs.map(({ name, expression }) => ({ name, expression: fold(expression, around) }))
}

function foldWhere(where: Typed | null, run: StatementRun): Typed | null {
  return where === null ? null : fold(where, run.around)
}

/** The number that follows `limit` or `offset`; null stands for none. */
function countOf(count: Typed | null, words: 'LIMIT' | 'OFFSET', around: Surroundings): number | null {
  const value = count === null ? null : evaluate(count, around)
  if (value === null) return null
  if (Number(value) >= 0) return Number(value)
  throw new SqlError(words === 'LIMIT' ? '2201W' : '2201X', `${words} must not be negative`)
}

/** The part of a list that `limit` and `offset` leave. */
function part<T>(list: readonly T[], statement: TypedSelect, around: Surroundings): T[] {
  const offset = countOf(statement.offset, 'OFFSET', around) ?? 0
  const limit = countOf(statement.limit, 'LIMIT', around)
  return list.slice(offset, limit === null ? undefined : offset + limit)
}

function select(run: StatementRun, statement: TypedSelect): void {
  const { around, running } = run
  const output = foldAll(statement.output, around)
  const where = foldWhere(statement.where, run)
  if (statement.limit?.kind === 'constant' && statement.limit.value === '0') return
  let rows: (readonly Value[])[]
  if (statement.table === null) {
    rows = where === null || evaluate(where, around) === true ? [[]] : []
  } else {
    rows = scan(run, where)
      .filter((place) => chosen(run, where, place))
      .map((place) => run.heap.versions[place]!.values)
  }
  if (statement.aggregated) {
    running.rows.push(...part([shape(output, { ...around, rows })], statement, around))
  } else {
    const sorted = sortRows(rows, statement.order, around)
    running.rows.push(...part(sorted, statement, around).map((row) => shape(output, { ...around, row })))
  }
  running.count = running.rows.length
}

/** Rows in their order; equal ones stay as they were. */
function sortRows<T extends readonly Value[]>(
  rows: readonly T[],
  order: readonly TypedSortKey[],
  around: Surroundings,
): T[] {
  const keyed = rows.map((row) => ({
    row,
    key: order.map(({ expression }) => evaluate(expression, { ...around, row })),
  }))
  keyed.sort((left, right) => {
    for (const [index, { expression, descending, nullsFirst }] of order.entries()) {
      const [first, second] = [left.key[index]!, right.key[index]!]
      if (first === null && second === null) continue
      if (first === null) return nullsFirst ? -1 : 1
      if (second === null) return nullsFirst ? 1 : -1
      const difference = compare(first, second, expression.type === 'unknown' ? 'text' : expression.type)
      if (difference !== 0) return descending ? -difference : difference
    }
    return 0
  })
  return keyed.map(({ row }) => row)
}

/** The versions that a statement is to visit, worked out when it begins. */
function visits(run: StatementRun, where: Typed | null): number[] {
  return (run.running.todo ??= scan(run, where))
}

/** Rows are locked in the order of the result, and no more of them than it takes. */
function selectAndLock(run: StatementRun, statement: TypedSelect): void {
  const { around, running, heap } = run
  const output = foldAll(statement.output, around)
  const where = foldWhere(statement.where, run)
  const offset = countOf(statement.offset, 'OFFSET', around) ?? 0
  const limit = countOf(statement.limit, 'LIMIT', around)
  if (limit === 0) return
  if (running.todo === null && statement.order.length > 0) {
    const places = new Map<readonly Value[], number>()
    for (const place of scan(run, where)) {
      if (chosen(run, where, place)) places.set(heap.versions[place]!.values, place)
    }
    running.todo = sortRows([...places.keys()], statement.order, around).map((row) => places.get(row)!)
  }
  const todo = visits(run, where)
  while (todo.length > 0 && (limit === null || running.count < offset + limit)) {
    const place = todo[0]!
    if (chosen(run, where, place)) {
      const reached = reach(run, place, 'lock', statement.lock!)
      if (reached !== 'gone') {
        lock(run, reached)
        if (reached === place || chosen(run, where, reached)) {
          running.count++
          const row = heap.versions[reached]!.values
          if (running.count > offset) running.rows.push(shape(output, { ...around, row }))
        }
      }
    }
    todo.shift()
  }
  running.count = running.rows.length
}

function update(run: StatementRun, statement: TypedUpdate): void {
  const { around } = run
  const where = foldWhere(statement.where, run)
  const returning = foldAll(statement.returning, around)
  const set = statement.set.map(({ column, value }) => ({
    column,
    value: value === null ? null : fold(value, around),
  }))
  const todo = visits(run, where)
  for (; todo.length > 0; todo.shift()) {
    const place =
      run.running.pending ??
      updated(run, todo[0]!, where, (row) => changed(run, set, row, { ...around, row }))
    if (place === null) continue
    if (run.running.pending !== null) enterIndexes(run)
    give(run, returning, place)
  }
}

/** Replaces the version at a place, or the newest one of its row. Gives the place of the new version; null: no row to change. */
function updated(
  run: StatementRun,
  first: number,
  where: Typed | null,
  change: (row: readonly Value[]) => Value[],
): number | null {
  for (let place = first; ;) {
    if (!chosen(run, where, place)) return null
    const values = change(run.heap.versions[place]!.values)
    checkRow(run, values)
    takeOrder(run)
    const reached = reach(run, place, 'change', 'block')
    if (reached === 'gone') return null
    if (reached === place) return replace(run, place, values)
    place = reached
  }
}

/** Writes a new version of a row that nothing stands in the way of. With new keys it is pending. */
export function replace(run: StatementRun, place: number, values: Value[]): number {
  const { heap, connection, table } = run
  takeOrder(run)
  write(run.state, connection, table.name, { kind: 'row', place })
  const old = heap.versions[place]!
  addPending(run, values)
  const next = run.running.pending!
  Object.assign(old, { ended: connection, replaced: true, next } satisfies Partial<typeof old>)
  delete old.locked
  if (keepsKeys(table, old.values, values)) {
    delete heap.versions[next]!.entries
    run.running.pending = null
  }
  return next
}

function deletion(run: StatementRun, statement: TypedDelete): void {
  const where = foldWhere(statement.where, run)
  const returning = foldAll(statement.returning, run.around)
  const todo = visits(run, where)
  for (; todo.length > 0; todo.shift()) {
    const place = deleted(run, todo[0]!, where)
    if (place !== null) give(run, returning, place)
  }
}

function deleted(run: StatementRun, first: number, where: Typed | null): number | null {
  for (let place = first; ;) {
    if (!chosen(run, where, place)) return null
    takeOrder(run)
    const reached = reach(run, place, 'change', 'block')
    if (reached === 'gone') return null
    if (reached !== place) {
      place = reached
      continue
    }
    write(run.state, run.connection, run.table.name, { kind: 'row', place })
    const version = run.heap.versions[place]!
    version.ended = run.connection
    delete version.locked
    return place
  }
}

/** A statement that has not begun yet. */
export function newRunning(request: number, command: Running['command'], snapshot: number): Running {
  return {
    request,
    command,
    snapshot,
    table: null,
    todo: null,
    inserted: 0,
    rows: [],
    count: 0,
    values: null,
    pending: null,
    blocker: null,
  }
}
