/** Times: what the passing of time does to the state. Nothing happens by itself but that the times in rows go by. */
import { setupOf } from './schema.ts'
import type { Deadline } from '../service.ts'
import type { DatabaseState, Version } from './state.ts'
import type { Table } from './typed.ts'
import type { Value } from './values.ts'

/** A time in a row. */
interface Time {
  readonly name: string
  readonly left: number
  readonly set: (left: number) => void
}

/**
 * Milliseconds of the time of day go by; below zero it is set back, so that a transaction may have begun in what is now the future.
 * @param backMax by how much it may be set back in one run: times are told apart that much longer
 */
export function elapseTimes(state: DatabaseState, milliseconds: number, backMax = 0): void {
  const pastMax = state.pastMax + backMax
  for (const time of timesIn(state, backMax)) time.set(time.left - milliseconds)
  if (!knowsTimes(state)) return
  for (const { transaction } of Object.values(state.sessions)) {
    if (transaction !== null) transaction.age = Math.min(transaction.age + milliseconds, pastMax)
  }
}

/** Without a column for times, how long a transaction has been open makes no difference. */
function knowsTimes(state: DatabaseState): boolean {
  return Object.values(setupOf(state.setup).schema).some(({ columns }) =>
    columns.some(({ type }) => type === 'timestamptz'),
  )
}

/** All times in rows, and in rows that are about to be inserted. */
function timesIn(state: DatabaseState, backMax = 0): Time[] {
  const found: Time[] = []
  const { schema } = setupOf(state.setup)
  const look = (table: Table, values: Value[], row: string): void => {
    for (const [column, { name, type }] of table.columns.entries()) {
      const left = values[column]
      if (type !== 'timestamptz' || typeof left !== 'number') continue
      const set = (to: number): void => {
        values[column] = Math.max(to, 0 - state.pastMax - backMax)
      }
      found.push({ name: `${table.name}(${row}).${name}`, left, set })
    }
  }
  for (const [name, table] of Object.entries(schema)) {
    for (const [place, version] of state.tables[name]!.versions.entries()) {
      look(table, version.values, rowName(table, version, place))
    }
  }
  for (const [connection, { running }] of Object.entries(state.sessions)) {
    if (running === null || running.values === null || running.table === null) continue
    look(schema[running.table]!, running.values, `new row of ${connection}`)
  }
  return found
}

/** A row goes by its primary key; without one, by its place. */
function rowName(table: Table, version: Version, place: number): string {
  const key = table.indexes.find(({ primary }) => primary)
  return key === undefined
    ? `#${place}`
    : key.columns.map((column) => String(version.values[column])).join(', ')
}

/** The moments at which a time in a row will be past: `expires < now()` is true from then on. */
export function timesAhead(state: DatabaseState): Deadline[] {
  const soonest = new Map<string, number>()
  for (const { name, left } of timesIn(state)) {
    if (left >= 0) soonest.set(name, Math.min(left + 1, soonest.get(name) ?? Infinity))
  }
  const found = [...soonest].map(([name, left]) => ({ name, left }))
  return found.sort((one, other) => one.left - other.left || (one.name < other.name ? -1 : 1))
}

/** A time in a row goes by, however far ahead it was. */
export function passTime(state: DatabaseState, name: string): void {
  const times = timesIn(state)
  const ahead = times.filter((time) => time.name === name && time.left >= 0)
  if (ahead.length === 0) return
  const open = Object.values(state.sessions).filter(({ transaction }) => transaction !== null)
  if (open.length > 0) {
    // For transactions that have begun, `now()` stays before this moment and after those that were past already.
    for (const time of times) if (time.left < 0) time.set(time.left - 1)
    for (const { transaction } of open) transaction!.age = Math.min(transaction!.age + 1, state.pastMax)
  }
  const left = Math.min(...ahead.map((time) => time.left))
  for (const time of ahead) if (time.left === left) time.set(-1)
}
