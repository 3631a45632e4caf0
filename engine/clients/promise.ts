/**
 * Promise as the code of clients knows it. It behaves like the language's, to the order of the jobs, but its jobs
 * stand in a queue of the process that we empty ourselves, and what it holds can be read for the process's identity.
 * Reference: ECMA-262, "Promise Objects" and "Jobs and Host Operations to Enqueue Jobs".
 */

/** What promises need of the process that runs. */
export interface Surroundings {
  enqueue(job: Job): void
  /** A promise is made. @throws Fault past the bound of one step */
  promiseMade(): void
  /** A promise was rejected, and nobody handles it so far. */
  rejectedUnhandled(promise: ProcessPromise): void
  handledLate(promise: ProcessPromise): void
  /** Calls a function of a client's file, or of a library for a request. */
  call(run: (value: unknown) => unknown, value: unknown, origin: Origin | null): unknown
}

/** Which request of a library a promise goes back to, and the answers that its callbacks have had. */
export interface Origin {
  readonly service: string
  readonly command: unknown
  readonly answers: unknown[]
  /** Callbacks so far, in their order. */
  readonly callbacks: ((...parameters: never[]) => unknown)[]
}

/** What waits in the queue. */
export type Job = () => void

/** What happens when a promise is settled. */
export interface Reaction {
  settle(rejected: boolean, value: unknown): void
  /** Would it change nothing that anybody can see? */
  readonly dead: boolean
}

export type Settled = 'pending' | 'fulfilled' | 'rejected'

let surroundings: Surroundings | null = null

/** Runs code of a process. Promises that are made or settled meanwhile are this process's. */
export function within<T>(process: Surroundings, run: () => T): T {
  const before = surroundings
  surroundings = process
  try {
    return run()
  } finally {
    surroundings = before
  }
}

function process(): Surroundings {
  if (surroundings === null) throw new Error('a promise of a process was used while none runs')
  return surroundings
}

type Callback = (value: unknown) => unknown

/** What can be read of a promise. */
export interface PromiseParts {
  readonly state: Settled
  readonly value: unknown
  readonly reactions: readonly Reaction[]
  /** Has it been resolved, perhaps with a promise that is still pending? */
  readonly locked: boolean
  readonly origin: Origin | null
}

interface Internals {
  is(value: unknown): value is ProcessPromise
  parts(promise: ProcessPromise): PromiseParts
  resolve(promise: ProcessPromise, value: unknown): void
  reject(promise: ProcessPromise, reason: unknown): void
  settle(promise: ProcessPromise, state: Settled, value: unknown): void
  react(promise: ProcessPromise, reaction: Reaction): void
  /** Marks it as resolved, though it may still be pending. */
  lock(promise: ProcessPromise): void
  make(origin?: Origin | null): ProcessPromise
}

/** The engine's own hands on promises. Learners' code never gets hold of it. */
export let internals: Internals

const INTERNAL = Symbol('internal')

/** A function that settles a promise, and what it can be told by. */
export interface Resolver {
  readonly promise: ProcessPromise
  readonly rejects: boolean
  readonly pair: { done: boolean }
}

/** Functions that the engine made and handed to learners' code. */
export const resolvers = new WeakMap<object, Resolver>()

export class ProcessPromise {
  #state: Settled = 'pending'
  #value: unknown = undefined
  #reactions: Reaction[] = []
  #handled = false
  #locked = false
  #origin: Origin | null = null

  constructor(
    executor: (resolve: (value: unknown) => void, reject: (reason: unknown) => void) => void,
    origin: Origin | null = null,
  ) {
    process().promiseMade()
    if ((executor as unknown) === INTERNAL) {
      this.#origin = origin
      return
    }
    if (typeof executor !== 'function')
      throw new TypeError(`Promise resolver ${describeBriefly(executor)} is not a function`)
    const [resolve, reject] = resolversOf(this)
    try {
      executor(resolve, reject)
    } catch (error) {
      reject(error)
    }
  }

