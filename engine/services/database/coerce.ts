/** Coerces expressions from one type to another, where PostgreSQL does so by itself, at an assignment, or when asked to. */
import { SqlError, notModelled } from './sql-error.ts'
import type { TypeName } from './syntax.ts'
import type { AnyType, Typed } from './typed.ts'
import { fromText } from './values.ts'

export type Occasion = 'implicit' | 'assignment' | 'explicit'

/** Which conversions there are, by the least occasion on which they are made. */
const CASTS: { readonly [from: string]: { readonly [to: string]: Occasion } } = {
  integer: { bigint: 'implicit', 'double precision': 'implicit', text: 'assignment', boolean: 'explicit' },
  bigint: { 'double precision': 'implicit', integer: 'assignment', text: 'assignment' },
  'double precision': { integer: 'assignment', bigint: 'assignment', text: 'assignment' },
  boolean: { text: 'assignment', integer: 'explicit' },
  text: {
    integer: 'explicit',
    bigint: 'explicit',
    boolean: 'explicit',
    interval: 'explicit',
    'double precision': 'explicit',
    timestamptz: 'explicit',
  },
  interval: { text: 'assignment' },
  timestamptz: { text: 'assignment' },
}

const OCCASIONS: readonly Occasion[] = ['implicit', 'assignment', 'explicit']

/** A type’s name as errors show it. */
export function typeWords(type: AnyType): string {
  return type === 'timestamptz' ? 'timestamp with time zone' : type
}

/**
 * An expression as one of a type; null where there is no way on this occasion. A parameter without a type gets this one.
 * @throws SqlError 22P02 where a text means nothing in this type, 42P08 for a parameter that has two types
 */
export function coerce(
  typed: Typed,
  type: TypeName,
  occasion: Occasion,
  parameters: AnyType[],
): Typed | null {
  if (typed.kind === 'parameter' && typed.type === 'unknown') {
    const known = parameters[typed.index - 1]!
    if (known !== 'unknown' && known !== type) {
      throw new SqlError('42P08', `inconsistent types deduced for parameter $${typed.index}`, {
        detail: `${typeWords(known)} versus ${typeWords(type)}`,
      })
    }
    parameters[typed.index - 1] = type
    return { ...typed, type }
  }
  if (typed.kind === 'constant' && typed.type === 'unknown') {
    const value = typed.value === null ? null : fromText(String(typed.value), type)
    return { kind: 'constant', type, value }
  }
  if (typed.type === type) return typed
  const least = CASTS[typed.type]?.[type]
  if (least === undefined || OCCASIONS.indexOf(least) > OCCASIONS.indexOf(occasion)) return null
  if ((typed.type === 'interval' || typed.type === 'timestamptz') && type === 'text') {
    throw notModelled('times as text')
  }
  if (typed.type === 'double precision') throw notModelled('fractions outside of intervals')
  return { kind: 'apply', type, operation: 'cast', on: typed.type as TypeName, operands: [typed] }
}

/** An expression of which it is known that it can be one of this type. */
export function coerced(typed: Typed, type: TypeName, parameters: AnyType[]): Typed {
  const result = coerce(typed, type, type === 'text' ? 'assignment' : 'implicit', parameters)
  if (result === null)
    throw new SqlError('42846', `cannot cast type ${typeWords(typed.type)} to ${typeWords(type)}`)
  return result
}

/** An expression as the new value of a column. @throws SqlError 42804 where the types don’t fit */
export function assigned(
  typed: Typed,
  column: { name: string; type: TypeName },
  parameters: AnyType[],
): Typed {
  const result = coerce(typed, column.type, 'assignment', parameters)
  if (result !== null) return result
  const types = `type ${typeWords(column.type)} but expression is of type ${typeWords(typed.type)}`
  throw new SqlError('42804', `column "${column.name}" is of ${types}`, {
    hint: 'You will need to rewrite or cast the expression.',
  })
}
