/**
 * Probe: what compiled answers report to while they run. `compile` writes a call of it before each statement and at
 * each loop and function entry, so that a step can point at its lines and an endless loop ends with an error.
 */
import { Fault } from '../fault.ts'

/** Loop turns and function entries that one call of a handler may take. A right answer needs a few dozen. */
export const TICKS_MAX = 1_000_000

/** One per loaded answer; nodes of the course itself have none. */
export class Probe {
  /** The line that ran last, counting from 1; 0 before anything ran. */
  line = 0
  #ticks = 0
  #seen = new Set<number>()
  #exhausted: Fault | null = null

  /** Forgets the previous call. Called before each handler. */
  begin(): void {
    this.line = 0
    this.#ticks = 0
    this.#seen = new Set()
    this.#exhausted = null
  }

  /** A statement of this line is about to run. */
  at(line: number): void {
    this.line = line
    this.#seen.add(line)
  }

  /** A loop turns or a function is entered at this line. @throws Fault `endless-loop` past TICKS_MAX */
  tick(line: number): void {
    if (++this.#ticks > TICKS_MAX) {
      this.#exhausted ??= new Fault('endless-loop', { line, limit: TICKS_MAX }, { line, column: 1 })
      throw this.#exhausted
    }
  }

  /** Stands first in each `catch` of an answer: our own errors pass through it. */
  rethrow(error: unknown): void {
    if (this.#exhausted) throw this.#exhausted
    if (error instanceof Fault) throw error
  }

  /** The error of a loop that an answer swallowed (by `return` in `finally`), or null. */
  get exhausted(): Fault | null {
    return this.#exhausted
  }

  /** The lines that ran since `begin`, ascending. */
  get lines(): number[] {
    return [...this.#seen].sort((one, other) => one - other)
  }
}
