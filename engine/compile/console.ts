/**
 * The console of an answer's handlers. What is written to it changes nothing: while a search calls handlers millions of times nobody
 * hears it, and only where a run is worked out step by step is it kept, within bounds, as plain text.
 */
import { inspect } from '../clients/telling.ts'
import type { Probe } from './probe.ts'

/** One call of the console. */
export interface ConsoleLine {
  readonly level: ConsoleLevel
  readonly text: string
  /** The line of the learner's file; 0 where unknown. */
  readonly line: number
  /** The handler wrote more than is kept; this is the last of it. */
  readonly cut?: true
}

export type ConsoleLevel = (typeof LEVELS)[number]

const LEVELS = ['log', 'info', 'warn', 'error', 'debug'] as const

/** Lines of one call of a handler that are kept, and characters of all of them. */
export const CONSOLE_LINES_MAX = 100
export const CONSOLE_CHARACTERS_MAX = 8_000

/** Nobody wrote anything. One list for all, so that an outcome takes no more memory. */
export const SILENCE: readonly ConsoleLine[] = Object.freeze([])

/** What one call of a handler writes. */
export class Heard {
  readonly #lines: ConsoleLine[] = []
  #characters = 0

  /** @param values as the handler gave them; they are put into words at once, because it may change them */
  add(level: ConsoleLevel, values: readonly unknown[], line: number): void {
    const last = this.#lines.at(-1)
    if (last?.cut) return
    if (this.#lines.length === CONSOLE_LINES_MAX) {
      this.#lines[this.#lines.length - 1] = { ...last!, cut: true }
      return
    }
    const text = values.map((value) => inspect(value)).join(' ')
    const left = CONSOLE_CHARACTERS_MAX - this.#characters
    this.#characters += text.length
    this.#lines.push(
      text.length > left ? { level, text: text.slice(0, left), line, cut: true } : { level, text, line },
    )
  }

  get lines(): readonly ConsoleLine[] {
    return this.#lines.length === 0 ? SILENCE : this.#lines
  }
}

/** What an answer gets as `console`. */
export function consoleOf(probe: Probe): object {
  return Object.freeze(
    Object.fromEntries(
      LEVELS.map((level) => [level, (...values: unknown[]): void => probe.write(level, values)]),
    ),
  )
}
