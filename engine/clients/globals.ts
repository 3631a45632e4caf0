/**
 * The globals that the code of clients has beside the language's own: promises that stand in our queue, timers in virtual
 * milliseconds, a clock that the environment keeps, a console that is collected. They are declared for the editor in
 * `engine/compile/client-globals.ts`.
 */
import { fail } from '../fault.ts'
import { type Timer, currentProcess } from './live.ts'
import { nameAll } from './names.ts'
import { ProcessPromise, internals } from './promise.ts'
import { ProcessAbortController, ProcessSignal } from './signals.ts'
import { inspect } from './telling.ts'

type Callback = (...parameters: unknown[]) => unknown

/** What `setTimeout` gives. It tells nothing. */
class Timeout {}

const timers = new WeakMap<object, Timer>()

/** The timer that a value of `setTimeout` stands for. */
export function timerOf(timeout: unknown): Timer | undefined {
  return typeof timeout === 'object' && timeout !== null ? timers.get(timeout) : undefined
}

export function sleep(milliseconds?: unknown): ProcessPromise {
  const promise = internals.make()
  currentProcess().setTimer(milliseconds, { kind: 'sleep', promise })
  return promise
}

function setTimeout(callback: unknown, milliseconds?: unknown, ...parameters: unknown[]): Timeout {
  const timer = currentProcess().setTimer(milliseconds, {
    kind: 'call',
    callback: functionOf(callback),
    parameters,
  })
  const timeout = Object.freeze(new Timeout())
  timers.set(timeout, timer)
  return timeout
}

function clearTimeout(timeout?: unknown): void {
  const timer = timerOf(timeout)
  if (timer) currentProcess().cancel(timer)
}

function queueMicrotask(callback: unknown): void {
  const process = currentProcess()
  const code = functionOf(callback)
  process.enqueue(() => process.attempt(() => code()))
}

function functionOf(value: unknown): Callback {
  if (typeof value === 'function') return value as Callback
  const error = new TypeError(`The "callback" argument must be of type function. Received ${inspect(value)}`)
  throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' })
}

const log = (...values: unknown[]): void =>
  currentProcess().log(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '))

const now = (): number => currentProcess().read('now')

/** A clock that can be asked what time it is, and nothing else. */
const clock = Object.assign(
  function Date(): never {
    return fail('forbidden-global', { name: 'Date' })
  },
  { now },
)

/** By the names under which compiled code gets them. */
export const CLIENT_VALUES: Readonly<Record<string, unknown>> = Object.freeze({
  Promise: ProcessPromise,
  AbortController: ProcessAbortController,
  AbortSignal: ProcessSignal,
  sleep,
  setTimeout,
  clearTimeout,
  queueMicrotask,
  Date: clock,
  // Not the time of day, which may be set.
  performance: { now: () => currentProcess().read('uptime') },
  crypto: { randomUUID: () => currentProcess().freshId() },
  console: { log, info: log, warn: log, error: log, debug: log },
  // What is behind a proxy can't be read.
  Proxy: function Proxy(target: object, handler: ProxyHandler<object>): object {
    currentProcess().opaque = true
    return proxyOf(target, handler)
  },
})

const ProxyOfLanguage = Proxy

function proxyOf(target: object, handler: ProxyHandler<object>): object {
  return new ProxyOfLanguage(target, handler)
}

for (const [name, value] of Object.entries(CLIENT_VALUES)) nameAll(value as object, name)
nameAll(Timeout.prototype, 'Timeout.prototype')
