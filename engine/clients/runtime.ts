/**
 * What lowered code calls beside its probe: it runs coroutines, and writes down what functions capture, so that
 * the identity of a process can be read. See `engine/compile/lower.ts`, which writes these calls.
 */
import type { ProbeCalls } from '../compile/probe.ts'
import { Coroutine, ScopeToken } from './coroutine.ts'
import { KeyIteration, iterate } from './iteration.ts'
import { currentProcess } from './live.ts'
import type { ProcessPromise } from './promise.ts'

/** A function of a client's file. */
export interface Closure {
  /** Which function of the file it is. */
  readonly site: string | number
  readonly scopes: readonly ScopeToken[]
  /** The `this` that an arrow function has captured. */
  readonly self: unknown
}

const closures = new WeakMap<object, Closure>()

/** What is known of a function of a client's file. */
export function closureOf(code: object): Closure | undefined {
  return closures.get(code)
}

/** Stands for something that can't be read. */
export const OPAQUE: unique symbol = Symbol('opaque')

/** Whose a file is: what the answer's functions, or the worker's, do is told apart in an identity. */
export interface Origins {
  /** Added to the numbers of the file's functions and places. */
  readonly numbersFrom: number
  /** Are its lines, and the functions that an error came through, told? */
  readonly told: boolean
}

const ANSWER: Origins = { numbersFrom: 0, told: true }
/** The course's own file around an answer; see `withWorker`. No file has as many places as that. */
export const WORKER: Origins = { numbersFrom: 1_000_000, told: false }

/** What lowered code is given under the name of the probe. */
export function runtimeWith(probe: ProbeCalls, { numbersFrom, told }: Origins = ANSWER): object {
  const placed = (site: string | number): string | number =>
    typeof site === 'number' ? numbersFrom + site : told ? site : `worker ${site}`
  return Object.freeze({
    ...probe,
    opaque: OPAQUE,

    /** Stands at an `await`: what is alive there. */
    site(
      number: number,
      value: unknown,
      line: number,
      scopes: readonly ScopeToken[],
      alive: readonly unknown[],
    ): unknown {
      const coroutine = currentProcess().running!
      coroutine.site = numbersFrom + number
      coroutine.line = line
      coroutine.scopes = scopes
      coroutine.alive = alive
      return value
    },

    run(
      name: string,
      self: unknown,
      code: (...parameters: unknown[]) => Generator<unknown, unknown, unknown>,
      parameters: ArrayLike<unknown>,
    ): ProcessPromise {
      return new Coroutine(currentProcess(), name, self, code, parameters, told).promise
    },

    scope: (number: number, size: number, read: (index: number) => unknown) =>
      new ScopeToken(numbersFrom + number, size, read),

    module(size: number, read: (index: number) => unknown): void {
      currentProcess().modules.push(new ScopeToken(-1, size, read))
    },

    closure<T extends object>(site: number, code: T, scopes: readonly ScopeToken[], self?: unknown): T {
      closures.set(code, { site: placed(site), scopes, self })
      return code
    },

    /** An object with methods. */
    methods<T extends object>(
      site: number,
      object: T,
      scopes: readonly ScopeToken[],
      names: readonly string[],
    ): T {
      for (const name of names) register(object, name, `${placed(site)}.${name}`, scopes)
      return object
    },

    /** A class: its constructor, its methods and those of its instances. */
    members<T extends { readonly prototype: object }>(
      site: number,
      made: T,
      scopes: readonly ScopeToken[],
    ): T {
      closures.set(made, { site: placed(site), scopes, self: undefined })
      for (const key of Reflect.ownKeys(made))
        register(made, key, `${placed(site)}.static.${String(key)}`, scopes)
      for (const key of Reflect.ownKeys(made.prototype))
        register(made.prototype, key, `${placed(site)}.${String(key)}`, scopes)
      return made
    },

    iterate,
    keysOf: (object: unknown) => new KeyIteration(object),

    /** The method that a call is about to look up, without calling a getter. */
    peek(object: unknown, key: string): unknown {
      if (object === null || object === undefined) return undefined
      for (
        let owner: unknown = Object(object);
        owner !== null;
        owner = Object.getPrototypeOf(owner as object)
      ) {
        const property = Object.getOwnPropertyDescriptor(owner as object, key)
        if (property) return property.get || property.set ? OPAQUE : (property.value as unknown)
      }
      return undefined
    },

    text: (value: unknown) => `${value as string}`,
  })
}

function register(owner: object, key: string | symbol, site: string, scopes: readonly ScopeToken[]): void {
  const property = Object.getOwnPropertyDescriptor(owner, key)
  for (const part of [property?.value, property?.get, property?.set] as unknown[]) {
    if (typeof part === 'function' && !closures.has(part))
      closures.set(part, { site, scopes, self: undefined })
  }
}
