/** Prepares queries: text and values of a client become a statement that can run, or the error that PostgreSQL finds first. */
import type { Plain } from '../../api.ts'
import { type Analysed, analyseStatement } from './analyse.ts'
import { parse } from './parse.ts'
import type { Schema } from './schema.ts'
import { SqlError } from './sql-error.ts'
import type { Command } from './state.ts'
import type { Statement } from './syntax.ts'
import type { TypedStatement } from './typed.ts'
import { type Value, fromText } from './values.ts'

type Remembered<T> = { readonly value: T } | { readonly error: SqlError }

const REMEMBERED_MAX = 1_000

const parsed = new Map<string, Remembered<Statement>>()
const analysed = new WeakMap<Schema, Map<string, Remembered<Analysed>>>()

/** What a function of texts has given before, error or not, it gives again. */
function remember<T>(memory: Map<string, Remembered<T>>, key: string, make: () => T): T {
  let known = memory.get(key)
  if (known === undefined) {
    if (memory.size >= REMEMBERED_MAX) memory.clear()
    try {
      known = { value: make() }
    } catch (error) {
      if (!(error instanceof SqlError)) throw error
      known = { error }
    }
    memory.set(key, known)
  }
  if ('error' in known) throw known.error
  return known.value
}

/** Does the query go through PostgreSQL’s extended protocol? node-postgres uses it only where there are values. */
function isPrepared(command: Command): boolean {
  return command.values !== null && command.values.length > 0
}

/** @throws SqlError 42601 or 0A000 */
export function parsedQuery(command: Command): Statement {
  const prepared = isPrepared(command)
  return remember(parsed, `${prepared} ${command.text}`, () => parse(command.text, prepared))
}

/** A statement with the values of its parameters. @throws SqlError */
export function preparedQuery(
  command: Command,
  schema: Schema,
): { readonly statement: TypedStatement; readonly parameters: readonly Value[] } {
  const prepared = isPrepared(command)
  let memory = analysed.get(schema)
  if (memory === undefined) analysed.set(schema, (memory = new Map()))
  const { statement, parameters } = remember(memory, `${prepared} ${command.text}`, () =>
    analyseStatement(parsedQuery(command), schema, prepared),
  )
  const given = prepared ? command.values! : []
  if (given.length !== parameters.length) {
    throw new SqlError(
      '08P01',
      `bind message supplies ${given.length} parameters, but prepared statement "" requires ${parameters.length}`,
    )
  }
  const values = given.map((value, index) => {
    const text = textOf(value)
    const type = parameters[index]!
    return text === null ? null : fromText(text, type === 'unknown' ? 'text' : type)
  })
  return { statement, parameters: values }
}

/** A parameter as node-postgres sends it: everything is text, objects are JSON and lists PostgreSQL’s arrays. */
function textOf(value: Plain): string | null {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return arrayText(value as readonly Plain[])
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function arrayText(list: readonly Plain[]): string {
  const parts = list.map((value) => {
    if (value === null || value === undefined) return 'NULL'
    if (Array.isArray(value)) return arrayText(value as readonly Plain[])
    return `"${textOf(value)!.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  })
  return `{${parts.join(',')}}`
}
