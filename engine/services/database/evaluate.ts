/** Evaluates typed expressions over a row, with SQL’s three truth values. */
import { contains, partsOf } from './functions.ts'
import { SqlError } from './sql-error.ts'
import type { Operation, Typed } from './typed.ts'
import { type Value, compare, fromText, toText, whole } from './values.ts'

export type Row = readonly Value[]

/** What an expression may look at. */
export interface Surroundings {
  readonly parameters: readonly Value[]
  /** The beginning of the transaction as a distance from this moment, in milliseconds: zero or less. */
  readonly now: number
  readonly row?: Row
  readonly excluded?: Row
  /** All rows, for aggregates. */
  readonly rows?: readonly Row[]
}

export function evaluate(typed: Typed, around: Surroundings): Value {
  switch (typed.kind) {
    case 'constant':
      return typed.value
    case 'parameter':
      return around.parameters[typed.index - 1]!
    case 'field':
      return (typed.source === 'row' ? around.row! : around.excluded!)[typed.column]!
    case 'now':
      return around.now
    case 'clock':
      return 0
    case 'and':
    case 'or': {
      const decisive = typed.kind === 'or'
      let result: Value = !decisive
      for (const operand of typed.operands) {
        const value = evaluate(operand, around)
        if (value === decisive) return decisive
        if (value === null) result = null
      }
      return result
    }
    case 'coalesce': {
      for (const operand of typed.operands) {
        const value = evaluate(operand, around)
        if (value !== null) return value
      }
      return null
    }
    case 'case': {
      const { operands } = typed
      for (let index = 0; index + 1 < operands.length; index += 2) {
        if (evaluate(operands[index]!, around) === true) return evaluate(operands[index + 1]!, around)
      }
      return evaluate(operands.at(-1)!, around)
    }
    case 'greatest':
    case 'least': {
      const values = typed.operands.map((operand) => evaluate(operand, around))
      return extreme(values, typed, typed.kind === 'greatest')
    }
    case 'is-null':
      return evaluate(typed.operands[0], around) === null
    case 'is-true':
      return evaluate(typed.operands[0], around) === true
    case 'is-false':
      return evaluate(typed.operands[0], around) === false
    case 'apply': {
      const values: Exclude<Value, null>[] = []
      let missing = false
      for (const operand of typed.operands) {
        const value = evaluate(operand, around)
        if (value === null) missing = true
        else values.push(value)
      }
      return missing ? null : apply(typed, values)
    }
    case 'aggregate':
      return aggregate(typed, around)
  }
}

/** Is a condition true? Unknown is not. */
export function holds(condition: Typed | null, around: Surroundings): boolean {
  return condition === null || evaluate(condition, around) === true
}

type Apply = Extract<Typed, { kind: 'apply' }>

function apply(typed: Apply, values: readonly Exclude<Value, null>[]): Value {
  const [first, second] = values as [Exclude<Value, null>, Exclude<Value, null>]
  switch (typed.operation) {
    case '=':
      return compare(first, second, typed.on) === 0
    case '<>':
      return compare(first, second, typed.on) !== 0
    case '<':
      return compare(first, second, typed.on) < 0
    case '>':
      return compare(first, second, typed.on) > 0
    case '<=':
      return compare(first, second, typed.on) <= 0
    case '>=':
      return compare(first, second, typed.on) >= 0
    case '||':
      return String(first) + String(second)
    case 'not':
      return first !== true
    case 'length':
      return [...String(first)].length
    case 'cast':
      return cast(typed, first)
    case 'negate':
    case 'abs':
      if (typed.type === 'integer' || typed.type === 'bigint') {
        const value = BigInt(first)
        return whole(typed.operation === 'negate' || value < 0n ? -value : value, typed.type)
      }
      return -Number(first)
    default:
      if (typed.type === 'integer' || typed.type === 'bigint') {
        return whole(reckon(typed.operation, BigInt(first), BigInt(second)), typed.type)
      }
      return fraction(typed, Number(first), Number(second))
  }
}

function reckon(operation: Operation, left: bigint, right: bigint): bigint {
  if (operation === '+') return left + right
  if (operation === '-') return left - right
  if (operation === '*') return left * right
  if (right === 0n) throw new SqlError('22012', 'division by zero')
  return operation === '/' ? left / right : left % right
}

