/** Values: how those of each type are read from text, compared, reckoned with and given to clients. */
import { SqlError, invalidText, notModelled } from './sql-error.ts'
import type { TypeName } from './syntax.ts'

/**
 * A value inside the server. A bigint is a string of digits, as its client gets it; a timestamptz is its distance from now
 * and an interval its length, both in milliseconds, so that states don’t depend on the time of day.
 */
export type Value = null | boolean | number | string

const INTEGER_MAX = 2_147_483_647
const BIGINT_MAX = 9_223_372_036_854_775_807n

/**
 * What a text means as a value of a type.
 * @throws SqlError 22P02 where it means nothing, 22003 where it is out of range
 */
export function fromText(text: string, type: TypeName): Value {
  switch (type) {
    case 'text':
      return text
    case 'integer':
    case 'bigint': {
      if (!/^\s*[-+]?\d+\s*$/.test(text)) throw invalidText(type, text)
      const value = BigInt(text.trim().replace(/^\+/, ''))
      const fits = type === 'integer' ? inInteger(value) : inBigint(value)
      if (!fits) throw new SqlError('22003', `value "${text}" is out of range for type ${type}`)
      return type === 'integer' ? Number(value) : String(value)
    }
    case 'boolean': {
      const word = text.trim().toLowerCase()
      const begins = (whole: string, least: number): boolean => word.length >= least && whole.startsWith(word)
      if (begins('true', 1) || begins('yes', 1) || word === 'on' || word === '1') return true
      if (begins('false', 1) || begins('no', 1) || begins('off', 2) || word === '0') return false
      throw invalidText(type, text)
    }
    case 'double precision': {
      if (!/^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i.test(text)) throw invalidText(type, text)
      return Number(text)
    }
    case 'interval':
      return intervalFrom(text)
    case 'timestamptz':
      throw notModelled('times of day: compare with now() instead')
  }
}

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(?:ms|msecs?|milliseconds?)$/, 1],
  [/^(?:s|secs?|seconds?)$/, 1_000],
  [/^(?:m|mins?|minutes?)$/, 60_000],
  [/^(?:h|hrs?|hours?)$/, 3_600_000],
  [/^(?:d|days?)$/, 86_400_000],
  [/^(?:w|weeks?)$/, 604_800_000],
]

/** The length of an interval in milliseconds: numbers with units, or hours:minutes:seconds. */
function intervalFrom(text: string): number {
  let rest = text.trim().toLowerCase()
  if (rest === '') throw invalidText('interval', text)
  let length = 0
  while (rest !== '') {
    const clock = /^([-+]?)(\d+):(\d\d)(?::(\d\d(?:\.\d+)?))?\s*/.exec(rest)
    const counted = /^([-+]?(?:\d+\.?\d*|\.\d+))\s*([a-z]*)\s*/.exec(rest)
    if (clock !== null) {
      const sum = Number(clock[2]) * 3_600_000 + Number(clock[3]) * 60_000 + Number(clock[4] ?? 0) * 1_000
      length += clock[1] === '-' ? -sum : sum
      rest = rest.slice(clock[0].length)
    } else if (counted !== null) {
      const unit = counted[2] === '' ? 's' : counted[2]!
      if (/^(?:mons?|months?|y|yrs?|years?)$/.test(unit)) throw notModelled('intervals of months and years')
      const milliseconds = UNITS.find(([names]) => names.test(unit))?.[1]
      if (milliseconds === undefined) throw invalidText('interval', text)
      length += Number(counted[1]) * milliseconds
      rest = rest.slice(counted[0].length)
    } else throw invalidText('interval', text)
  }
  return Math.round(length)
}

/** The type of a number as it stands in a statement. */
export function typeOfNumber(text: string): 'integer' | 'bigint' {
  if (!/^-?\d+$/.test(text)) throw notModelled('fractions outside of intervals')
  const value = BigInt(text)
  if (inInteger(value)) return 'integer'
  if (inBigint(value)) return 'bigint'
  throw notModelled('numbers beyond bigint')
}

function inInteger(value: bigint): boolean {
  return value <= INTEGER_MAX && value >= -INTEGER_MAX - 1
}

function inBigint(value: bigint): boolean {
  return value <= BIGINT_MAX && value >= -BIGINT_MAX - 1n
}

/**
 * A whole number as a value of a type.
 * @throws SqlError 22003 where it is out of range
 */
export function whole(value: bigint, type: 'integer' | 'bigint'): Value {
  if (type === 'integer' ? inInteger(value) : inBigint(value)) {
    return type === 'integer' ? Number(value) : String(value)
  }
  throw new SqlError('22003', `${type} out of range`)
}

/** Text of a value, as casts and error details show it. */
export function toText(value: Exclude<Value, null>): string {
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  return String(value)
}

/** Less than zero, zero or more: the order of two values of one type. Text goes by code points, as in the locale C. */
export function compare(left: Exclude<Value, null>, right: Exclude<Value, null>, type: TypeName): number {
  if (type === 'bigint') {
    const difference = BigInt(left) - BigInt(right)
    return difference < 0n ? -1 : difference > 0n ? 1 : 0
  }
  if (type !== 'text') return Number(left) - Number(right)
  const [first, second] = [[...String(left)], [...String(right)]]
  for (let index = 0; index < first.length && index < second.length; index++) {
    const difference = first[index]!.codePointAt(0)! - second[index]!.codePointAt(0)!
    if (difference !== 0) return difference
  }
  return first.length - second.length
}
