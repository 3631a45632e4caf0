/**
 * The identity of a process: a text made of everything that can still influence it. What can happen to a process is
 * that a request is answered, a timer fires or a notice comes; so everything that is reached from there counts, and
 * nothing else: the coroutines that wait, their variables, the variables of the file, what closures have captured.
 * Two processes with equal texts behave in the same way from here on. Each object is numbered when it is first reached,
 * so that the text tells apart what is one object and what are two equal ones.
 */
import { canonical } from '../plain.ts'
import { AwaitReaction, Coroutine, ScopeToken } from './coroutine.ts'
import { timerOf } from './globals.ts'
import { KeyIteration, ListIteration, OtherIteration } from './iteration.ts'
import { descriptionOf } from './library.ts'
import { type LiveProcess, MainReaction, Timer } from './live.ts'
import { constantName, nameAll } from './names.ts'
import {
  AdoptReaction,
  CallReaction,
  Combinator,
  ConstantReaction,
  FinallyReaction,
  type Origin,
  type ProcessPromise,
  type Reaction,
  SlotReaction,
  internals,
  resolvers,
} from './promise.ts'
import { OPAQUE, closureOf } from './runtime.ts'
import { ProcessAbortController, ProcessSignal, signalInternals } from './signals.ts'

/** Past so many characters a state is no use to a search; nor is a text of that length. */
const LENGTH_MAX = 1_000_000

/** Thrown where something is met that can't be read. */
const UNREADABLE = Symbol('unreadable')

/** What reading a process gives. */
export interface Reading {
  /** Null: something is alive that can't be read. */
  readonly identity: string | null
  /** Timers on which nothing depends: nobody waits for them, or ever could. */
  readonly idle: readonly number[]
}

/** Parts of the identity that a test may leave out, to see that it notices. */
export interface Omitted {
  readonly captured?: boolean
  readonly alive?: boolean
  readonly module?: boolean
  readonly aliasing?: boolean
}

/** Reads a process that has come to rest. */
export function identityOf(process: LiveProcess, omitted: Omitted = {}): Reading {
  if (process.opaque) return { identity: null, idle: [] }
  const writer = new Writer(process, omitted)
  try {
    return writer.process()
  } catch (error) {
    if (error === UNREADABLE) return { identity: null, idle: [] }
    throw error
  }
}

class Writer {
  readonly #process: LiveProcess
  readonly #omitted: Omitted
  readonly #numbers = new Map<object, number>()
  /** Numbered objects, in order; those from `#next` on have not been written. */
  readonly #objects: object[] = []
  readonly #weak: (WeakMap<object, unknown> | WeakSet<object>)[] = []
  readonly #apis = new Map<object, string>()
  #next = 0
  #text = ''

  constructor(process: LiveProcess, omitted: Omitted) {
    this.#process = process
    this.#omitted = omitted
  }