/** With intervals and times the result is a whole number of milliseconds. */
function fraction(typed: Apply, left: number, right: number): number {
  if (typed.operation === '/' && right === 0) throw new SqlError('22012', 'division by zero')
  const result =
    typed.operation === '+'
      ? left + right
      : typed.operation === '-'
        ? left - right
        : typed.operation === '*'
          ? left * right
          : left / right
  return typed.type === 'double precision' ? result : Math.round(result)
}

function cast(typed: Apply, value: Exclude<Value, null>): Value {
  const { on, type } = typed
  if (type === 'text') return toText(value)
  if (on === 'text') return fromText(String(value), type)
  if (type === 'boolean') return Number(value) !== 0
  if (type === 'double precision') return Number(value)
  if (type !== 'integer' && type !== 'bigint') return value
  return whole(BigInt(value), type)
}

function extreme(values: readonly Value[], typed: Typed, greatest: boolean): Value {
  let found: Value = null
  for (const value of values) {
    if (value === null) continue
    if (found === null) found = value
    else {
      const order = compare(value, found, typed.type === 'unknown' ? 'text' : typed.type)
      if (greatest ? order > 0 : order < 0) found = value
    }
  }
  return found
}

function aggregate(typed: Extract<Typed, { kind: 'aggregate' }>, around: Surroundings): Value {
  const { operand } = typed
  const rows = around.rows ?? []
  if (operand === null) return String(rows.length)
  const values = rows.map((row) => evaluate(operand, { ...around, row })).filter((value) => value !== null)
  if (typed.aggregate === 'count') return String(values.length)
  if (typed.aggregate !== 'sum') return extreme(values, typed, typed.aggregate === 'max')
  if (values.length === 0) return null
  return whole(
    values.reduce((sum, value) => sum + BigInt(value), 0n),
    'bigint',
  )
}

/**
 * An expression with everything worked out that needs no row. PostgreSQL does so before it looks at any, which shows where
 * something fails. It goes through `and`, `or`, `coalesce` and `case` no further than it must.
 */
export function fold(typed: Typed, around: Surroundings): Typed {
  switch (typed.kind) {
    case 'constant':
    case 'field':
    case 'clock':
      return typed
    case 'parameter':
    case 'now':
      return constant(typed, around)
    case 'aggregate':
      return typed.operand === null ? typed : { ...typed, operand: fold(typed.operand, around) }
    case 'and':
    case 'or': {
      const decisive = typed.kind === 'or'
      const operands: Typed[] = []
      for (const operand of typed.operands) {
        const folded = fold(operand, around)
        if (folded.kind === 'constant' && folded.value === decisive) return folded
        operands.push(folded)
      }
      return settled({ ...typed, operands }, around)
    }
    case 'coalesce': {
      const operands: Typed[] = []
      for (const operand of typed.operands) {
        const folded = fold(operand, around)
        if (folded.kind === 'constant' && folded.value === null) continue
        operands.push(folded)
        if (folded.kind === 'constant') break
      }
      if (operands.length === 0) return { kind: 'constant', type: typed.type, value: null }
      return operands[0]!.kind === 'constant' ? operands[0]! : { ...typed, operands }
    }
    case 'case':
      return foldCase(typed, around)
    case 'is-null':
    case 'is-true':
    case 'is-false':
      return settled({ ...typed, operands: [fold(typed.operands[0], around)] }, around)
    default:
      return settled({ ...typed, operands: typed.operands.map((operand) => fold(operand, around)) }, around)
  }
}

function foldCase(
  typed: Extract<Typed, { kind: 'and' | 'or' | 'coalesce' | 'case' }>,
  around: Surroundings,
): Typed {
  const operands: Typed[] = []
  for (let index = 0; index + 1 < typed.operands.length; index += 2) {
    const when = fold(typed.operands[index]!, around)
    if (when.kind === 'constant' && when.value !== true) continue
    const then = fold(typed.operands[index + 1]!, around)
    if (when.kind === 'constant')
      return operands.length === 0 ? then : { ...typed, operands: [...operands, then] }
    operands.push(when, then)
  }
  const otherwise = fold(typed.operands.at(-1)!, around)
  return operands.length === 0 ? otherwise : { ...typed, operands: [...operands, otherwise] }
}

function settled(typed: Typed, around: Surroundings): Typed {
  return partsOf(typed).every((part) => part.kind === 'constant') && !contains(typed, 'clock')
    ? constant(typed, around)
    : typed
}

function constant(typed: Typed, around: Surroundings): Typed {
  return { kind: 'constant', type: typed.type, value: evaluate(typed, around) }
}
