/**
 * LiveProcess: one process that runs. It holds the queue of jobs, the requests and timers that are pending and everything
 * that the code of a client is given. It is thrown away and made anew at will: a process's state is its history.
 */
import type { Plain } from '../api.ts'
import { grantAllowance, withdrawAllowance } from '../compile/allowance.ts'
import { isPatchError } from '../compile/lockdown.ts'
import { type Probe, isStackOverflow } from '../compile/probe.ts'
import { Fault, fail } from '../fault.ts'
import { copy, copyQuickly } from '../plain.ts'
import type { Answer } from '../services/service.ts'
import type { Coroutine, CoroutineHost, ScopeToken } from './coroutine.ts'
import { sleep } from './globals.ts'
import type { ServiceClient } from './library.ts'
import type { Environment } from './environment.ts'
import type { Ending, ProcessEffect, ProcessEvent, Recorded } from './process-state.ts'
import {
  type Job,
  type Origin,
  type Reaction,
  type ProcessPromise,
  type Surroundings,
  internals,
  promiseOf,
  within,
} from './promise.ts'
import { freezeTool, nameConstant } from './names.ts'
import type { Program } from './program.ts'
import { type ProcessSignal, type SignalHost, named, signalInternals, signalsOf } from './signals.ts'
import { plainOf, thrownOf } from './telling.ts'

/** Requests, or timers, that one process may have pending. */
export const PENDING_MAX = 1_000

/** Promises that one step may make. */
export const PROMISES_MAX = 20_000

/** Lines that one step may write to the console. */
const LOG_MAX = 1_000

export interface Request {
  readonly number: number
  readonly service: string
  readonly command: Plain
  readonly promise: ProcessPromise
}

/** A timer, and what it does when it fires. */
export class Timer {
  readonly number: number
  readonly milliseconds: number
  readonly does:
    | { readonly kind: 'sleep'; readonly promise: ProcessPromise }
    | { readonly kind: 'signal'; readonly signal: ProcessSignal }
    | { readonly kind: 'call'; readonly callback: Callback; readonly parameters: readonly unknown[] }
  pending = true

  constructor(number: number, milliseconds: number, does: Timer['does']) {
    this.number = number
    this.milliseconds = milliseconds
    this.does = does
  }
}

type Callback = (...parameters: unknown[]) => unknown

let current: LiveProcess | null = null

/** The process whose code is running. */
export function currentProcess(): LiveProcess {
  if (current === null) throw new Error('the code of a process ran while no process did')
  return current
}

/** The code that runs from now on is this process's. Gives whose it was. */
function enter(process: LiveProcess | null): LiveProcess | null {
  const before = current
  current = process
  return before
}

/** Thrown to leave a step at once; why is in `fault` or `ended`. */
const STOP = Symbol('stop')

export class LiveProcess implements Surroundings, CoroutineHost, SignalHost {
  readonly environment: Environment
  readonly requests = new Map<number, Request>()
  readonly timers = new Map<number, Timer>()
  readonly clients = new Map<string, ServiceClient>()
  /** What the file exports. */
  readonly exports: Record<string, unknown> = {}
  readonly probe: Probe
  /** The variables of its file, or of its files, in the order in which they were run. */
  readonly modules: ScopeToken[] = []
  main: ProcessPromise | null = null
  ended: Ending | null = null
  fault: Fault | null = null
  effects: ProcessEffect[] = []
  running: Coroutine | null = null
  /** Texts that `crypto.randomUUID` has given so far. */
  idsGiven = 0
  /** Is there something that can't be read, for good? */
  opaque = false
  /** Texts given in this step. */
  ids: string[] = []
  clock: number[] = []
  readonly program: Program
  readonly #unhandled = new Set<ProcessPromise>()
  readonly #stacks = new WeakMap<object, { function: string; line: number }[]>()
  #jobs: Job[] = []
  #promises = 0
  #logged = 0
  #origin: Origin | null = null
  /** What this step was told when it ran before. */
  #record: Recorded | null = null

  constructor(program: Program, environment: Environment) {
    this.program = program
    this.environment = environment
    this.probe = program.probe
  }

