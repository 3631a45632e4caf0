/**
 * Plain data: the one kind of value that states, messages and disks are made of. Gives each value a canonical
 * text, so that equal values have equal texts whatever the order of their keys, and copies it.
 */
import { fail } from './fault.ts'

/**
 * A value that the engine keeps in a state although it is not plain: it never changes, and is known by a text of its own, so that
 * two with equal texts are equal. It is never copied.
 */
export class Sealed<T> {
  readonly #value: T
  readonly #textOf: (value: T) => string
  #text: string | null = null

  /** @param textOf gives the text, once somebody asks for it: a run that is simulated never does */
  constructor(value: T, textOf: (value: T) => string) {
    this.#value = value
    this.#textOf = textOf
  }

  get value(): T {
    return this.#value
  }

  get text(): string {
    return (this.#text ??= this.#textOf(this.#value))
  }
}

/** The longest canonical text of one state or message, in characters. Past it, exploring would only fill memory. */
export const PLAIN_LENGTH_MAX = 100_000

/** How deep a value may be nested: far more than a protocol needs, and less than the call stack holds. */
const PLAIN_DEPTH_MAX = 500

/**
 * The canonical text of a plain value. Keys are sorted, properties that are `undefined` count as absent, and
 * `-0` counts as `0`. Infinite numbers and NaN have texts of their own.
 * @param what how an error names the value, such as `state`
 * @throws Fault `not-plain` with the path of the first part that is not plain data, `too-large` past PLAIN_LENGTH_MAX
 */
export function canonical(value: unknown, what: string): string {
  /** The values that the part in hand is in: few, so that a list is faster than a set. */
  const open: object[] = []
  /** Keys and positions that lead to the part in hand; they are put together only where something is wrong. */
  const trail: (string | number)[] = []
  const path = (): string => trail.reduce<string>((text, key) => text + step(key), what)
  let length = 0
  const write = (part: unknown): string => {
    const text = writePart(part)
    length += text.length > 64 && typeof part === 'object' ? 2 : text.length
    if (length > PLAIN_LENGTH_MAX) fail('too-large', { what, limit: PLAIN_LENGTH_MAX })
    return text
  }
  const writePart = (part: unknown): string => {
    switch (typeof part) {
      case 'string':
        if (part.length > PLAIN_LENGTH_MAX) return fail('too-large', { what, limit: PLAIN_LENGTH_MAX })
        return JSON.stringify(part)
      case 'number':
        return part === 0 ? '0' : String(part)
      case 'boolean':
        return part ? 'true' : 'false'
      case 'undefined':
        return 'undefined'
      case 'object':
        break
      default:
        return fail('not-plain', { what: path(), kind: typeof part })
    }
    if (part === null) return 'null'
    if (part instanceof Sealed) return `#${part.text.length}:${part.text}`
    if (open.includes(part)) return fail('not-plain', { what: path(), kind: 'cycle' })
    open.push(part)
    if (open.length > PLAIN_DEPTH_MAX) return fail('not-plain', { what, kind: 'endless nesting' })
    const text = Array.isArray(part) ? writeList(part) : writeFields(part)
    open.pop()
    return text
  }
  const writeList = (part: readonly unknown[]): string => {
    if (Object.getPrototypeOf(part) !== Array.prototype) {
      return fail('not-plain', { what: path(), kind: constructorName(part) })
    }
    // Before anything goes through the list: each entry takes a character at least.
    if (part.length > PLAIN_LENGTH_MAX) return fail('too-large', { what, limit: PLAIN_LENGTH_MAX })
    // Positions come before all other keys, so that only the last key has to be looked at where there are none.
    const last = Object.keys(part).at(-1)
    if (last !== undefined && !POSITION.test(last)) {
      const extra = Object.keys(part).find((key) => !POSITION.test(key))!
      return fail('not-plain', { what: `${path()}.${extra}`, kind: 'field of a list' })
    }
    let text = '['
    for (let index = 0; index < part.length; index++) {
      trail.push(index)
      text += index === 0 ? write(part[index]) : `,${write(part[index])}`
      trail.pop()
    }
    return `${text}]`
  }
  const writeFields = (part: object): string => {
    const prototype = Object.getPrototypeOf(part) as object | null
    if (prototype !== null && prototype !== Object.prototype) {
      return fail('not-plain', { what: path(), kind: constructorName(part) })
    }
    if (Object.getOwnPropertySymbols(part).length > 0)
      return fail('not-plain', { what: path(), kind: 'symbol' })
    let text = '{'
    for (const key of sorted(Object.keys(part))) {
      const property = Object.getOwnPropertyDescriptor(part, key)!
      trail.push(key)
      if (property.get ?? property.set) return fail('not-plain', { what: path(), kind: 'getter' })
      if (property.value !== undefined) {
        length += key.length + 1
        text += `${text === '{' ? '' : ','}${textOfKey(key)}:${write(property.value)}`
      }
      trail.pop()
    }
    return `${text}}`
  }
  return write(value)
}

/** So many keys are sorted one by one, which is faster for the few that an object has. */
const SORTED_SINGLY_MAX = 16

/** Sorts keys in place, by their code units. */
function sorted(keys: string[]): string[] {
  if (keys.length > SORTED_SINGLY_MAX) return keys.sort()
  for (let index = 1; index < keys.length; index++) {
    const key = keys[index]!
    let place = index
    for (; place > 0 && keys[place - 1]! > key; place--) keys[place] = keys[place - 1]!
    keys[place] = key
  }
  return keys
}

/** Texts of keys, most of which come again and again. Past so many all are forgotten. */
const KEY_TEXTS_MAX = 4_096
const keyTexts = new Map<string, string>()

function textOfKey(key: string): string {
  let text = keyTexts.get(key)
  if (text !== undefined) return text
  if (keyTexts.size >= KEY_TEXTS_MAX) keyTexts.clear()
  keyTexts.set(key, (text = JSON.stringify(key)))
  return text
}

const POSITION = /^\d+$/

function step(key: string | number): string {
  return typeof key === 'number' ? `[${key}]` : `.${key}`
}

/**
 * A copy that shares nothing with the value. The value must be plain: see `canonical`. What has the same text has the
 * same copy: no properties that are `undefined`, no `-0` and no holes in lists.
 */
export function copy<T>(value: T): T {
  if (value === 0) return 0 as T
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const list: unknown[] = []
    for (const part of value as unknown[]) list.push(copy(part))
    return list as T
  }
  if (value instanceof Sealed) return value
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const part = (value as Record<string, unknown>)[key]
    if (part === undefined) continue
    // Assigning to `__proto__` would set the prototype instead.
    if (key === '__proto__') Object.defineProperty(result, key, { value: copy(part), ...OWN })
    else result[key] = copy(part)
  }
  return result as T
}

