/** Analyses statements: tables and columns are looked up, in the order in which PostgreSQL does and so finds errors. */
import { type ParameterTypes, type Scope, analyse, columnOf, condition } from './analyse-expression.ts'
import { assigned, coerce, coerced, typeWords } from './coerce.ts'
import { contains, partsOf } from './functions.ts'
import type { Schema } from './schema.ts'
import { SqlError, notModelled, undefinedTable } from './sql-error.ts'
import type { Assignment, Expression, OnConflict, Output, SortKey, Statement, TableName } from './syntax.ts'
import type {
  Table,
  Typed,
  TypedAssignment,
  TypedConflict,
  TypedOutput,
  TypedSortKey,
  TypedStatement,
} from './typed.ts'

/** A statement and the types of its parameters. */
export interface Analysed {
  readonly statement: TypedStatement
  readonly parameters: ParameterTypes
}

/** @param prepared the query came with values, which parameters may stand for */
export function analyseStatement(statement: Statement, schema: Schema, prepared: boolean): Analysed {
  const parameters: ParameterTypes = []
  const base = { parameters, parametersAllowed: prepared }
  const typed = typedStatement(statement, schema, base)
  const open = parameters.indexOf('unknown')
  if (open !== -1) {
    throw new SqlError('42P18', `could not determine data type of parameter $${open + 1}`)
  }
  return { statement: typed, parameters }
}

type Base = Pick<Scope, 'parameters' | 'parametersAllowed'>

function typedStatement(statement: Statement, schema: Schema, base: Base): TypedStatement {
  switch (statement.kind) {
    case 'select':
      return select(statement, schema, base)
    case 'insert':
      return insert(statement, schema, base)
    case 'update': {
      const scope = scopeOf(statement.table, schema, base)
      const where = whereOf(statement.where, scope)
      const returning = outputs(statement.returning, inPlace(scope, 'RETURNING'))
      const set = assignments(statement.set, scope)
      return { kind: 'update', table: scope.table!.name, set, where, returning }
    }
    case 'delete': {
      const scope = scopeOf(statement.table, schema, base)
      const where = whereOf(statement.where, scope)
      const returning = outputs(statement.returning, inPlace(scope, 'RETURNING'))
      return { kind: 'delete', table: scope.table!.name, where, returning }
    }
    case 'create-table':
    case 'create-index':
      throw notModelled('create')
    default:
      return statement
  }
}

function tableOf({ name }: TableName, schema: Schema): Table {
  const table = Object.hasOwn(schema, name) ? schema[name] : undefined
  if (table === undefined) throw undefinedTable(name)
  return table
}

function scopeOf(name: TableName, schema: Schema, base: Base): Scope {
  return {
    ...base,
    table: tableOf(name, schema),
    alias: name.alias ?? name.name,
    excluded: false,
    place: null,
  }
}

function inPlace(scope: Scope, place: string): Scope {
  return { ...scope, place }
}

function whereOf(where: Expression | null, scope: Scope): Typed | null {
  return where === null ? null : condition(where, 'WHERE', inPlace(scope, 'WHERE'))
}

function select(
  statement: Extract<Statement, { kind: 'select' }>,
  schema: Schema,
  base: Base,
): Extract<TypedStatement, { kind: 'select' }> {
  const { from } = statement
  const scope: Scope =
    from === null
      ? { ...base, table: null, alias: null, excluded: false, place: null }
      : scopeOf(from, schema, base)
  const drafts = outputs(statement.output, scope, true)
  const where = whereOf(statement.where, scope)
  const order = statement.order.map((key) => sortKey(key, drafts, scope))
  const limit = countOf(statement.limit, 'LIMIT', scope)
  const offset = countOf(statement.offset, 'OFFSET', scope)
  const output = drafts.map((draft) => shown(draft, scope))
  const used = [...output.map(({ expression }) => expression), ...order.map(({ expression }) => expression)]
  const aggregated = used.some((expression) => contains(expression, 'aggregate'))
  if (aggregated) {
    for (const expression of used) refuseUngrouped(expression, scope)
    if (statement.lock !== null) {
      throw new SqlError('0A000', 'FOR UPDATE is not allowed with aggregate functions')
    }
  }
  const table = scope.table?.name ?? null
  const { lock } = statement
  return { kind: 'select', table, output, aggregated, where, order, limit, offset, lock }
}