  process(): Reading {
    const { requests, timers, clients, modules, exports, ended } = this.#process
    const { idsGiven } = this.#process
    this.#put(ended ? `ended ${canonical(ended, 'ended')}` : 'goes on')
    if (idsGiven > 0) this.#put(` ids ${idsGiven}`)
    for (const number of [...requests.keys()].sort(ascending)) {
      const { service, command, promise } = requests.get(number)!
      this.#put(`\nrequest ${number} ${service} `)
      this.#put(`${canonical(command, 'command')} `)
      this.#value(promise)
    }
    const sorted = [...timers.values()].sort((one, other) => one.number - other.number)
    for (const timer of sorted) if (!isQuiet(timer)) this.#value(timer)
    for (const name of [...clients.keys()].sort()) {
      const client = clients.get(name)!
      if (client.state) this.#put(`\nlibrary ${name} `)
      if (client.state) this.#value(client.state())
    }
    // Where nothing can happen any more, nobody will read the variables of the file either.
    if (this.#objects.length > 0 || sorted.length > 0 || this.#listens()) {
      this.#put('\nfile ')
      if (!this.#omitted.module) for (const one of [...modules, exports]) this.#value(one)
    }
    this.#rest()
    // A timer that only a sleeping promise waits for matters if somebody can still come by that promise.
    const idle: number[] = []
    for (;;) {
      const reached = sorted.filter(
        (timer) => isQuiet(timer) && !this.#numbers.has(timer) && this.#numbers.has(targetOf(timer)!),
      )
      if (reached.length === 0) break
      for (const timer of reached) this.#value(timer)
      this.#rest()
    }
    for (const timer of sorted) if (!this.#numbers.has(timer)) idle.push(timer.number)
    return { identity: this.#text, idle }
  }

  #listens(): boolean {
    return [...this.#process.clients.values()].some((client) => client.notice)
  }

  #put(text: string): void {
    this.#text += text
    if (this.#text.length > LENGTH_MAX) throw UNREADABLE
  }

  /** Writes the objects that have been reached, and what is reached from them. */
  #rest(): void {
    do {
      while (this.#next < this.#objects.length) {
        const number = this.#next++
        this.#put(this.#omitted.aliasing ? '\n' : `\n#${number} `)
        const object = this.#objects[number]!
        this.#body(object)
        // Whatever was thrown may be thrown again, and tells where it came from.
        for (const frame of this.#process.stackOf(object)) this.#put(`${frame.function}:${frame.line} `)
      }
      this.#weakEntries()
    } while (this.#next < this.#objects.length)
  }

  #value(value: unknown): void {
    switch (typeof value) {
      case 'string':
        return this.#put(`${JSON.stringify(value)} `)
      case 'number':
        return this.#put(Object.is(value, -0) ? '-0 ' : `${value} `)
      case 'bigint':
        return this.#put(`${value}n `)
      case 'boolean':
      case 'undefined':
        return this.#put(`${value} `)
      case 'symbol':
        return this.#symbol(value)
      default:
        if (value === null) this.#put('null ')
        else this.#reference(value as object)
    }
  }

  #symbol(value: symbol): void {
    if (value === OPAQUE) throw UNREADABLE
    const known = Symbol.keyFor(value)
    if (known !== undefined) return this.#put(`@for ${JSON.stringify(known)} `)
    if (!WELL_KNOWN.has(value)) throw UNREADABLE
    this.#put(`@${value.description} `)
  }

  #reference(object: object): void {
    const known = this.#numbers.get(object)
    if (known !== undefined) return this.#put(this.#omitted.aliasing ? '# ' : `#${known} `)
    const name = constantName(object) ?? this.#apis.get(object)
    if (name !== undefined) return this.#put(`${name} `)
    this.#put(this.#omitted.aliasing ? '# ' : `#${this.#objects.length} `)
    this.#numbers.set(object, this.#objects.length)
    this.#objects.push(object)
  }

  #body(object: object): void {
    if (object instanceof ScopeToken) return this.#scope(object)
    if (internals.is(object)) return this.#promise(object)
    if (object instanceof Timer) return this.#timer(object)
    if (object instanceof Combinator) return this.#combinator(object)
    if (isSignal(object)) return this.#signal(object)
    if (object instanceof ListIteration) {
      this.#put(`list ${object.gives} ${object.position} `)
      return this.#value(object.list)
    }
    if (object instanceof KeyIteration) {
      this.#put(`keys ${object.position} ${JSON.stringify(object.keys)} `)
      return this.#value(object.object)
    }
    if (object instanceof OtherIteration) {
      this.#put('iterator ')
      return this.#value(object.iterator)
    }
    const timer = timerOf(object)
    if (timer) {
      this.#put('timeout ')
      return timer.pending ? this.#value(timer) : this.#put('over ')
    }
    if (object instanceof Coroutine) return this.#coroutine(object)
    if (typeof object === 'function') return this.#function(object)
    this.#object(object)
  }

  #scope(token: ScopeToken): void {
    this.#put(`scope ${token.number} `)
    if (this.#omitted.captured && token.number >= 0) return
    for (let index = 0; index < token.size; index++) {
      let value: unknown
      try {
        value = token.read(index)
      } catch {
        // Its declaration has not been reached.
        this.#put('- ')
        continue
      }
      this.#value(value)
    }
  }

  #coroutine(coroutine: Coroutine): void {
    const { site, scopes, alive, self, promise } = coroutine
    this.#put(`at ${site} `)
    this.#value(self)
    for (const scope of scopes) this.#value(scope)
    if (!this.#omitted.alive) for (const one of alive) this.#value(one)
    this.#put('for ')
    this.#value(promise)
  }

