/**
 * The same program run by the language itself: its own promises, its own `async` functions. Requests and timers are
 * settled by hand, in the order in which a test says.
 */
import { inspect } from '../../clients/telling.ts'

/** What a program did in one step, as text. */
export interface NativeStep {
  readonly effects: readonly string[]
  readonly ended: string | null
}

export class NativeRun {
  readonly #settle = new Map<number, (event: NativeEvent) => void>()
  readonly #source: string
  readonly #name: string
  #effects: string[] = []
  #made = 0
  #ended: string | null = null

  constructor(source: string, name: string) {
    this.#source = source
    this.#name = name
  }

  start(): Promise<NativeStep> {
    const ask = (command: unknown): Promise<unknown> => {
      const number = ++this.#made
      this.#effects.push(`request ${number} ${inspect(command)}`)
      return new Promise((resolve, reject) =>
        this.#settle.set(number, (event) => ('value' in event ? resolve(event.value) : reject(event.error))),
      )
    }
    const setTimeout = (callback: () => void, milliseconds: number): void => {
      const number = ++this.#made
      this.#effects.push(`timer ${number} ${milliseconds}`)
      this.#settle.set(number, () => callback())
    }
    const sleep = (milliseconds: number): Promise<void> =>
      new Promise((resolve) => setTimeout(() => resolve(), milliseconds))
    const log = (...values: unknown[]): void =>
      void this.#effects.push(`log ${values.map((value) => inspect(value)).join(' ')}`)
    const text = `"use strict"; ${this.#source.replaceAll('export ', '')}\nreturn ${this.#name}`

    const load = new Function('sleep', 'setTimeout', 'console', text)
    const main = load(sleep, setTimeout, { log }) as (tools: unknown) => Promise<unknown>
    return this.#step(() => {
      void main({ service: { ask } }).then(
        (value) => (this.#ended ??= `returned ${inspect(value)}`),
        (error: unknown) => (this.#ended ??= `thrown ${told(error)}`),
      )
    })
  }

  event(number: number, event: NativeEvent): Promise<NativeStep> {
    return this.#step(() => {
      const settle = this.#settle.get(number)!
      this.#settle.delete(number)
      settle(event)
    })
  }

  async #step(run: () => void): Promise<NativeStep> {
    this.#effects = []
    const rejected = (error: unknown): void => void (this.#ended ??= `thrown ${told(error)}`)
    const others = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection')
    process.on('unhandledRejection', rejected)
    run()
    // All jobs have run by then, and rejections that nobody handles have been told.
    await new Promise((resolve) => setImmediate(resolve))
    process.removeAllListeners('unhandledRejection')
    for (const other of others) process.on('unhandledRejection', other)
    return { effects: this.#effects, ended: this.#ended }
  }
}

export type NativeEvent = { readonly value: unknown } | { readonly error: unknown }

function told(error: unknown): string {
  const { name, message } = error as { name?: string; message?: string }
  return `${name} ${message}`
}