  /** Runs the file and calls its function. @param record what the same step was told when it ran before */
  start(entry: string, parameters: readonly Plain[], record: Recorded | null): void {
    this.#step(record, () => {
      for (const [name, library] of Object.entries(this.environment.services)) {
        this.clients.set(
          name,
          library((command) => this.#send(name, command)),
        )
      }
      try {
        this.program.instantiate(this.exports)
      } catch (error) {
        this.check(error)
        this.#uncaught(error)
      }
      const main: unknown = this.exports[entry]
      if (typeof main !== 'function') fail('missing-entry', { name: entry })
      const tools: Record<string, unknown> = { self: this.environment.process, sleep }
      for (const [name, { api }] of this.clients) {
        nameConstant(api, `@${name}`)
        freezeTool(api)
        tools[name] = api
      }
      nameConstant(tools, '@tools')
      let result: unknown
      try {
        result = (main as Callback)(Object.freeze(tools), ...parameters.map((parameter) => copy(parameter)))
      } catch (error) {
        this.check(error)
        this.#uncaught(error)
      }
      this.main = promiseOf(result)
      internals.react(this.main, new MainReaction(this))
    })
  }

  /** One event, and everything that comes of it. @throws Error when it can't happen: that is a fault of the caller */
  handle(event: ProcessEvent, record: Recorded | null): void {
    this.#step(record, () => {
      if (event.kind === 'notice') {
        const client = this.clients.get(event.service)
        if (client === undefined) throw new Error(`no service is called ${event.service}`)
        return this.attempt(() => client.notice?.(copy(event.notice)))
      }
      if (event.kind === 'timer') return this.#fire(event.timer)
      const request = this.requests.get(event.request)
      if (!request) throw new Error(`request ${event.request} is not pending`)
      this.requests.delete(event.request)
      settle(request.promise, event.answer)
    })
  }

  #step(record: Recorded | null, run: () => void): void {
    this.effects = []
    this.ids = []
    this.clock = []
    this.#record = record
    this.#promises = 0
    this.#logged = 0
    this.probe.begin()
    const before = enter(this)
    const signals = signalsOf(this)
    grantAllowance()
    try {
      within(this, () => {
        run()
        this.#drain()
      })
    } catch (error) {
      if (error !== STOP) this.#failed(error)
    } finally {
      withdrawAllowance()
      signalsOf(signals)
      enter(before)
    }
    this.fault ??= this.probe.exhausted
    if (this.ended?.kind === 'thrown' || this.fault) {
      this.requests.clear()
      this.timers.clear()
      this.#jobs = []
    }
  }

  #drain(): void {
    for (;;) {
      // By index: taking the first out of a long list costs as much as the list is long.
      for (let next = 0; next < this.#jobs.length; next++) {
        this.#jobs[next]!()
        if (this.fault) throw STOP
      }
      this.#jobs = []
      const [rejected] = this.#unhandled
      if (rejected === undefined) return
      this.#uncaught(internals.parts(rejected).value)
    }
  }

  #fire(number: number): void {
    const timer = this.timers.get(number)
    if (!timer) throw new Error(`timer ${number} is not pending`)
    this.timers.delete(number)
    timer.pending = false
    const { does } = timer
    if (does.kind === 'sleep') internals.resolve(does.promise, undefined)
    else if (does.kind === 'call') this.attempt(() => does.callback(...does.parameters))
    else signalInternals.abort(does.signal, named('TimeoutError', 'The operation was aborted due to timeout'))
  }

  /** Calls a function that nobody waits for: what it throws ends the process. */
  attempt(run: () => unknown): void {
    try {
      run()
    } catch (error) {
      this.check(error)
      this.#uncaught(error)
    }
  }

  enqueue(job: Job): void {
    this.#jobs.push(job)
  }

  promiseMade(): void {
    if (++this.#promises > PROMISES_MAX) this.#exceeded('endless-promises', PROMISES_MAX)
  }

  rejectedUnhandled(promise: ProcessPromise): void {
    this.#unhandled.add(promise)
  }

  handledLate(promise: ProcessPromise): void {
    this.#unhandled.delete(promise)
  }

  call(run: (value: unknown) => unknown, value: unknown, origin: Origin | null): unknown {
    const before = this.#origin
    this.#origin = origin
    origin?.answers.push(value)
    try {
      return run(value)
    } catch (error) {
      this.check(error)
      throw error
    } finally {
      this.#origin = before
    }
  }

  callListener(listener: (value: unknown) => unknown, event: unknown): void {
    this.attempt(() => listener(event))
  }

  at(line: number): void {
    this.probe.at(line)
  }

  thrown(error: unknown, coroutine: Coroutine): void {
    this.check(error)
    if (!coroutine.told) return
    const frame = { function: coroutine.name, line: this.probe.line }
    if ((typeof error !== 'object' && typeof error !== 'function') || error === null) return
    const stack = this.#stacks.get(error)
    if (stack) stack.push(frame)
    else this.#stacks.set(error, [frame])
  }

  /** Which coroutines an error came through. */
  stackOf(error: unknown): readonly { function: string; line: number }[] {
    if ((typeof error !== 'object' && typeof error !== 'function') || error === null) return []
    return this.#stacks.get(error) ?? []
  }

  /** An error that came out of the file's code. @throws what ends the step, such as a Fault */
  check(error: unknown): void {
    if (error === STOP) throw error
    const place = { line: Math.max(1, this.probe.line), column: 1 }
    if (error instanceof Fault) {
      error.place ??= place
      this.fault ??= error
    } else if (isStackOverflow(error)) this.fault ??= new Fault('endless-recursion-client', {}, place)
    else {
      const name = isPatchError(error)
      if (name !== null) this.fault ??= new Fault('patched-global', { name }, place)
    }
    if (this.fault) throw this.fault
  }

  #send(service: string, command: unknown): ProcessPromise {
    const copied = copyQuickly(command, 'command') as Plain
    const number = free(this.requests)
    if (number > PENDING_MAX) this.#exceeded('too-many-requests', PENDING_MAX)
    const origin = this.#origin ?? { service, command: copied, answers: [], callbacks: [] }
    if (this.#origin) origin.answers.push(copied)
    const promise = internals.make(origin)
    this.requests.set(number, { number, service, command: copied, promise })
    this.effects.push({ kind: 'request', line: this.probe.line, number, service, command: copied })
    return promise
  }

  setTimer(milliseconds: unknown, does: Timer['does']): Timer {
    const number = free(this.timers)
    if (number > PENDING_MAX) this.#exceeded('too-many-timers', PENDING_MAX)
    const timer = new Timer(number, duration(milliseconds), does)
    this.timers.set(number, timer)
    this.effects.push({
      kind: 'timer',
      line: this.probe.line,
      number,
      milliseconds: timer.milliseconds,
    })
    return timer
  }

  setSignalTimer(signal: ProcessSignal, milliseconds: number): void {
    this.setTimer(milliseconds, { kind: 'signal', signal })
  }

  cancel(timer: Timer): void {
    if (!timer.pending) return
    timer.pending = false
    if (this.timers.get(timer.number) !== timer) return
    this.timers.delete(timer.number)
    this.effects.push({ kind: 'cancel', line: this.probe.line, number: timer.number })
  }

  /** Forgets a timer that nobody waits for. */
  drop(number: number): void {
    const timer = this.timers.get(number)
    if (timer) timer.pending = false
    this.timers.delete(number)
  }

  log(text: string): void {
    if (++this.#logged > LOG_MAX) this.#exceeded('too-much-logged', LOG_MAX)
    this.effects.push({ kind: 'log', line: this.probe.line, text })
  }

  /** What one of the clocks says. */
  read(clock: 'now' | 'uptime'): number {
    const { clocks } = this.environment
    const recorded = this.#record && this.#told(this.#record.clock, this.clock.length)
    if (recorded === null && !clocks) return fail('no-clock')
    const time = recorded ?? clocks![clock]()
    this.clock.push(time)
    return time
  }

  /** A text that nobody has: they are counted up, and the count is part of the identity. */
  freshId(): string {
    const recorded = this.#record && this.#told(this.#record.ids, this.ids.length)
    this.idsGiven++
    const id = recorded ?? `${this.environment.process}-${this.idsGiven}`
    this.ids.push(id)
    return id
  }

  #told<T>(answers: readonly T[] | undefined, index: number): T {
    const answer = answers?.[index]
    return answer === undefined ? fail('not-deterministic') : answer
  }

  #exceeded(code: string, limit: number): never {
    const line = Math.max(1, this.probe.line)
    this.fault ??= new Fault(code, { line, limit }, { line, column: 1 })
    throw this.fault
  }

  /** The whole process ends with an error that nobody caught. */
  #uncaught(error: unknown): never {
    this.ended = { kind: 'thrown', error: thrownOf(error, this.stackOf(error), this.probe.line) }
    throw STOP
  }

  #failed(error: unknown): void {
    if (this.fault) return
    // The engine's own mistakes are not the learner's.
    if (!(error instanceof Fault)) throw error
    error.place ??= { line: Math.max(1, this.probe.line), column: 1 }
    this.fault = error
  }

  returned(value: unknown): void {
    this.ended = { kind: 'returned', value: plainOf(value) }
  }

  /** What the function threw ends the process once the jobs that wait have run, as any rejection that nobody handles. */
  failed(): void {
    this.#unhandled.add(this.main!)
  }
}

/** The function that was started has come to an end. */
export class MainReaction implements Reaction {
  readonly dead = false
  readonly #process: LiveProcess

  constructor(process: LiveProcess) {
    this.#process = process
  }

  settle(rejected: boolean, value: unknown): void {
    if (rejected) this.#process.failed()
    else this.#process.returned(value)
  }
}

function settle(promise: ProcessPromise, answer: Answer): void {
  if ('error' in answer) internals.reject(promise, copy(answer.error))
  else internals.resolve(promise, copy(answer.value))
}

/** The smallest number from 1 that is no key. */
function free(taken: ReadonlyMap<number, unknown>): number {
  let number = 1
  while (taken.has(number)) number++
  return number
}

const MILLISECONDS_MAX = 2 ** 31 - 1

/** Reference: Node's lib/internal/timers.js, `Timeout`: whole milliseconds, and 1 where the number is of no use. */
function duration(milliseconds: unknown): number {
  const number = Number(milliseconds)
  return number >= 1 && number <= MILLISECONDS_MAX ? Math.trunc(number) : 1
}