  #promise(promise: ProcessPromise): void {
    const { state, value, reactions, locked } = internals.parts(promise)
    this.#put(`promise ${state} `)
    if (state === 'pending') {
      if (locked) this.#put('locked ')
      for (const reaction of reactions) this.#reaction(reaction)
    } else this.#value(value)
    this.#own(promise)
  }

  #reaction(reaction: Reaction): void {
    // Somebody handles the promise, and that is all that is left of it.
    if (reaction.dead) return this.#put('handled ')
    if (reaction instanceof AwaitReaction) {
      this.#put('resumes ')
      return this.#value(reaction.coroutine)
    }
    if (reaction instanceof MainReaction) return this.#put('main ')
    if (reaction instanceof SlotReaction) {
      this.#put(`slot ${reaction.index} `)
      return this.#value(reaction.combinator)
    }
    if (reaction instanceof AdoptReaction) {
      this.#put('becomes ')
      return this.#value(reaction.promise)
    }
    if (reaction instanceof CallReaction) {
      this.#put('calls ')
      this.#callback(reaction.onFulfilled, reaction.origin)
      this.#callback(reaction.onRejected, reaction.origin)
      return this.#value(reaction.derived)
    }
    if (reaction instanceof FinallyReaction) {
      this.#put('finally ')
      this.#callback(reaction.callback, reaction.origin)
      return this.#value(reaction.derived)
    }
    if (!(reaction instanceof ConstantReaction)) throw UNREADABLE
    this.#put(`gives ${reaction.throws} `)
    this.#value(reaction.value)
    this.#value(reaction.derived)
  }

  /** A function that a promise calls: one of the file's, or a library's, which depends on the request alone. */
  #callback(code: object | null, origin: Origin | null): void {
    if (code === null || origin === null || closureOf(code) || resolvers.has(code) || constantName(code))
      return this.#value(code)
    const text = libraryText(code)
    if (text === null) return this.#value(code)
    const place = origin.callbacks.indexOf(code as never)
    this.#put(`library ${origin.service} ${place} ${text} `)
    this.#put(`${canonical(origin.command, 'command')} `)
    for (const answer of origin.answers) this.#value(answer)
  }

  #combinator({ kind, promise, values, remaining }: Combinator): void {
    this.#put(`${kind} ${remaining} `)
    if (kind !== 'race') for (const value of values) this.#value(value)
    this.#value(promise)
  }

  #timer({ number, milliseconds, does, pending }: Timer): void {
    this.#put(`timer ${number} ${milliseconds} ${pending} ${does.kind} `)
    if (does.kind === 'sleep') return this.#value(does.promise)
    if (does.kind === 'signal') return this.#value(does.signal)
    this.#value(does.callback)
    for (const parameter of does.parameters) this.#value(parameter)
  }

  #signal(object: object): void {
    if (object instanceof ProcessAbortController) {
      this.#put('controller ')
      this.#value(object.signal)
    } else {
      const { aborted, reason, onabort, listeners, dependents } = signalInternals.parts(
        object as ProcessSignal,
      )
      this.#put(`signal ${aborted} `)
      this.#value(reason)
      this.#value(onabort)
      for (const { listener, once } of listeners) {
        this.#put(once ? 'once ' : 'on ')
        this.#value(listener)
      }
      this.#put('then ')
      for (const dependent of dependents) this.#value(dependent)
    }
    this.#own(object)
  }

  #function(code: object): void {
    const closure = closureOf(code)
    if (closure) {
      this.#put(`function ${closure.site} `)
      for (const scope of closure.scopes) this.#value(scope)
      this.#value(closure.self)
      const parent = Object.getPrototypeOf(code) as object | null
      if (parent !== FUNCTION_PROTOTYPE) {
        this.#put('extends ')
        this.#value(parent)
      }
      return this.#own(code, hasOrdinaryPrototype(code) ? PLAIN_FUNCTION_KEYS : FUNCTION_KEYS)
    }
    const resolver = resolvers.get(code)
    if (resolver) {
      this.#put(`${resolver.rejects ? 'rejects' : 'resolves'} ${resolver.pair.done} `)
      return resolver.pair.done ? undefined : this.#value(resolver.promise)
    }
    const described = descriptionOf(code)
    if (described) return this.#described(described)
    // A class of a library, such as that of an error: it is the same for everybody.
    const text = libraryText(code)
    if (text === null || !isLibraryClass(code)) return this.#member(code)
    this.#put(`library class ${text} `)
  }

  /** A function out of the object that a library hands to the process. */
  #member(code: object): void {
    if (this.#apis.size === 0) {
      for (const [name, { api }] of this.#process.clients) {
        for (let owner: object | null = api; owner; owner = Object.getPrototypeOf(owner) as object | null) {
          if (constantName(owner)?.startsWith('@') === false) break
          for (const key of Reflect.ownKeys(owner)) {
            const { value } = Object.getOwnPropertyDescriptor(owner, key)! as { value?: unknown }
            if (typeof value === 'function') this.#apis.set(value, `@${name}.${String(key)}`)
          }
        }
      }
    }
    const name = this.#apis.get(code)
    if (name === undefined) throw UNREADABLE
    this.#put(`${name} `)
  }

  #described({ label, holds }: { label: string; holds: () => readonly unknown[] }): void {
    this.#put(`described ${label} `)
    for (const value of holds()) this.#value(value)
  }

  #object(object: object): void {
    const described = descriptionOf(object)
    if (described) return this.#described(described)
    const prototype = Object.getPrototypeOf(object) as object | null
    const kind = kindOf(object)
    if (kind === null) throw UNREADABLE
    this.#put(`${kind.name} `)
    if (isPrototype(object)) this.#put('prototype ')
    if (prototype !== kind.prototype) {
      this.#put('is ')
      this.#prototype(prototype)
    }
    if (kind.name === 'map')
      for (const [key, value] of Map.prototype.entries.call(object as Map<unknown, unknown>)) {
        this.#value(key)
        this.#value(value)
      }
    else if (kind.name === 'set')
      for (const value of Set.prototype.values.call(object as Set<unknown>)) this.#value(value)
    else if (kind.name === 'weak') this.#weak.push(object as WeakMap<object, unknown>)
    else if (kind.name === 'pattern') this.#put(`${String(object)} `)
    this.#put(`${kind.name === 'list' ? (object as unknown[]).length : ''}{ `)
    this.#own(object, kind.name === 'error' ? ERROR_KEYS : kind.name === 'list' ? LIST_KEYS : NO_KEYS)
  }

  /** The object from which others inherit. */
  #prototype(prototype: object | null): void {
    if (prototype === null || constantName(prototype)) return this.#value(prototype)
    const made = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value as unknown
    if (typeof made === 'function' && made.prototype === prototype && !closureOf(made)) {
      const text = libraryText(made)
      // What a class keeps to itself can't be seen from here.
      if (text === null || TEXT_OF.call(made).includes('#')) throw UNREADABLE
      nameAll(prototype, `library ${text}`)
    }
    this.#value(prototype)
  }

  /** An object's own properties, in their order. */
  #own(object: object, skipped: ReadonlySet<string | symbol> = NO_KEYS): void {
    for (const key of Reflect.ownKeys(object)) {
      if (skipped.has(key)) continue
      const property = Object.getOwnPropertyDescriptor(object, key)!
      if (typeof key === 'symbol') this.#symbol(key)
      else this.#put(`${JSON.stringify(key)}:`)
      if (!property.enumerable || !property.configurable || !property.writable)
        this.#put(`${property.enumerable}${property.configurable}${property.writable} `)
      if (property.get || property.set) {
        this.#value(property.get)
        this.#value(property.set)
      } else this.#value(property.value)
    }
    if (!Object.isExtensible(object)) this.#put('fixed ')
  }

  /** What a WeakMap holds matters for the keys that can be reached. */
  #weakEntries(): void {
    for (const [index, weak] of this.#weak.entries()) {
      const { length } = this.#objects
      const done = this.#weakDone.get(weak) ?? 0
      this.#weakDone.set(weak, length)
      for (let number = done; number < length; number++) {
        const key = this.#objects[number]!
        if (weak instanceof WeakSet) {
          if (weak.has(key)) this.#put(`\nweak ${index} has #${number} `)
        } else if (weak.has(key)) {
          this.#put(`\nweak ${index} #${number} `)
          this.#value(weak.get(key))
        }
      }
    }
  }

  readonly #weakDone = new Map<object, number>()
}