/** Beside aggregates, a column has no one value. */
function refuseUngrouped(typed: Typed, scope: Scope): void {
  if (typed.kind === 'aggregate') return
  if (typed.kind === 'field') {
    const name = `${scope.alias}.${scope.table!.columns[typed.column]!.name}`
    throw new SqlError(
      '42803',
      `column "${name}" must appear in the GROUP BY clause or be used in an aggregate function`,
    )
  }
  for (const part of partsOf(typed)) refuseUngrouped(part, scope)
}

function countOf(count: Expression | null, words: string, scope: Scope): Typed | null {
  if (count === null) return null
  const typed = analyse(count, inPlace(scope, words))
  const result = coerce(typed, 'bigint', 'assignment', scope.parameters)
  if (result === null || typed.type === 'text') {
    throw new SqlError('42804', `argument of ${words} must be type bigint, not type ${typeWords(typed.type)}`)
  }
  if (contains(result, 'field'))
    throw new SqlError('42P10', `argument of ${words} must not contain variables`)
  return result
}

function sortKey(key: SortKey, output: readonly TypedOutput[], scope: Scope): TypedSortKey {
  const { descending, nullsFirst } = key
  return { expression: sorted(key.expression, output, scope), descending, nullsFirst }
}

/** A bare name is that of an output before it is that of a column; a number is an output’s position. */
function sorted(expression: Expression, output: readonly TypedOutput[], scope: Scope): Typed {
  if (expression.kind === 'column' && expression.table === null) {
    const named = output.filter(({ name }) => name === expression.name)
    const texts = new Set(named.map((entry) => JSON.stringify(entry.expression)))
    if (texts.size > 1) throw new SqlError('42702', `ORDER BY "${expression.name}" is ambiguous`)
    if (named.length > 0) return coercedText(named[0]!.expression, scope)
  }
  if (expression.kind === 'number') {
    if (!/^-?\d+$/.test(expression.text)) throw new SqlError('42601', 'non-integer constant in ORDER BY')
    const found = output[Number(expression.text) - 1]
    if (found === undefined) {
      throw new SqlError('42P10', `ORDER BY position ${expression.text} is not in select list`)
    }
    return coercedText(found.expression, scope)
  }
  if (expression.kind === 'string' || expression.kind === 'boolean' || expression.kind === 'null') {
    throw new SqlError('42601', 'non-integer constant in ORDER BY')
  }
  return coercedText(analyse(expression, scope), scope)
}

function coercedText(typed: Typed, scope: Scope): Typed {
  return typed.type === 'unknown' ? coerced(typed, 'text', scope.parameters) : typed
}

/** @param draft texts and parameters without a type are left as they are for now, as nothing has asked for one */
function outputs(list: readonly Output[], scope: Scope, draft = false): TypedOutput[] {
  const found = list.flatMap((output): TypedOutput[] => {
    if (output.kind === 'expression') {
      const { expression, name } = output
      return [{ name: name ?? nameOf(expression), expression: analyse(expression, scope) }]
    }
    if (output.table !== null && output.table !== scope.alias) {
      throw new SqlError('42P01', `missing FROM-clause entry for table "${output.table}"`)
    }
    if (scope.table === null) throw new SqlError('42601', 'SELECT * with no tables specified is not valid')
    return scope.table.columns.map(({ name, type }, column) => ({
      name,
      expression: { kind: 'field', type, source: 'row', column },
    }))
  })
  return draft ? found : found.map((output) => shown(output, scope))
}

/** An output as it goes to the client. */
function shown(output: TypedOutput, scope: Scope): TypedOutput {
  const expression = coercedText(output.expression, scope)
  if (expression.type === 'timestamptz' || expression.type === 'interval') {
    throw notModelled(
      `values of type ${typeWords(expression.type)} in results: compare times within the statement`,
    )
  }
  // A number with a fraction is of type numeric in PostgreSQL, and comes as a string.
  if (expression.type === 'double precision') throw notModelled('fractions outside of intervals')
  return { name: output.name, expression }
}

/** The name that an output has if it is given none. */
function nameOf(expression: Expression): string {
  return strongName(expression) ?? weakName(expression) ?? '?column?'
}

function strongName(expression: Expression): string | null {
  if (expression.kind === 'column' || expression.kind === 'call') return expression.name
  return expression.kind === 'cast' ? strongName(expression.operand) : null
}

