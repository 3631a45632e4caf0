/** The shop that runs through the chapter: its tables, what a shelf holds at first, and what properties see of databases. */
import type { View } from '../../../engine/actors/system.ts'
import type { DatabaseState } from '../../../engine/services/database/state.ts'
import { type DatabaseView, databaseView } from '../../../engine/services/database/view.ts'
import { nodeOfConnection } from '../../../engine/services/wire.ts'

/** So many books are in stock before anybody orders one. */
export const STOCKED = 5

export const ORDERS = 'create table orders (id text primary key, item text)'
export const OUTBOX = 'create table outbox (id serial primary key, item text, body text)'
export const STOCK = `
  create table stock (item text primary key, quantity integer);
  insert into stock values ('book', ${STOCKED})`
export const APPLIED = 'create table applied (id text primary key)'

/** A table as statements see it that begin now: the rows that are committed. */
export type Rows = readonly (readonly string[])[]

/** What properties see of a database. */
export interface SeenDatabase {
  readonly tables: Readonly<Record<string, Rows>>
  /** The processes whose connections are open, as far as the database knows. */
  readonly connected: readonly string[]
}

type Shown = DatabaseView & { readonly connected: readonly string[] }

/** What views show of a database, and besides who is connected. */
export function shownDatabase(state: DatabaseState): Shown {
  const connected = [...new Set(Object.keys(state.sessions).map(nodeOfConnection))]
  return { ...databaseView(state), connected }
}

/** For `observeServer`: what is committed, and who may still change it. */
export function seenDatabase(shown: unknown): SeenDatabase {
  const { tables, connected } = shown as Shown
  return {
    tables: Object.fromEntries(tables.map(({ name, rows }) => [name, committedRows(rows)])),
    connected,
  }
}

/** The rows that are committed: no open transaction has made them, and what one replaces or deletes still counts. */
function committedRows(rows: DatabaseView['tables'][number]['rows']): Rows {
  return rows
    .filter(({ standing }) => standing !== 'new' && standing !== 'past')
    .map(({ values }) => values)
    .sort()
}

/** What is seen of a database. @throws Error where there is none of that name */
export function databaseIn(view: View, id: string): SeenDatabase {
  const found = view.find((one) => one.id === id)
  if (!found) throw new Error(`there is no database ${id}`)
  return found.seen as SeenDatabase
}

/** How many rows of a table are committed, wherever the table is. */
export function rowsIn(view: View, table: string): Rows {
  for (const { role, seen } of view) {
    const rows = role === 'server' ? (seen as Partial<SeenDatabase>).tables?.[table] : undefined
    if (rows) return rows
  }
  throw new Error(`no database has a table ${table}`)
}

/** How many books have left the shelf, as far as is committed. */
export function takenIn(view: View): number {
  return STOCKED - Number(rowsIn(view, 'stock')[0]![1])
}
