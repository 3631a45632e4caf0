/**
 * Probe: what compiled answers report to while they run. `compile` writes a call of it before each statement and at
 * each loop and function entry, so that a step can point at its lines and an endless loop ends with an error.
 */
import { Fault } from '../fault.ts'
import { spendLength } from './allowance.ts'
import { type ConsoleLevel, type ConsoleLine, Heard, SILENCE } from './console.ts'

/** Loop turns and function entries that one call of a handler may take. A right answer needs a few dozen. */
export const TICKS_MAX = 1_000_000

/** Lines told to an observer during one call; past it only lines that had not run before. */
const TOLD_MAX = 5_000

/** Calls that `enter` makes to see that there is stack left: more of it than `rethrow` needs. */
const RESERVE = 24

/** The part of a probe that compiled code can reach. It can't reset a counter. */
export interface ProbeCalls {
  at(line: number): void
  tick(line: number): void
  enter(line: number): void
  back<T>(value: T, line: number): T
  part<T>(value: T): T
  rethrow(error: unknown): void
  patch(name: string, line: number): never
  exported(line: number): void
}

/** One per loaded answer; nodes of the course itself have none. */
export class Probe {
  /** The line that ran last, counting from 1; 0 before anything ran. */
  line = 0
  /** The line of the `export default`; 0 while unknown. */
  exportLine = 0
  #ticks = 0
  #seen = new Set<number>()
  #swallowed: Fault | null = null
  #overflown = 0
  #told = 0
  /** What is written to the console, while somebody hears it. */
  #heard: Heard | null = null
  readonly #observer: ((line: number) => void) | null

  /** @param observer is told each line just before it runs; slow, so only to find out where an answer hangs */
  constructor(observer: ((line: number) => void) | null = null) {
    this.#observer = observer
  }

  /**
   * Forgets the previous call. Called before each handler.
   * @param hears is what the call writes to the console kept?
   */
  begin(hears = false): void {
    this.line = 0
    this.#ticks = 0
    this.#seen = new Set()
    this.#swallowed = null
    this.#overflown = 0
    this.#told = 0
    this.#heard = hears ? new Heard() : null
  }

  /** A statement of this line is about to run. */
  at(line: number): void {
    if (this.#observer && line !== this.line && (this.#told++ < TOLD_MAX || !this.#seen.has(line)))
      this.#observer(line)
    this.line = line
    this.#seen.add(line)
  }

  /** A loop turns at this line. @throws Fault `endless-loop` past TICKS_MAX */
  tick(line: number): void {
    if (++this.#ticks > TICKS_MAX) {
      this.#swallowed ??= new Fault('endless-loop', { line, limit: TICKS_MAX }, { line, column: 1 })
      throw this.#swallowed
    }
  }

  /**
   * A function is entered at this line. A full stack is to be met here, before any `try` of that function, so that the
   * `catch` of its caller has room enough to pass it on.
   */
  enter(line: number): void {
    reserve(RESERVE)
    this.tick(line)
  }

  /** A call on this line has returned with this value: what happens next, happens on this line again. */
  back<T>(value: T, line: number): T {
    this.line = line
    return value
  }

  /**
   * Stands first in each `catch` of an answer (and in one of its own where a `try` has none): our own errors, and a
   * full stack, pass through it.
   */
  rethrow(error: unknown): void {
    if (this.#swallowed) throw this.#swallowed
    if (this.#overflown > 0) throw error
    if (error instanceof Fault) {
      error.place ??= placeOf(this.line)
      this.#swallowed = error
      throw error
    }
    if (isStackOverflow(error)) {
      // No more than this: there is hardly any stack left.
      this.#overflown ||= this.line
      throw error
    }
  }

  /** Stands where an answer assigns to a member of a global. */
  patch(name: string, line: number): never {
    this.#swallowed ??= new Fault('patched-global', { name }, placeOf(line))
    throw this.#swallowed
  }

  /** The answer writes to the console. */
  write(level: ConsoleLevel, values: readonly unknown[]): void {
    this.#heard?.add(level, values, this.line)
  }

  /** What was written since `begin`; nothing is heard from now on. */
  heard(): readonly ConsoleLine[] {
    const lines = this.#heard?.lines ?? SILENCE
    this.#heard = null
    return lines
  }

  /** The error that an answer swallowed (by `return` in `finally`), or null. */
  get exhausted(): Fault | null {
    if (this.#overflown > 0) this.#swallowed ??= new Fault('endless-recursion', {}, placeOf(this.#overflown))
    return this.#swallowed
  }

  /** The lines that ran since `begin`, ascending. */
  get lines(): number[] {
    return [...this.#seen].sort((one, other) => one - other)
  }

  /** What compiled code is given. */
  calls(): ProbeCalls {
    return Object.freeze({
      at: (line: number) => this.at(line),
      tick: (line: number) => this.tick(line),
      enter: (line: number) => this.enter(line),
      back: <T>(value: T, line: number) => this.back(value, line),
      part: spendLength,
      rethrow: (error: unknown) => this.rethrow(error),
      patch: (name: string, line: number) => this.patch(name, line),
      exported: (line: number) => {
        this.exportLine = line
      },
    })
  }
}

/** Needs a little stack for each of its calls. */
function reserve(calls: number): number {
  return calls === 0 ? 0 : 1 + reserve(calls - 1)
}

/** Did the stack overflow? */
export function isStackOverflow(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // No regular expression: with hardly any stack left V8's doesn't match. The second text is Firefox's.
  const { message } = error
  return message.startsWith('Maximum call stack size exceeded') || message === 'too much recursion'
}

function placeOf(line: number): { line: number; column: number } | null {
  return line > 0 ? { line, column: 1 } : null
}
