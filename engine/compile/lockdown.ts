/**
 * lockdown: called once in the worker or the child process before any learner's code. It freezes what the language
 * gives to everybody (`Array.prototype`, `Map`, `JSON`, …), so that no answer can change what the engine computes with,
 * and puts tripwires in the place of everything else.
 * Reference: the idea, and the treatment of the override mistake, are those of SES (Agoric, "Secure ECMAScript").
 */
import { Fault } from '../fault.ts'
import { countNatives, countedArray } from './allowance.ts'
import { isTripwire, tripwire } from './forbidden.ts'
import { Probe } from './probe.ts'

/** Globals of the language that an answer may use. Everything else on the global object becomes a tripwire. */
const PERMITTED: ReadonlySet<string> = new Set([
  ...[
    'Object',
    'Array',
    'String',
    'Number',
    'Boolean',
    'Symbol',
    'BigInt',
    'Math',
    'JSON',
    'RegExp',
    'Promise',
  ],
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'Proxy', 'Reflect', 'Iterator', 'ArrayBuffer', 'DataView'],
  ...[
    'Int8Array',
    'Uint8Array',
    'Uint8ClampedArray',
    'Int16Array',
    'Uint16Array',
    'Int32Array',
    'Uint32Array',
  ],
  ...['Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
  ...[
    'Error',
    'AggregateError',
    'EvalError',
    'RangeError',
    'ReferenceError',
    'SyntaxError',
    'TypeError',
    'URIError',
  ],
  ...['SuppressedError', 'parseInt', 'parseFloat', 'isNaN', 'isFinite', 'undefined', 'NaN', 'Infinity'],
  ...['decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'unescape'],
])

/** Frozen objects of the language; empty until `lockdown` is called. */
const intrinsics = new WeakSet<object>()
const memberNames = new Set<string>()
let locked = false

/**
 * Locks the realm down. Whatever the caller needs of its surroundings afterwards, it must hold already.
 * @param realm the global object
 */
export function lockdown(realm: object): void {
  if (locked) return
  locked = true
  const global = realm as Record<string, unknown>
  const roots: object[] = [...hiddenIntrinsics(), Fault, Probe, countedArray]
  for (const name of PERMITTED) {
    const value = global[name]
    if ((typeof value === 'object' || typeof value === 'function') && value !== null) roots.push(value)
  }

  define(Math, 'random', tripwire('Math.random'))
  // The ways from any function to a constructor that makes code out of text.
  for (const prototype of functionPrototypes()) define(prototype, 'constructor', tripwire('Function'))
  countNatives(define)
  refuseRedefinition()
  for (const prototype of overridable()) permitOverriding(prototype)
  replaceGlobals(realm)
  for (const root of roots) freezeReachable(root)
}

/**
 * Says whether an error comes from an attempt to change a frozen object of the language.
 * @returns the name of the member, or null
 */
export function isPatchError(error: unknown): string | null {
  if (!locked || !(error instanceof TypeError)) return null
  const match =
    /^Cannot (?:assign to read only|delete|redefine) property:? '?([\w.]+|\[?Symbol\([\w.]+\)\]?)'?/.exec(
      error.message,
    )
  return match && memberNames.has(match[1]!) ? match[1]! : null
}

function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, writable: false, enumerable: false, configurable: false })
}

function functionPrototypes(): object[] {
  return [function () {}, async function () {}, function* () {}, async function* () {}].map(
    (sample) => Object.getPrototypeOf(sample) as object,
  )
}

/** Objects of the language that no global names. */
function hiddenIntrinsics(): object[] {
  const iterators = [
    [][Symbol.iterator](),
    new Map().entries(),
    new Set().values(),
    ''[Symbol.iterator](),
    'a'.matchAll(/a/g),
  ]
  const arguments_ = (function (..._parameters: unknown[]) {
    // eslint-disable-next-line prefer-rest-params
    return arguments
  })()
  return [
    ...iterators.map((iterator) => Object.getPrototypeOf(iterator) as object),
    ...functionPrototypes(),
    Object.getPrototypeOf(arguments_) as object,
  ]
}

