/** StatementRun: what a statement under way has at hand, and how it meets rows that others have locked or changed. */
import type { ConnectionId } from '../service.ts'
import { type Surroundings, evaluate, holds } from './evaluate.ts'
import { holder } from './heap.ts'
import { SqlError, concurrent } from './sql-error.ts'
import type { DatabaseState, Running, TableState, Transaction, Version } from './state.ts'
import type { Wait } from './syntax.ts'
import type { Table, Typed, TypedAssignment, TypedOutput } from './typed.ts'
import { type Value, toText } from './values.ts'
import type { Plain } from '../../api.ts'

/** Thrown where a statement must wait for another transaction’s end. It will run the same way again up to here. */
export class MustWait {
  readonly blocker: ConnectionId

  constructor(blocker: ConnectionId) {
    this.blocker = blocker
  }
}

export interface StatementRun {
  readonly state: DatabaseState
  readonly connection: ConnectionId
  readonly transaction: Transaction
  readonly running: Running
  readonly around: Surroundings
  readonly table: Table
  readonly heap: TableState
}

/** What became of a row on which a statement set its eyes. */
export type Reached =
  /** The version’s place. Another place than before: it was changed meanwhile, and its newest version is locked now. */
  | number
  /** It was deleted, or `skip locked` says to leave it. */
  | 'gone'

/** With these levels a transaction keeps one snapshot, and fails where it would have to look past it. */
export function keepsSnapshot({ isolation }: Transaction): boolean {
  return isolation !== 'read committed'
}

/**
 * Goes to the version of a row that a statement may lock or end.
 * Reference: PostgreSQL 15, section 13.2.1: “the would-be updater will wait for the first updating transaction”.
 * @param purpose what the error says that it was meant for
 * @throws MustWait, or SqlError 40001 and 55P03
 */
export function reach(run: StatementRun, place: number, purpose: 'change' | 'lock', wait: Wait): Reached {
  const { heap, connection } = run
  const version = heap.versions[place]!
  if (!passes(run, version, wait)) return 'gone'
  if (version.ended === undefined) return place
  if (version.ended === connection) return 'gone'
  if (keepsSnapshot(run.transaction)) {
    throw concurrent(version.replaced || purpose === 'lock' ? 'update' : 'delete')
  }
  if (!version.replaced) return 'gone'
  for (let next = version.next; next !== undefined;) {
    const newer: Version = heap.versions[next]!
    if (!passes(run, newer, wait)) return 'gone'
    if (newer.ended === undefined) {
      lock(run, next)
      return next
    }
    if (newer.ended === connection || !newer.replaced) return 'gone'
    next = newer.next
  }
  return 'gone'
}

function passes(run: StatementRun, version: Version, wait: Wait): boolean {
  const blocker = holder(version, run.connection)
  if (blocker === null) return true
  if (wait === 'block') throw new MustWait(blocker)
  if (wait === 'skip locked') return false
  throw new SqlError('55P03', `could not obtain lock on row in relation "${run.table.name}"`)
}

/** Locks a row that nothing stands in the way of. */
export function lock(run: StatementRun, place: number): void {
  takeOrder(run)
  const version = run.heap.versions[place]!
  if (version.created !== run.connection) version.locked = run.connection
}

/** The transaction has something to write, and so a place among the others that have. */
export function takeOrder({ state, transaction }: StatementRun): void {
  transaction.order ??= state.nextOrder++
}

/** Does the statement’s condition hold for this version? */
export function chosen(run: StatementRun, where: Typed | null, place: number): boolean {
  return holds(where, { ...run.around, row: run.heap.versions[place]!.values })
}

/** A row for the client. */
export function shape(outputs: readonly TypedOutput[], around: Surroundings): { [column: string]: Plain } {
  const row: { [column: string]: Plain } = {}
  for (const { name, expression } of outputs) row[name] = evaluate(expression, around)
  return row
}

/** Gives back the row at a place, if the statement has `returning`. */
export function give(run: StatementRun, outputs: readonly TypedOutput[], place: number): void {
  run.running.count++
  if (outputs.length === 0) return
  run.running.rows.push(shape(outputs, { ...run.around, row: run.heap.versions[place]!.values }))
}

/** The values of a changed row. @param around has the row as it was, and with `on conflict` the excluded one */
export function changed(
  run: StatementRun,
  set: readonly TypedAssignment[],
  old: readonly Value[],
  around: Surroundings,
): Value[] {
  const values = [...old]
  for (const { column, value } of set) {
    values[column] = value === null ? defaultOf(run, column) : evaluate(value, around)
  }
  return values
}

/** The default of a column; a serial one’s counts on, whatever becomes of the transaction. */
export function defaultOf(run: StatementRun, column: number): Value {
  const { name, type, serial, default: value } = run.table.columns[column]!
  if (serial) {
    const next = run.heap.sequences[name] ?? 1
    run.heap.sequences[name] = next + 1
    return type === 'bigint' ? String(next) : next
  }
  return value === null ? null : evaluate(value, run.around)
}

/** @throws SqlError 23502 or 23514 where a row breaks a rule of its table */
export function checkRow(run: StatementRun, values: readonly Value[]): void {
  const { table } = run
  const detail = failingRow(table, values)
  for (const [index, { name, notNull }] of table.columns.entries()) {
    if (!notNull || values[index] !== null) continue
    const message = `null value in column "${name}" of relation "${table.name}" violates not-null constraint`
    throw new SqlError('23502', message, { ...detail, table: table.name, column: name })
  }
  for (const { name, condition } of table.checks) {
    // Unknown is good enough for a check.
    if (evaluate(condition, { ...run.around, row: values }) !== false) continue
    const message = `new row for relation "${table.name}" violates check constraint "${name}"`
    throw new SqlError('23514', message, { ...detail, table: table.name, constraint: name })
  }
}

/** What an error says about a row; nothing where it holds times, which have no text here. */
function failingRow(table: Table, values: readonly Value[]): { detail?: string } {
  const times = table.columns.some(({ type }, index) => type === 'timestamptz' && values[index] !== null)
  if (times) return {}
  const texts = values.map((value, index) => {
    if (value === null) return 'null'
    if (table.columns[index]!.type === 'boolean') return value ? 't' : 'f'
    const text = toText(value)
    return text.length > FAILING_LENGTH_MAX ? `${text.slice(0, FAILING_LENGTH_MAX)}...` : text
  })
  return { detail: `Failing row contains (${texts.join(', ')}).` }
}

/** PostgreSQL cuts longer values in errors. */
const FAILING_LENGTH_MAX = 64