  static {
    internals = {
      is: (value): value is ProcessPromise => typeof value === 'object' && value !== null && #state in value,
      parts: (promise) => ({
        state: promise.#state,
        value: promise.#value,
        reactions: promise.#reactions,
        locked: promise.#locked,
        origin: promise.#origin,
      }),
      make: (origin = null) => new ProcessPromise(INTERNAL as never, origin),
      resolve(promise, value) {
        if (promise.#locked) return
        promise.#locked = true
        resolveLocked(promise, value)
      },
      reject(promise, reason) {
        if (promise.#locked) return
        promise.#locked = true
        internals.settle(promise, 'rejected', reason)
      },
      settle(promise, state, value) {
        promise.#state = state
        promise.#value = value
        promise.#locked = true
        const reactions = promise.#reactions
        promise.#reactions = []
        const rejected = state === 'rejected'
        if (rejected && !promise.#handled) process().rejectedUnhandled(promise)
        for (const reaction of reactions) process().enqueue(() => reaction.settle(rejected, value))
      },
      lock(promise) {
        promise.#locked = true
      },
      react(promise, reaction) {
        if (promise.#state === 'pending') promise.#reactions.push(reaction)
        else {
          const rejected = promise.#state === 'rejected'
          const value = promise.#value
          if (rejected && !promise.#handled) process().handledLate(promise)
          process().enqueue(() => reaction.settle(rejected, value))
        }
        promise.#handled = true
      },
    }
  }

  then(onFulfilled?: unknown, onRejected?: unknown): ProcessPromise {
    const derived = internals.make(this.#origin)
    internals.react(
      this,
      new CallReaction(callbackOf(onFulfilled), callbackOf(onRejected), derived, this.#origin),
    )
    return derived
  }

  catch(onRejected?: unknown): ProcessPromise {
    return this.then(undefined, onRejected)
  }

  finally(onFinally?: unknown): ProcessPromise {
    const callback = callbackOf(onFinally)
    if (callback === null) return this.then(onFinally, onFinally)
    const derived = internals.make(this.#origin)
    internals.react(this, new FinallyReaction(callback, derived, this.#origin))
    return derived
  }

  static resolve(value?: unknown): ProcessPromise {
    return promiseOf(value)
  }

  static reject(reason?: unknown): ProcessPromise {
    const promise = internals.make()
    internals.reject(promise, reason)
    return promise
  }

  static all(values: Iterable<unknown>): ProcessPromise {
    return combine('all', values)
  }

  static allSettled(values: Iterable<unknown>): ProcessPromise {
    return combine('allSettled', values)
  }

  static any(values: Iterable<unknown>): ProcessPromise {
    return combine('any', values)
  }

  static race(values: Iterable<unknown>): ProcessPromise {
    return combine('race', values)
  }

  static withResolvers(): {
    promise: ProcessPromise
    resolve: (value: unknown) => void
    reject: (reason: unknown) => void
  } {
    const promise = internals.make()
    const [resolve, reject] = resolversOf(promise)
    return { promise, resolve, reject }
  }

  static try(callback: (...parameters: unknown[]) => unknown, ...parameters: unknown[]): ProcessPromise {
    return new ProcessPromise((resolve) => resolve(callback(...parameters)))
  }

  get [Symbol.toStringTag](): string {
    return 'Promise'
  }
}

Object.defineProperty(ProcessPromise, 'name', { value: 'Promise' })

/** A promise for a value: itself if it is one. */
export function promiseOf(value: unknown): ProcessPromise {
  if (internals.is(value)) return value
  const promise = internals.make()
  internals.resolve(promise, value)
  return promise
}

function resolveLocked(promise: ProcessPromise, value: unknown): void {
  if (value === promise)
    return internals.settle(
      promise,
      'rejected',
      new TypeError('Chaining cycle detected for promise #<Promise>'),
    )
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null)
    return internals.settle(promise, 'fulfilled', value)
  if (internals.is(value)) {
    const followed = value
    return process().enqueue(() => internals.react(followed, new AdoptReaction(promise)))
  }
  let then: unknown
  try {
    then = (value as { then?: unknown }).then
  } catch (error) {
    return internals.settle(promise, 'rejected', error)
  }
  if (typeof then !== 'function') return internals.settle(promise, 'fulfilled', value)
  const method = then as (this: unknown, ...parameters: unknown[]) => unknown
  process().enqueue(() => {
    const [resolve, reject] = resolversOf(promise)
    try {
      Reflect.apply(method, value, [resolve, reject])
    } catch (error) {
      reject(error)
    }
  })
}

/** The two functions that settle a promise, of which only the first call of either counts. */
function resolversOf(
  promise: ProcessPromise,
): [resolve: (value: unknown) => void, reject: (reason: unknown) => void] {
  const pair = { done: false }
  const resolve = (value?: unknown): void => {
    if (pair.done) return
    pair.done = true
    internals.lock(promise)
    resolveLocked(promise, value)
  }
  const reject = (reason?: unknown): void => {
    if (pair.done) return
    pair.done = true
    internals.settle(promise, 'rejected', reason)
  }
  resolvers.set(Object.freeze(resolve), { promise, rejects: false, pair })
  resolvers.set(Object.freeze(reject), { promise, rejects: true, pair })
  return [resolve, reject]
}

/** Is it settled, or bound to become what another promise becomes? */
export function isLocked(promise: ProcessPromise): boolean {
  return internals.parts(promise).locked
}

function callbackOf(value: unknown): Callback | null {
  return typeof value === 'function' ? (value as Callback) : null
}

/** `then` with its two functions; null: the value or the error is passed on. */
export class CallReaction implements Reaction {
  readonly onFulfilled: Callback | null
  readonly onRejected: Callback | null
  readonly derived: ProcessPromise
  readonly origin: Origin | null
  readonly dead = false

  constructor(
    onFulfilled: Callback | null,
    onRejected: Callback | null,
    derived: ProcessPromise,
    origin: Origin | null,
  ) {
    this.onFulfilled = onFulfilled
    this.onRejected = onRejected
    this.derived = derived
    this.origin = origin
    if (onFulfilled) origin?.callbacks.push(onFulfilled)
    if (onRejected) origin?.callbacks.push(onRejected)
  }

  settle(rejected: boolean, value: unknown): void {
    const callback = rejected ? this.onRejected : this.onFulfilled
    if (callback === null) {
      if (rejected) internals.reject(this.derived, value)
      else internals.resolve(this.derived, value)
      return
    }
    attempt(this.derived, () => process().call(callback, value, this.origin))
  }
}

/** `finally`: calls, waits for what the call gives, and passes on what there was before. */
export class FinallyReaction implements Reaction {
  readonly callback: Callback
  readonly derived: ProcessPromise
  readonly origin: Origin | null
  readonly dead = false

  constructor(callback: Callback, derived: ProcessPromise, origin: Origin | null) {
    this.callback = callback
    this.derived = derived
    this.origin = origin
    origin?.callbacks.push(callback)
  }

  settle(rejected: boolean, value: unknown): void {
    attempt(this.derived, () => {
      const waited = promiseOf(process().call(callWithout(this.callback), undefined, this.origin))
      const last = internals.make()
      internals.react(waited, new ConstantReaction(rejected, value, last))
      return last
    })
  }
}

function callWithout(callback: Callback): Callback {
  return () => (callback as () => unknown)()
}

/** Gives the same whatever comes, unless an error comes. */
export class ConstantReaction implements Reaction {
  readonly throws: boolean
  readonly value: unknown
  readonly derived: ProcessPromise
  readonly dead = false

  constructor(throws: boolean, value: unknown, derived: ProcessPromise) {
    this.throws = throws
    this.value = value
    this.derived = derived
  }

  settle(rejected: boolean, value: unknown): void {
    if (rejected) internals.reject(this.derived, value)
    else if (this.throws) internals.reject(this.derived, this.value)
    else internals.resolve(this.derived, this.value)
  }
}

/** One promise becomes what another has become. */
export class AdoptReaction implements Reaction {
  readonly promise: ProcessPromise
  readonly dead = false

  constructor(promise: ProcessPromise) {
    this.promise = promise
  }

  settle(rejected: boolean, value: unknown): void {
    if (rejected) internals.settle(this.promise, 'rejected', value)
    else resolveLocked(this.promise, value)
  }
}

export type Combining = 'all' | 'allSettled' | 'any' | 'race'

/** What `Promise.all` and its kin hold while they wait. */
export class Combinator {
  readonly kind: Combining
  readonly promise: ProcessPromise
  readonly values: unknown[] = []
  remaining = 1

  constructor(kind: Combining, promise: ProcessPromise) {
    this.kind = kind
    this.promise = promise
  }

  settle(index: number, rejected: boolean, value: unknown): void {
    const { kind, promise } = this
    if (kind === 'race' || (rejected && kind === 'all') || (!rejected && kind === 'any')) {
      if (rejected) internals.reject(promise, value)
      else internals.resolve(promise, value)
      return
    }
    if (kind === 'allSettled')
      this.values[index] = rejected ? { status: 'rejected', reason: value } : { status: 'fulfilled', value }
    else this.values[index] = value
    this.settleOne()
  }

  settleOne(): void {
    if (--this.remaining > 0 || this.kind === 'race') return
    if (this.kind === 'any')
      internals.reject(this.promise, new AggregateError(this.values, 'All promises were rejected'))
    else internals.resolve(this.promise, this.values)
  }
}

/** One of the promises that a combinator waits for. */
export class SlotReaction implements Reaction {
  readonly combinator: Combinator
  readonly index: number

  constructor(combinator: Combinator, index: number) {
    this.combinator = combinator
    this.index = index
  }

  get dead(): boolean {
    return isLocked(this.combinator.promise)
  }

  settle(rejected: boolean, value: unknown): void {
    this.combinator.settle(this.index, rejected, value)
  }
}

function combine(kind: Combining, values: Iterable<unknown>): ProcessPromise {
  const combinator = new Combinator(kind, internals.make())
  try {
    let index = 0
    for (const value of values) {
      combinator.values.push(undefined)
      combinator.remaining++
      internals.react(promiseOf(value), new SlotReaction(combinator, index++))
    }
    combinator.settleOne()
  } catch (error) {
    internals.reject(combinator.promise, error)
  }
  return combinator.promise
}

function attempt(derived: ProcessPromise, run: () => unknown): void {
  let value: unknown
  try {
    value = run()
  } catch (error) {
    internals.reject(derived, error)
    return
  }
  internals.resolve(derived, value)
}

function describeBriefly(value: unknown): string {
  return typeof value === 'object' ? (value === null ? 'null' : '#<Object>') : String(value)
}

for (const part of [ProcessPromise, ProcessPromise.prototype]) {
  Object.freeze(part)
  for (const key of Reflect.ownKeys(part)) {
    const { value, get } = Object.getOwnPropertyDescriptor(part, key)!
    for (const own of [value, get] as unknown[]) if (typeof own === 'function') Object.freeze(own)
  }
}
