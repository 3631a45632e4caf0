/** Schema: the tables of a database, made from the text that defines them on a real server too. */
import { type Scope, analyse, columnOf, condition } from './analyse-expression.ts'
import { assigned } from './coerce.ts'
import { contains } from './functions.ts'
import { parseScript } from './parse.ts'
import { SqlError, undefinedTable } from './sql-error.ts'
import type { CreateTable, Expression } from './syntax.ts'
import type { Column, Table, UniqueIndex } from './typed.ts'

/** Tables by their names. */
export type Schema = { readonly [name: string]: Table }

/** What the setup of a database comes to. */
export interface Setup {
  readonly schema: Schema
  /** The texts of the statements that fill the tables, in their order. */
  readonly rest: readonly string[]
}

/** Setups are few and used over and over; texts are remembered, not states. */
const remembered = new Map<string, Setup>()
const REMEMBERED_MAX = 500

/**
 * The tables that a text defines. The same text gives the same object.
 * @throws SqlError as PostgreSQL would
 */
export function setupOf(text: string): Setup {
  const known = remembered.get(text)
  if (known !== undefined) return known
  const schema: { [name: string]: Table } = {}
  const rest: string[] = []
  for (const { statement, text: source } of parseScript(text)) {
    if (statement.kind === 'create-table') {
      if (Object.hasOwn(schema, statement.name)) {
        throw new SqlError('42P07', `relation "${statement.name}" already exists`)
      }
      schema[statement.name] = tableOf(statement, schema)
    } else if (statement.kind === 'create-index') {
      const table = schema[statement.table]
      if (table === undefined) throw undefinedTable(statement.table)
      const columns = statement.columns.map((name) => columnIn(table, name))
      const name = statement.name ?? free(`${[table.name, ...statement.columns].join('_')}_idx`, schema)
      schema[table.name] = { ...table, indexes: [...table.indexes, { name, columns, primary: false }] }
    } else rest.push(source)
  }
  if (remembered.size >= REMEMBERED_MAX) remembered.clear()
  const setup = { schema, rest }
  remembered.set(text, setup)
  return setup
}

function columnIn(table: Table, name: string): number {
  const column = columnOf(table, name)
  if (column !== -1) return column
  throw new SqlError('42703', `column "${name}" does not exist`)
}

function tableOf(definition: CreateTable, schema: Schema): Table {
  const primary = definition.keys.find((key) => key.primary)?.columns ?? []
  const plain = definition.columns.map((column): Column => ({
    name: column.name,
    type: column.type,
    serial: column.serial,
    notNull: column.notNull || primary.includes(column.name),
    default: null,
  }))
  const bare: Table = { name: definition.name, columns: plain, indexes: [], checks: [] }
  const columns = plain.map((column, index): Column => {
    const value = definition.columns[index]!.default
    if (value === null) return column
    const typed = analyse(value, scopeOf(null, 'DEFAULT'))
    return { ...column, default: assigned(typed, column, []) }
  })
  const taken = new Set(Object.values(schema).flatMap(({ indexes }) => indexes.map(({ name }) => name)))
  const indexes = definition.keys.map((key): UniqueIndex => {
    const parts = key.primary ? [bare.name, 'pkey'] : [bare.name, ...key.columns, 'key']
    const name = key.name ?? unused(parts.join('_'), taken)
    taken.add(name)
    return { name, columns: key.columns.map((column) => columnIn(bare, column)), primary: key.primary }
  })
  const names = new Set<string>()
  const checks = definition.checks.map((check) => {
    const typed = condition(check.condition, 'CHECK', scopeOf(bare, 'CHECK'))
    if (contains(typed, 'now') || contains(typed, 'clock'))
      throw new SqlError('0A000', 'checks can’t use the time')
    const only = columnsNamed(check.condition)
    const parts = only.size === 1 ? [bare.name, [...only][0]!, 'check'] : [bare.name, 'check']
    const name = check.name ?? unused(parts.join('_'), names)
    names.add(name)
    return { name, condition: typed }
  })
  checks.sort((left, right) => (left.name < right.name ? -1 : 1))
  return { ...bare, columns, indexes, checks }
}

function scopeOf(table: Table | null, place: string): Scope {
  const alias = table?.name ?? null
  return { table, alias, excluded: false, parameters: [], parametersAllowed: false, place }
}

/** The names of the columns in a condition: a check that has just one is called after it. */
function columnsNamed(expression: Expression): Set<string> {
  const names = new Set<string>()
  const look = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return
    if ('kind' in part && part.kind === 'column') names.add((part as { kind: 'column'; name: string }).name)
    else for (const inner of Object.values(part)) look(inner)
  }
  look(expression)
  return names
}

function free(name: string, schema: Schema): string {
  return unused(
    name,
    new Set(Object.values(schema).flatMap(({ indexes }) => indexes.map((index) => index.name))),
  )
}

function unused(name: string, taken: ReadonlySet<string>): string {
  for (let number = 0; ; number++) {
    const candidate = number === 0 ? name : `${name}${number}`
    if (!taken.has(candidate)) return candidate
  }
}