// Taken while this module loads, because lockdown makes a tripwire of `Function`.
const FUNCTION_PROTOTYPE = Function.prototype
const TEXT_OF = FUNCTION_PROTOTYPE.toString

const ascending = (one: number, other: number): number => one - other

const NO_KEYS: ReadonlySet<string | symbol> = new Set()
const LIST_KEYS: ReadonlySet<string | symbol> = new Set(['length'])
const ERROR_KEYS: ReadonlySet<string | symbol> = new Set(['stack'])
const FUNCTION_KEYS: ReadonlySet<string | symbol> = new Set(['length', 'name'])

const PLAIN_FUNCTION_KEYS: ReadonlySet<string | symbol> = new Set(['length', 'name', 'prototype'])

/** Is the object that instances would inherit from as it was made? Then it is only written where it is reached. */
function hasOrdinaryPrototype(code: object): boolean {
  const { prototype } = code as { prototype?: object }
  return (
    prototype === undefined ||
    (Object.getPrototypeOf(prototype) === Object.prototype &&
      Reflect.ownKeys(prototype).length === 1 &&
      isPrototype(prototype))
  )
}

/** Is it what the instances of a class or function inherit from? */
function isPrototype(object: object): boolean {
  const made: unknown = Object.getOwnPropertyDescriptor(object, 'constructor')?.value
  return typeof made === 'function' && made.prototype === object
}

