/**
 * A coroutine: one call of an `async` function. `lower` has made a generator of it, which is resumed here when what it
 * awaits is settled, in the same order as the language does.
 */
import { fail } from '../fault.ts'
import { type Reaction, type ProcessPromise, internals, promiseOf } from './promise.ts'

/** The variables of one scope while it is open, as `lower` lets them be read. */
export class ScopeToken {
  readonly number: number
  readonly size: number
  readonly read: (index: number) => unknown

  constructor(number: number, size: number, read: (index: number) => unknown) {
    this.number = number
    this.size = size
    this.read = read
  }
}

/** What a coroutine needs of its process. */
export interface CoroutineHost {
  running: Coroutine | null
  /** A line of the file is about to run. */
  at(line: number): void
  /** Something was thrown out of a coroutine. @throws what ends the whole step, such as a Fault */
  thrown(error: unknown, coroutine: Coroutine): void
}

export class Coroutine {
  readonly name: string
  readonly self: unknown
  readonly promise: ProcessPromise = internals.make()
  /** The `await` at which it stands; −1 before the first. */
  site = -1
  line = 0
  scopes: readonly ScopeToken[] = []
  /** What is alive there without a name. */
  alive: readonly unknown[] = []
  /** What it awaits, or has returned and goes by; null while it runs, and where it returned something else. */
  awaited: ProcessPromise | null = null
  returned = false
  /** Is it a call of the file whose lines are told? */
  readonly told: boolean
  readonly #host: CoroutineHost
  readonly #generator: Generator<unknown, unknown, unknown> | null

  /** Starts to run at once, until the first `await`. */
  constructor(
    host: CoroutineHost,
    name: string,
    self: unknown,
    code: (...parameters: unknown[]) => Generator<unknown, unknown, unknown>,
    parameters: ArrayLike<unknown>,
    told = true,
  ) {
    coroutines.set(this.promise, this)
    this.#host = host
    this.told = told
    this.name = name
    this.self = self
    let generator: Generator<unknown, unknown, unknown> | null = null
    try {
      generator = Reflect.apply(code, self, parameters)
    } catch (error) {
      // A parameter's default threw.
      this.#fail(error)
    }
    this.#generator = generator
    if (generator) this.#go(false, undefined)
  }

  /** Goes on after an `await`. */
  resume(rejected: boolean, value: unknown): void {
    if (this.told) this.#host.at(this.line)
    this.#go(rejected, value)
  }

  #go(rejected: boolean, value: unknown): void {
    const host = this.#host
    const before = host.running
    this.awaited = null
    host.running = this
    let result: IteratorResult<unknown, unknown>
    try {
      result = rejected ? this.#generator!.throw(value) : this.#generator!.next(value)
    } catch (error) {
      host.running = before
      return this.#fail(error)
    }
    host.running = before
    if (result.done) {
      this.returned = true
      if (internals.is(result.value)) this.awaited = result.value
      return internals.resolve(this.promise, result.value)
    }
    try {
      const awaited = result.value
      if (isForeign(awaited)) fail('foreign-promise', {}, { line: this.line, column: 1 })
      this.awaited = promiseOf(awaited)
      internals.react(this.awaited, new AwaitReaction(this))
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.#host.thrown(error, this)
    internals.reject(this.promise, error)
  }
}

/** The calls by the promises that they gave. */
const coroutines = new WeakMap<ProcessPromise, Coroutine>()

/** Where the call stands that a promise came of, and the calls that it awaits, innermost first. */
export function standsOf(promise: ProcessPromise): { readonly function: string; readonly line: number }[] {
  const stands: { readonly function: string; readonly line: number }[] = []
  let coroutine = coroutines.get(promise)
  while (coroutine?.awaited) {
    if (!coroutine.returned && coroutine.told)
      stands.unshift({ function: coroutine.name, line: coroutine.line })
    coroutine = coroutines.get(coroutine.awaited)
  }
  return stands
}

/** A promise of somebody else's, which nobody here would ever settle, or something that behaves like one. */
function isForeign(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  return !internals.is(value) && typeof (value as { then?: unknown }).then === 'function'
}

/** A coroutine that waits. */
export class AwaitReaction implements Reaction {
  readonly coroutine: Coroutine
  readonly dead = false

  constructor(coroutine: Coroutine) {
    this.coroutine = coroutine
  }

  settle(rejected: boolean, value: unknown): void {
    this.coroutine.resume(rejected, value)
  }
}