const INTERNAL_NAMES = {
  integer: 'int4',
  bigint: 'int8',
  text: 'text',
  boolean: 'bool',
  timestamptz: 'timestamptz',
  interval: 'interval',
  'double precision': 'float8',
} as const

function weakName(expression: Expression): string | null {
  if (expression.kind === 'cast') return INTERNAL_NAMES[expression.type]
  if (expression.kind === 'boolean') return 'bool'
  if (expression.kind !== 'case') return null
  return (expression.otherwise === null ? null : strongName(expression.otherwise)) ?? 'case'
}

function insert(
  statement: Extract<Statement, { kind: 'insert' }>,
  schema: Schema,
  base: Base,
): Extract<TypedStatement, { kind: 'insert' }> {
  const scope = scopeOf(statement.table, schema, base)
  const table = scope.table!
  const columns = targets(statement.columns, table)
  const given = statement.rows ?? [[]]
  if (given.some((row) => row.length !== given[0]!.length)) {
    throw new SqlError('42601', 'VALUES lists must all be the same length')
  }
  const nowhere: Scope = { ...base, table: null, alias: null, excluded: false, place: 'VALUES' }
  const rows = given.map((row) => {
    if (row.length > columns.length) {
      throw new SqlError('42601', 'INSERT has more expressions than target columns')
    }
    if (statement.columns !== null && statement.rows !== null && row.length < columns.length) {
      throw new SqlError('42601', 'INSERT has more target columns than expressions')
    }
    const typed = row.map((value) => (value.kind === 'default' ? null : analyse(value, nowhere)))
    return typed.map((value, index): TypedAssignment => {
      const column = columns[index]!
      return {
        column,
        value: value === null ? null : assigned(value, table.columns[column]!, base.parameters),
      }
    })
  })
  const conflict = statement.conflict === null ? null : conflictOf(statement.conflict, scope)
  const returning = outputs(statement.returning, inPlace(scope, 'RETURNING'))
  return { kind: 'insert', table: table.name, rows, conflict, returning }
}

/** The columns that an insert names, else all. */
function targets(names: readonly string[] | null, table: Table): number[] {
  if (names === null) return table.columns.map((_, index) => index)
  const found: number[] = []
  for (const name of names) {
    const column = target(name, table)
    if (found.includes(column)) throw new SqlError('42701', `column "${name}" specified more than once`)
    found.push(column)
  }
  return found
}

function target(name: string, table: Table): number {
  const column = columnOf(table, name)
  if (column !== -1) return column
  throw new SqlError('42703', `column "${name}" of relation "${table.name}" does not exist`)
}

function assignments(set: readonly Assignment[], scope: Scope): TypedAssignment[] {
  const table = scope.table!
  const values = set.map(({ value }) =>
    value.kind === 'default' ? null : analyse(value, inPlace(scope, 'UPDATE')),
  )
  const seen = new Set<number>()
  const found = set.map(({ column: name }, index): TypedAssignment => {
    const column = target(name, table)
    const value = values[index]!
    return {
      column,
      value: value === null ? null : assigned(value, table.columns[column]!, scope.parameters),
    }
  })
  for (const { column } of found) {
    if (seen.has(column)) {
      throw new SqlError('42601', `multiple assignments to same column "${table.columns[column]!.name}"`)
    }
    seen.add(column)
  }
  return found
}

function conflictOf(conflict: OnConflict, scope: Scope): TypedConflict {
  const table = scope.table!
  let target: TypedConflict['target'] = null
  if (conflict.target === null) {
    if (conflict.set !== null) {
      throw new SqlError(
        '42601',
        'ON CONFLICT DO UPDATE requires inference specification or constraint name',
        {
          hint: 'For example, ON CONFLICT (column_name).',
        },
      )
    }
  } else if ('constraint' in conflict.target) {
    const name = conflict.target.constraint
    const index = table.indexes.findIndex((candidate) => candidate.name === name)
    if (index === -1) {
      throw new SqlError('42704', `constraint "${name}" for table "${table.name}" does not exist`)
    }
    target = { index }
  } else {
    target = conflict.target.map((name) => {
      const column = columnOf(table, name)
      if (column === -1) throw new SqlError('42703', `column "${name}" does not exist`)
      return column
    })
  }
  if (conflict.set === null) return { target, set: null, where: null }
  const both: Scope = { ...scope, excluded: true }
  const set = assignments(conflict.set, both)
  return { target, set, where: whereOf(conflict.where, both) }
}
