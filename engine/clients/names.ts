/**
 * Names of what never changes: the objects of the language, and those of ours that the code of clients is given. In an
 * identity their names stand for them.
 */

import { countedArray } from '../compile/allowance.ts'
import { isTripwire } from '../compile/forbidden.ts'

const constants = new WeakMap<object, string>()
let languageNamed = false

/** Gives an object a name. It must not change, nor anything that is reached through it alone. */
export function nameConstant(object: object, name: string): void {
  constants.set(object, name)
}

/** Names an object and its members, and freezes them. */
export function nameAll(object: object, name: string): void {
  if (constants.has(object)) return
  constants.set(object, name)
  Object.freeze(object)
  for (const key of Reflect.ownKeys(object)) {
    if (key === 'constructor') continue
    const { value, get, set } = Object.getOwnPropertyDescriptor(object, key)!
    for (const part of [value, get, set] as unknown[])
      if (isObject(part)) nameAll(part, `${name}.${String(key)}`)
  }
}

const frozenTools = new WeakSet<object>()

/**
 * Freezes what a library hands to the code of a client, with its functions and the classes that it is of, so that nothing
 * can be hidden there. What the library remembers must not stand in fields of it.
 */
export function freezeTool(tool: object): void {
  for (
    let owner: object | null = tool;
    owner !== null && !frozenTools.has(owner) && !(constantName(owner)?.startsWith('@') === false);
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    frozenTools.add(Object.freeze(owner))
    for (const key of Reflect.ownKeys(owner)) {
      const { value, get } = Object.getOwnPropertyDescriptor(owner, key)!
      for (const part of [value, get] as unknown[]) if (typeof part === 'function') Object.freeze(part)
    }
  }
}

/** The name of a constant, or undefined. */
export function constantName(object: object): string | undefined {
  if (!languageNamed) nameLanguage()
  return constants.get(object)
}

const LANGUAGE: Readonly<Record<string, object>> = {
  Object,
  Function,
  Array,
  String,
  Number,
  Boolean,
  Symbol,
  BigInt,
  Math,
  JSON,
  RegExp,
  Map,
  Set,
  WeakMap,
  WeakSet,
  Reflect,
  Error,
  AggregateError,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  parseInt,
  parseFloat,
  isNaN,
  isFinite,
  encodeURIComponent,
  decodeURIComponent,
  encodeURI,
  decodeURI,
}

/** Late, because lockdown replaces some of them. */
function nameLanguage(): void {
  languageNamed = true
  constants.set(countedArray, 'Array')
  for (const [name, value] of Object.entries(LANGUAGE)) walk(value, name)
}

function walk(object: object, name: string): void {
  if (constants.has(object) || isTripwire(object)) return
  constants.set(object, name)
  for (const key of Reflect.ownKeys(object)) {
    const property = Object.getOwnPropertyDescriptor(object, key)!
    const path = `${name}.${String(key)}`
    for (const part of [property.value, property.get, property.set] as unknown[])
      if (isObject(part) && key !== 'constructor') walk(part, path)
    // After lockdown what could be overridden is handed out by a getter.
    if (property.get && /^(Object|\w*Error)\.prototype$/.test(name)) {
      const value = valueOf(property.get, object)
      if (isObject(value) && key !== 'constructor' && key !== '__proto__') walk(value, path)
    }
  }
}

function valueOf(get: () => unknown, object: object): unknown {
  try {
    return get.call(object)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