const WELL_KNOWN: ReadonlySet<symbol> = new Set(
  Reflect.ownKeys(Symbol)
    .map((key) => (Symbol as unknown as Record<string | symbol, unknown>)[key])
    .filter((value) => typeof value === 'symbol'),
)

function isSignal(object: object): boolean {
  return object instanceof ProcessSignal || object instanceof ProcessAbortController
}

/** A timer that does nothing when it fires, unless somebody who can be reached holds on to what it settles. */
function isQuiet({ does }: Timer): boolean {
  if (does.kind === 'sleep') return internals.parts(does.promise).reactions.every(({ dead }) => dead)
  if (does.kind === 'call') return false
  const { onabort, listeners, dependents } = signalInternals.parts(does.signal)
  return onabort === null && listeners.length === 0 && dependents.length === 0
}

function targetOf({ does }: Timer): object | null {
  return does.kind === 'sleep' ? does.promise : does.kind === 'signal' ? does.signal : null
}

const KINDS: readonly { readonly name: string; readonly prototype: object; is(object: object): boolean }[] = [
  { name: 'list', prototype: Array.prototype, is: (object) => Array.isArray(object) },
  { name: 'map', prototype: Map.prototype, is: (object) => object instanceof Map },
  { name: 'set', prototype: Set.prototype, is: (object) => object instanceof Set },
  { name: 'error', prototype: Error.prototype, is: (object) => object instanceof Error },
  { name: 'weak', prototype: WeakMap.prototype, is: (object) => object instanceof WeakMap },
  { name: 'weak', prototype: WeakSet.prototype, is: (object) => object instanceof WeakSet },
  { name: 'pattern', prototype: RegExp.prototype, is: (object) => object instanceof RegExp },
  { name: 'object', prototype: Object.prototype, is: isOrdinary },
]

function kindOf(object: object): (typeof KINDS)[number] | null {
  return KINDS.find((kind) => kind.is(object)) ?? null
}

/** Is there nothing of the language's behind it that can't be seen, as there is behind an iterator? */
function isOrdinary(object: object): boolean {
  const [prefix, tag] = [Object.prototype.toString.call(object), '[object Object]']
  if (prefix !== tag && !(Symbol.toStringTag in object && Object.hasOwn(object, Symbol.toStringTag)))
    return false
  for (
    let owner = Object.getPrototypeOf(object) as object | null;
    owner && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    // Everything in between is of a class of the file's or of a library's.
    if (constantName(owner)?.startsWith('library') === false) return false
  }
  return true
}

/** A short text for a function of a library, or null: it is the language's, bound, or of the client's file. */
function libraryText(code: object): string | null {
  const text = TEXT_OF.call(code)
  if (text.includes('[native code]') || text.includes('$lockstep')) return null
  let hash = 0
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  return `${(code as { name?: string }).name ?? ''}:${text.length}:${hash >>> 0}`
}

function isLibraryClass(code: object): boolean {
  return /^class\b/.test(TEXT_OF.call(code))
}