const OWN = { enumerable: true, configurable: true, writable: true } as const

/** Past so many parts and characters a value is looked at closely: see `copyQuickly`. */
const QUICK_SIZE_MAX = 10_000

/** Nesting up to which `copyQuickly` follows. */
const QUICK_DEPTH_MAX = 40

let quickSize = 0
let unusual = false

/**
 * A copy as `copy` gives it, in a fraction of the time of `canonical` and `copy`. What is unusual about the value is left
 * to those two. It does not see getters and symbols: for calls whose like was looked at closely before.
 * @throws Fault `not-plain` or `too-large`
 */
export function copyQuickly<T>(value: T, what: string): T {
  if (typeof value !== 'object' || value === null) {
    if (isUsual(value)) return value
  } else {
    quickSize = 0
    unusual = false
    const result = quickly(value, 0)
    if (!unusual && quickSize < QUICK_SIZE_MAX) return result as T
  }
  canonical(value, what)
  return copy(value)
}

/** A value without parts that is its own copy, and its own only text. */
export function isUsual(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return value.length < QUICK_SIZE_MAX
    case 'number':
      return value !== 0 || 1 / value > 0
    case 'boolean':
      return true
    default:
      return value === null
  }
}

function quickly(value: object, depth: number): object {
  if (value instanceof Sealed) return value
  if (depth > QUICK_DEPTH_MAX) {
    unusual = true
    return value
  }
  if (Array.isArray(value)) {
    if (Object.getPrototypeOf(value) !== Array.prototype || value.length > QUICK_SIZE_MAX) {
      unusual = true
      return value
    }
    const list = value.slice() as unknown[]
    quickSize += list.length
    for (let index = 0; index < list.length; index++) {
      const part = list[index]
      if (typeof part === 'object' && part !== null) list[index] = quickly(part, depth + 1)
      else quickPart(part)
    }
    return list
  }
  const prototype = Object.getPrototypeOf(value) as unknown
  if (prototype !== Object.prototype && prototype !== null) {
    unusual = true
    return value
  }
  const result = { ...value } as Record<string, unknown>
  for (const key in result) {
    const part = result[key]
    quickSize += key.length
    if (typeof part === 'object' && part !== null) result[key] = quickly(part, depth + 1)
    else quickPart(part)
  }
  return result
}

function quickPart(part: unknown): void {
  if (typeof part === 'string') quickSize += part.length
  if (!isUsual(part)) unusual = true
  quickSize++
}

/** Freezes a plain value through and through, so that a step which is looked at twice can't be changed in between. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) freeze(part)
  }
  return value
}

function constructorName(value: object): string {
  const name = (value.constructor as { name?: unknown } | undefined)?.name
  return typeof name === 'string' && name !== '' ? name : 'class instance'
}
