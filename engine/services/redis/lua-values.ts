/**
 * The values of Lua, and how they turn into one another and into text.
 * Reference: Lua 5.1 Reference Manual, section 2.2; the texts of numbers are those of C's `%.14g`.
 */
import { utf8 } from './sha1.ts'

export type LuaValue = null | boolean | number | string | LuaTable | LuaFunction

/** A function of the server's: given its arguments and the line of the call. */
export type LuaFunction = (args: readonly LuaValue[], line: number) => LuaValue

/** A table: values at positions from 1 on without a gap, and all others. */
export class LuaTable {
  readonly list: LuaValue[] = []
  readonly #fields = new Map<LuaValue, LuaValue>()

  get(key: LuaValue): LuaValue {
    if (typeof key === 'number' && Number.isInteger(key) && key >= 1 && key <= this.list.length)
      return this.list[key - 1]!
    return this.#fields.get(key) ?? null
  }

  set(key: LuaValue, value: LuaValue): void {
    const { length } = this.list
    if (typeof key === 'number' && key >= 1 && key <= length && Number.isInteger(key)) {
      this.list[key - 1] = value
      // A gap ends the list: what comes after it is found by its number alone.
      if (value === null) this.list.splice(key - 1).forEach((rest, at) => this.#put(key + at, rest))
    } else if (key === length + 1 && value !== null) {
      // Values that were waiting behind a gap become part of the list when it is filled.
      for (let next: LuaValue = value; next !== null; next = this.#fields.get(this.list.length + 1) ?? null) {
        this.list.push(next)
        this.#fields.delete(this.list.length)
      }
    } else this.#put(key, value)
  }

  #put(key: LuaValue, value: LuaValue): void {
    if (value === null) this.#fields.delete(key)
    else this.#fields.set(key, value)
  }
}

/** The name of a value's type. */
export function typeOf(value: LuaValue): string {
  if (value === null) return 'nil'
  if (value instanceof LuaTable) return 'table'
  return typeof value
}

export function isTrue(value: LuaValue): boolean {
  return value !== null && value !== false
}

/** A number, or a text that reads as one; else null. */
export function toNumber(value: LuaValue): number | null {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return null
  const text = value.trim()
  if (/^[+-]?0[xX][0-9a-fA-F]+$/.test(text)) {
    const amount = Number(text.replace(/^[+-]/, ''))
    return text.startsWith('-') ? -amount : amount
  }
  return /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/.test(text) ? Number(text) : null
}

/** A number as C's `printf` writes it with `%.<digits>g`. */
export function general(value: number, digits: number): string {
  if (Number.isNaN(value)) return '-nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [mantissa, power] = rounded(Math.abs(value), digits)
  const sign = value < 0 ? '-' : ''
  const exponent = Number(power)
  if (exponent < -4 || exponent >= digits) {
    const size = String(Math.abs(exponent)).padStart(2, '0')
    return `${sign}${trimmed(mantissa)}e${exponent < 0 ? '-' : '+'}${size}`
  }
  const figures = mantissa.replace('.', '')
  if (exponent < 0) return `${sign}${trimmed(`0.${'0'.repeat(-exponent - 1)}${figures}`)}`
  return sign + trimmed(`${figures.slice(0, exponent + 1)}.${figures.slice(exponent + 1)}`)
}

/** The digits and the power of ten of a positive number. What lies in the middle goes to the even digit, as in C. */
function rounded(value: number, digits: number): [string, string] {
  const [exact, power] = value.toExponential(100).split('e') as [string, string]
  const cut = exact.slice(0, digits + 1)
  if (/^50*$/.test(exact.slice(digits + 1)) && Number(cut.at(-1)) % 2 === 0) return [cut, power]
  return value.toExponential(digits - 1).split('e') as [string, string]
}

function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** How long a text is in bytes. */
export function lengthOf(text: string): number {
  return utf8(text).length
}
