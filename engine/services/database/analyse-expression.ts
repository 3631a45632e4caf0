/**
 * Analyses expressions: looks up names, chooses operators, and gives each text and parameter the type that its surroundings
 * ask for. Reference: PostgreSQL 15, chapter 10 (type conversion).
 */
import { coerce, coerced, typeWords } from './coerce.ts'
import { callOf } from './functions.ts'
import { SqlError, notModelled } from './sql-error.ts'
import type { Expression } from './syntax.ts'
import type { AnyType, Comparison, Operation, Table, Typed } from './typed.ts'
import { typeOfNumber } from './values.ts'

/** The types of a statement’s parameters, as far as they are known; filled while it is analysed. */
export type ParameterTypes = AnyType[]

/** What names mean at one place of a statement. */
export interface Scope {
  readonly table: Table | null
  /** The name by which the table goes here. */
  readonly alias: string | null
  /** Is the row that was to be inserted at hand, as `excluded`? */
  readonly excluded: boolean
  readonly parameters: ParameterTypes
  /** How many parameters there may be; 0 for a query without values. */
  readonly parametersAllowed: boolean
  /** How an error names this place, such as `WHERE`; null where aggregates are allowed. */
  readonly place: string | null
}

export function analyse(expression: Expression, scope: Scope): Typed {
  switch (expression.kind) {
    case 'column':
      return field(expression.table, expression.name, scope)
    case 'number': {
      if (!/^-?\d+$/.test(expression.text)) {
        return { kind: 'constant', type: 'double precision', value: Number(expression.text) }
      }
      const type = typeOfNumber(expression.text)
      const value = type === 'integer' ? Number(expression.text) : String(BigInt(expression.text))
      return { kind: 'constant', type, value }
    }
    case 'string':
      return { kind: 'constant', type: 'unknown', value: expression.text }
    case 'boolean':
      return { kind: 'constant', type: 'boolean', value: expression.value }
    case 'null':
      return { kind: 'constant', type: 'unknown', value: null }
    case 'parameter':
      return parameter(expression.index, scope)
    case 'binary':
      return binary(
        expression.operator as Operation,
        analyse(expression.left, scope),
        analyse(expression.right, scope),
        scope,
      )
    case 'negate':
      return negated(analyse(expression.operand, scope))
    case 'not':
      return {
        kind: 'apply',
        type: 'boolean',
        operation: 'not',
        on: 'boolean',
        operands: [condition(expression.operand, 'NOT', scope)],
      }
    case 'and':
    case 'or': {
      const operands = expression.operands.map((operand) =>
        condition(operand, expression.kind.toUpperCase(), scope),
      )
      return { kind: expression.kind, type: 'boolean', operands }
    }
    case 'is-null': {
      const test: Typed = { kind: 'is-null', type: 'boolean', operands: [analyse(expression.operand, scope)] }
      return expression.negated ? inverted(test) : test
    }
    case 'is-boolean': {
      const words = `IS ${expression.negated ? 'NOT ' : ''}${expression.value ? 'TRUE' : 'FALSE'}`
      const operands = [condition(expression.operand, words, scope)] as const
      const test: Typed = { kind: expression.value ? 'is-true' : 'is-false', type: 'boolean', operands }
      return expression.negated ? inverted(test) : test
    }
    case 'in': {
      const operand = analyse(expression.operand, scope)
      const operands = expression.list.map((entry) => binary('=', operand, analyse(entry, scope), scope))
      const test: Typed = operands.length === 1 ? operands[0]! : { kind: 'or', type: 'boolean', operands }
      return expression.negated ? inverted(test) : test
    }
    case 'call': {
      const list = expression.arguments
      return callOf(expression.name, list === '*' ? '*' : list.map((entry) => analyse(entry, scope)), scope)
    }
    case 'cast': {
      const operand = analyse(expression.operand, scope)
      const result = coerce(operand, expression.type, 'explicit', scope.parameters)
      if (result !== null) return result
      const [from, to] = [typeWords(operand.type), typeWords(expression.type)]
      throw new SqlError('42846', `cannot cast type ${from} to ${to}`)
    }
    case 'case': {
      const whens = expression.branches.map(({ when }) => condition(when, 'CASE/WHEN', scope))
      const thens = expression.branches.map(({ then }) => analyse(then, scope))
      const last = expression.otherwise === null ? NULL : analyse(expression.otherwise, scope)
      // PostgreSQL looks at the `else` first.
      const [otherwise, ...results] = alike('CASE', [last, ...thens], scope)
      const operands = whens.flatMap((when, index) => [when, results[index]!])
      const type = otherwise!.type as Exclude<AnyType, 'unknown'>
      return { kind: 'case', type, operands: [...operands, otherwise!] }
    }
    case 'default':
      throw new SqlError('42601', 'DEFAULT is not allowed in this context')
  }
}

