/** The functions that expressions may call, and the aggregates. */
import { type Scope, alike } from './analyse-expression.ts'
import { coerced, typeWords } from './coerce.ts'
import { SqlError, notModelled } from './sql-error.ts'
import type { TypeName } from './syntax.ts'
import type { Aggregate, AnyType, Typed } from './typed.ts'

/** Functions of PostgreSQL’s that people may try; the simulation hasn’t them, so that it must not say that there are none. */
const KNOWN_ELSEWHERE = new Set(
  `age array_agg avg ceil ceiling char_length concat concat_ws currval date_part date_trunc every exists floor format
  gen_random_uuid generate_series hashtext json_agg json_build_object jsonb_agg jsonb_build_object lastval left lower
  lpad ltrim make_interval md5 mod nextval nullif power random repeat replace reverse right round row_number rpad rtrim
  setval sign split_part sqrt statement_timestamp string_agg strpos substr timeofday to_char to_timestamp
  transaction_timestamp trunc txid_current upper version bool_and bool_or`.split(/\s+/),
)

const AGGREGATES: readonly string[] = ['count', 'min', 'max', 'sum'] satisfies Aggregate[]

/** A call. @throws SqlError 42883 where there is no such function */
export function callOf(name: string, list: readonly Typed[] | '*', scope: Scope): Typed {
  if (AGGREGATES.includes(name)) {
    const found = aggregateOf(name as Aggregate, list, scope)
    if (found !== null) return found
  } else if (list !== '*') {
    const found = functionOf(name, list, scope)
    if (found !== null) return found
  }
  if (KNOWN_ELSEWHERE.has(name) || name.startsWith('pg_')) throw notModelled(`the function ${name}`)
  const words = list === '*' ? '*' : list.map(({ type }) => typeWords(type)).join(', ')
  throw new SqlError('42883', `function ${name}(${list === '*' ? '' : words}) does not exist`, {
    hint: 'No function matches the given name and argument types. You might need to add explicit type casts.',
  })
}

function functionOf(name: string, list: readonly Typed[], scope: Scope): Typed | null {
  const [first] = list
  switch (name) {
    case 'now':
      return list.length === 0 ? { kind: 'now', type: 'timestamptz' } : null
    case 'clock_timestamp':
      return list.length === 0 ? { kind: 'clock', type: 'timestamptz' } : null
    case 'coalesce':
    case 'greatest':
    case 'least': {
      if (first === undefined) throw new SqlError('42601', 'syntax error at or near ")"')
      const operands = alike(name.toUpperCase(), list, scope)
      return { kind: name, type: operands[0]!.type as TypeName, operands }
    }
    case 'length': {
      if (list.length !== 1 || (first!.type !== 'text' && first!.type !== 'unknown')) return null
      const operands = [coerced(first!, 'text', scope.parameters)]
      return { kind: 'apply', type: 'integer', operation: 'length', on: 'text', operands }
    }
    case 'abs': {
      const type = first?.type
      if (list.length !== 1 || (type !== 'integer' && type !== 'bigint')) return null
      return { kind: 'apply', type, operation: 'abs', on: type, operands: [first!] }
    }
    default:
      return null
  }
}

function aggregateOf(aggregate: Aggregate, list: readonly Typed[] | '*', scope: Scope): Typed | null {
  const place = (): void => {
    if (scope.place !== null) {
      throw new SqlError('42803', `aggregate functions are not allowed in ${scope.place}`)
    }
  }
  if (list === '*') {
    if (aggregate !== 'count') return null
    place()
    return { kind: 'aggregate', type: 'bigint', aggregate, operand: null }
  }
  if (list.length !== 1) return null
  if (contains(list[0]!, 'aggregate'))
    throw new SqlError('42803', 'aggregate function calls cannot be nested')
  const type: AnyType = list[0]!.type
  if (aggregate === 'count') {
    place()
    const operand = type === 'unknown' ? coerced(list[0]!, 'text', scope.parameters) : list[0]!
    return { kind: 'aggregate', type: 'bigint', aggregate, operand }
  }
  if (aggregate === 'sum') {
    if (type === 'bigint') throw notModelled('sums of bigint, which are numeric')
    if (type !== 'integer') return null
    place()
    return { kind: 'aggregate', type: 'bigint', aggregate, operand: list[0]! }
  }
  if (type === 'boolean') return null
  place()
  const operand = type === 'unknown' ? coerced(list[0]!, 'text', scope.parameters) : list[0]!
  return { kind: 'aggregate', type: operand.type as TypeName, aggregate, operand }
}

/** Is there a part of this kind in an expression? */
export function contains(typed: Typed, kind: Typed['kind']): boolean {
  return typed.kind === kind || partsOf(typed).some((part) => contains(part, kind))
}

/** The expressions that an expression is made of. */
export function partsOf(typed: Typed): readonly Typed[] {
  if ('operands' in typed) return typed.operands
  return typed.kind === 'aggregate' && typed.operand !== null ? [typed.operand] : []
}