/** `Object.defineProperty` and its kind name the object that an answer tried to change. */
function refuseRedefinition(): void {
  for (const [owner, name] of [
    [Object, 'defineProperty'],
    [Object, 'defineProperties'],
    [Object, 'setPrototypeOf'],
    [Object, 'assign'],
    [Reflect, 'defineProperty'],
    [Reflect, 'setPrototypeOf'],
    [Reflect, 'set'],
    [Reflect, 'deleteProperty'],
  ] as [Record<string, (...parameters: unknown[]) => unknown>, string][]) {
    const original = owner[name]!
    const replacement = {
      [name](...parameters: unknown[]): unknown {
        const [target, key] = parameters
        if (isObject(target) && intrinsics.has(target)) {
          throw new Fault('patched-global', {
            name: typeof key === 'string' ? `${nameOf(target)}.${key}` : nameOf(target),
          })
        }
        return original(...parameters)
      },
    }[name]
    define(owner, name, replacement)
  }
}

/** Prototypes whose members people do give to their own objects: `toString`, `constructor`, an error's `message`. */
function overridable(): object[] {
  const errors = [
    Error,
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    URIError,
    AggregateError,
  ]
  return [Object.prototype, ...errors.map((error) => error.prototype as object)]
}

/**
 * Turns the data properties of a prototype into accessors, so that assigning to an object that inherits from it makes a
 * property of that object, as it does where nothing is frozen. The language would refuse ("override mistake").
 */
function permitOverriding(prototype: object): void {
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const property = Object.getOwnPropertyDescriptor(prototype, name)!
    if (!('value' in property) || !property.configurable) continue
    const value: unknown = property.value
    const defineOwn = Reflect.defineProperty
    Object.defineProperty(prototype, name, {
      get: () => value,
      set(this: object, own: unknown) {
        if (this === prototype || intrinsics.has(this))
          throw new Fault('patched-global', { name: `${nameOf(this)}.${name}` })
        defineOwn(this, name, { value: own, writable: true, enumerable: true, configurable: true })
      },
      enumerable: false,
      configurable: false,
    })
  }
}

/** Every global that the language doesn't give becomes a tripwire, those of the surroundings' prototypes too. */
function replaceGlobals(realm: object): void {
  const names = new Set<string>()
  for (
    let object: object | null = realm;
    object && object !== Object.prototype;
    object = Object.getPrototypeOf(object) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(object)) names.add(name)
  }
  names.delete('constructor')
  for (const name of names) {
    // Not even looked at before: to look at some of Node's globals is to load them.
    const value = PERMITTED.has(name) ? (realm as Record<string, unknown>)[name] : tripwire(name)
    try {
      define(realm, name, value)
    } catch {
      // A place where the realm can't be changed: the answer's own scope has a tripwire of that name in front of it.
    }
  }
}

/** Freezes an object and all that can be reached from it. */
function freezeReachable(root: object): void {
  const open = [root]
  while (open.length > 0) {
    const object = open.pop()!
    if (intrinsics.has(object) || isTripwire(object)) continue
    intrinsics.add(object)
    Object.freeze(object)
    const prototype = Object.getPrototypeOf(object) as object | null
    if (prototype) open.push(prototype)
    for (const key of Reflect.ownKeys(object)) {
      memberNames.add(String(key))
      const { value, get, set } = Object.getOwnPropertyDescriptor(object, key)!
      for (const part of [value, get, set] as unknown[]) if (isObject(part)) open.push(part)
    }
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** A name for an error, such as `Array.prototype`. */
function nameOf(object: object): string {
  if (typeof object === 'function') return object.name
  const tag = object === Math ? 'Math' : object === JSON ? 'JSON' : object === Reflect ? 'Reflect' : null
  if (tag) return tag
  const owner = Object.getOwnPropertyDescriptor(object, 'constructor')
  const constructor: unknown = owner?.value ?? owner?.get?.call(object)
  return typeof constructor === 'function' && !isTripwire(constructor)
    ? `${constructor.name}.prototype`
    : 'Object'
}