const NULL: Typed = { kind: 'constant', type: 'unknown', value: null }

/** An expression that must be true or false. @param words how an error names the place, such as `WHERE` */
export function condition(expression: Expression, words: string, scope: Scope): Typed {
  const typed = analyse(expression, scope)
  if (typed.type === 'unknown' || typed.type === 'boolean') return coerced(typed, 'boolean', scope.parameters)
  throw new SqlError('42804', `argument of ${words} must be type boolean, not type ${typeWords(typed.type)}`)
}

function inverted(operand: Typed): Typed {
  return { kind: 'apply', type: 'boolean', operation: 'not', on: 'boolean', operands: [operand] }
}

function field(table: string | null, name: string, scope: Scope): Typed {
  if (table === null) {
    const column = columnOf(scope.table, name)
    if (column === -1) throw new SqlError('42703', `column "${name}" does not exist`)
    if (scope.excluded) throw new SqlError('42702', `column reference "${name}" is ambiguous`)
    return { kind: 'field', type: scope.table!.columns[column]!.type, source: 'row', column }
  }
  const source = scope.excluded && table === 'excluded' ? 'excluded' : 'row'
  if (source === 'row' && (scope.table === null || table !== scope.alias)) {
    if (table === scope.table?.name) {
      throw new SqlError('42P01', `invalid reference to FROM-clause entry for table "${table}"`, {
        hint: `Perhaps you meant to reference the table alias "${scope.alias}".`,
      })
    }
    throw new SqlError('42P01', `missing FROM-clause entry for table "${table}"`)
  }
  const column = columnOf(scope.table, name)
  if (column === -1) throw new SqlError('42703', `column ${table}.${name} does not exist`)
  return { kind: 'field', type: scope.table!.columns[column]!.type, source, column }
}

/** A column’s place in its table, or −1. */
export function columnOf(table: Table | null, name: string): number {
  return table?.columns.findIndex((column) => column.name === name) ?? -1
}

function parameter(index: number, scope: Scope): Typed {
  if (index < 1 || !scope.parametersAllowed) throw new SqlError('42P02', `there is no parameter $${index}`)
  while (scope.parameters.length < index) scope.parameters.push('unknown')
  return { kind: 'parameter', type: scope.parameters[index - 1]!, index }
}

const COMPARISONS: readonly string[] = ['=', '<>', '<', '>', '<=', '>='] satisfies Comparison[]

function isNumber(type: AnyType): boolean {
  return type === 'integer' || type === 'bigint' || type === 'double precision'
}

/** The wider of two types of numbers. */
export function wider(left: AnyType, right: AnyType): 'integer' | 'bigint' | 'double precision' {
  if (left === 'double precision' || right === 'double precision') return 'double precision'
  return left === 'bigint' || right === 'bigint' ? 'bigint' : 'integer'
}

function binary(operation: Operation, left: Typed, right: Typed, scope: Scope): Typed {
  const types = COMPARISONS.includes(operation)
    ? comparedAs(left.type, right.type)
    : operation === '||'
      ? joinedAs(left.type, right.type)
      : reckonedAs(operation, left.type, right.type)
  if (types === null) {
    const words = `${typeWords(left.type)} ${operation} ${typeWords(right.type)}`
    if (left.type === 'unknown' && right.type === 'unknown') {
      throw new SqlError('42725', `operator is not unique: ${words}`, {
        hint: 'Could not choose a best candidate operator. You might need to add explicit type casts.',
      })
    }
    throw new SqlError('42883', `operator does not exist: ${words}`, {
      hint: 'No operator matches the given name and argument types. You might need to add explicit type casts.',
    })
  }
  const [first, second, result] = types
  const operands = [coerced(left, first, scope.parameters), coerced(right, second, scope.parameters)]
  const on = first === 'timestamptz' || second === 'timestamptz' ? 'timestamptz' : first
  return { kind: 'apply', type: result, operation, on, operands }
}

