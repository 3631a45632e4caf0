/**
 * AbortController and AbortSignal as the code of clients knows them. Reference: DOM standard, "Aborting ongoing activities".
 * Events are as small as can be: a type and a target.
 */

type Listener = (event: { readonly type: 'abort'; readonly target: ProcessSignal }) => void

/** What signals need of the process that runs. */
export interface SignalHost {
  /** Calls the listener of a signal; what it throws ends the process, as in Node. */
  callListener(listener: (value: unknown) => unknown, event: unknown): void
  setSignalTimer(signal: ProcessSignal, milliseconds: number): void
}

let host: SignalHost | null = null

/** Signals that are made or aborted from now on are this process's. */
export function signalsOf(process: SignalHost | null): SignalHost | null {
  const before = host
  host = process
  return before
}

/** What can be read of a signal. */
export interface SignalParts {
  readonly aborted: boolean
  readonly reason: unknown
  readonly onabort: unknown
  readonly listeners: readonly { readonly listener: Listener; readonly once: boolean }[]
  readonly dependents: readonly ProcessSignal[]
}

/** The engine's own hands on signals. */
export let signalInternals: {
  parts(signal: ProcessSignal): SignalParts
  make(): ProcessSignal
  abort(signal: ProcessSignal, reason: unknown): void
}

const INTERNAL = Symbol('internal')

/** An error with a name, as the platform throws them. */
export function named(name: string, message: string): Error {
  const error = new Error(message)
  Object.defineProperty(error, 'name', { value: name, enumerable: false, writable: true, configurable: true })
  return error
}

export class ProcessSignal {
  #aborted = false
  #reason: unknown = undefined
  #onabort: Listener | null = null
  #listeners: { listener: Listener; once: boolean }[] = []
  #dependents: ProcessSignal[] = []

  constructor(key?: unknown) {
    if (key !== INTERNAL) throw new TypeError('Illegal constructor')
  }

  static {
    signalInternals = {
      make: () => new ProcessSignal(INTERNAL),
      parts: (signal) => ({
        aborted: signal.#aborted,
        reason: signal.#reason,
        onabort: signal.#onabort,
        listeners: signal.#listeners,
        dependents: signal.#dependents,
      }),
      abort(signal, reason) {
        if (signal.#aborted) return
        const open = [signal, ...signal.#dependents.filter((dependent) => !dependent.#aborted)]
        for (const one of open) {
          one.#aborted = true
          one.#reason = reason
        }
        for (const one of open) {
          const event = Object.freeze({ type: 'abort' as const, target: one })
          const listeners = one.#listeners
          const { onabort } = { onabort: one.#onabort }
          one.#dependents = []
          for (const entry of [...listeners]) {
            if (!one.#listeners.includes(entry)) continue
            if (entry.once) one.#listeners = one.#listeners.filter((other) => other !== entry)
            host!.callListener(entry.listener as never, event)
          }
          if (typeof onabort === 'function') host!.callListener(onabort as never, event)
        }
      },
    }
  }

  get aborted(): boolean {
    return this.#aborted
  }

  get reason(): unknown {
    return this.#reason
  }

  get onabort(): Listener | null {
    return this.#onabort
  }

  set onabort(listener: Listener | null) {
    this.#onabort = typeof listener === 'function' ? listener : null
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason
  }

  addEventListener(type: unknown, listener: unknown, options?: { once?: boolean } | boolean): void {
    if (type !== 'abort' || typeof listener !== 'function') return
    if (this.#listeners.some((known) => known.listener === listener)) return
    const once = typeof options === 'object' && options?.once === true
    this.#listeners = [...this.#listeners, { listener: listener as Listener, once }]
  }

  removeEventListener(type: unknown, listener: unknown): void {
    if (type === 'abort') this.#listeners = this.#listeners.filter((known) => known.listener !== listener)
  }

  static abort(reason: unknown = named('AbortError', 'This operation was aborted')): ProcessSignal {
    const signal = new ProcessSignal(INTERNAL)
    signal.#aborted = true
    signal.#reason = reason
    return signal
  }

  static timeout(milliseconds: number): ProcessSignal {
    const signal = new ProcessSignal(INTERNAL)
    host!.setSignalTimer(signal, milliseconds)
    return signal
  }

  static any(signals: Iterable<ProcessSignal>): ProcessSignal {
    const result = new ProcessSignal(INTERNAL)
    const all = [...signals]
    const first = all.find((signal) => signal.#aborted)
    if (first) {
      result.#aborted = true
      result.#reason = first.#reason
      return result
    }
    for (const signal of new Set(all)) signal.#dependents.push(result)
    return result
  }

  get [Symbol.toStringTag](): string {
    return 'AbortSignal'
  }
}

Object.defineProperty(ProcessSignal, 'name', { value: 'AbortSignal' })

export class ProcessAbortController {
  readonly #signal = signalInternals.make()

  get signal(): ProcessSignal {
    return this.#signal
  }

  abort(reason: unknown = named('AbortError', 'This operation was aborted')): void {
    signalInternals.abort(this.#signal, reason)
  }

  get [Symbol.toStringTag](): string {
    return 'AbortController'
  }
}

Object.defineProperty(ProcessAbortController, 'name', { value: 'AbortController' })

for (const part of [
  ProcessSignal,
  ProcessSignal.prototype,
  ProcessAbortController,
  ProcessAbortController.prototype,
]) {
  Object.freeze(part)
}