type Types = readonly [Known, Known, Known] | null
type Known = Exclude<AnyType, 'unknown'>

function comparedAs(left: AnyType, right: AnyType): Types {
  if (left === 'unknown' && right === 'unknown') return ['text', 'text', 'boolean']
  if (left === 'unknown') return comparedAs(right, right)
  if (right === 'unknown' || left === right) return [left, left, 'boolean']
  if (!isNumber(left) || !isNumber(right)) return null
  const both = wider(left, right)
  return [both, both, 'boolean']
}

function joinedAs(left: AnyType, right: AnyType): Types {
  const texts = [left, right].filter((type) => type === 'text' || type === 'unknown').length
  if (texts === 0) return null
  if (left === 'timestamptz' || right === 'timestamptz' || left === 'interval' || right === 'interval') {
    throw notModelled('times as text')
  }
  return ['text', 'text', 'text']
}

function reckonedAs(operation: Operation, left: AnyType, right: AnyType): Types {
  if (left === 'unknown' && right === 'unknown') return null
  const [first, second] = [left === 'unknown' ? right : left, right === 'unknown' ? left : right]
  if (isNumber(first) && isNumber(second)) {
    const both = wider(first, second)
    if (operation === '%' && both === 'double precision') return null
    return [both, both, both]
  }
  if (operation === '+' || operation === '-') {
    if (left === 'timestamptz' && (right === 'interval' || (right === 'unknown' && operation === '+'))) {
      return ['timestamptz', 'interval', 'timestamptz']
    }
    if (operation === '+' && right === 'timestamptz' && (left === 'interval' || left === 'unknown')) {
      return ['interval', 'timestamptz', 'timestamptz']
    }
    if (operation === '-' && first === 'timestamptz' && second === 'timestamptz') {
      return ['timestamptz', 'timestamptz', 'interval']
    }
    if (first === 'interval' && second === 'interval') return ['interval', 'interval', 'interval']
  }
  if (operation === '*' && left === 'interval' && (isNumber(right) || right === 'unknown')) {
    return ['interval', 'double precision', 'interval']
  }
  if (operation === '*' && right === 'interval' && (isNumber(left) || left === 'unknown')) {
    return ['double precision', 'interval', 'interval']
  }
  if (operation === '/' && left === 'interval' && (isNumber(right) || right === 'unknown')) {
    return ['interval', 'double precision', 'interval']
  }
  return null
}

function negated(operand: Typed): Typed {
  const { type } = operand
  if (type === 'unknown') {
    throw new SqlError('42725', 'operator is not unique: - unknown', {
      hint: 'Could not choose a best candidate operator. You might need to add explicit type casts.',
    })
  }
  if (!isNumber(type) && type !== 'interval') {
    throw new SqlError('42883', `operator does not exist: - ${typeWords(type)}`, {
      hint: 'No operator matches the given name and argument type. You might need to add an explicit type cast.',
    })
  }
  return { kind: 'apply', type, operation: 'negate', on: type, operands: [operand] }
}

/**
 * Expressions of one type, as `coalesce` and `case` want them. @param words how an error names the form
 * @throws SqlError 42804 where there is no such type
 */
export function alike(words: string, list: readonly Typed[], scope: Scope): Typed[] {
  let common: AnyType = 'unknown'
  for (const { type } of list) {
    if (type === 'unknown' || type === common) continue
    if (common === 'unknown') common = type
    else if (isNumber(type) && isNumber(common)) common = wider(type, common)
    else {
      const types = `${typeWords(common)} and ${typeWords(type)}`
      throw new SqlError('42804', `${words} types ${types} cannot be matched`)
    }
  }
  const type = common === 'unknown' ? 'text' : common
  return list.map((entry) => coerced(entry, type, scope.parameters))
}
