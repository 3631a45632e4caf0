/**
 * Repetition: sees to it that handlers depend on nothing but their arguments. Calls are repeated, at once and at the
 * end, and must give the same result.
 */
import { Fault } from '../fault.ts'
import { canonical } from '../plain.ts'
import { Random } from '../random.ts'
import { AuthorFault } from './author.ts'
import { type Effect, type Event, type Local, execute, handlerName } from './execute.ts'
import type { System, SystemNode } from './system.ts'

/** Which calls are repeated. */
export interface Sample {
  /** So many, from the first on. */
  readonly first: number
  /** After them, one in so many. */
  readonly interval: number
  /** So many of these once more at the end, to see that nothing outside the state has crept in. */
  readonly later: number
}

/** Calls that are kept. Past it every other one is forgotten. */
const KEPT_MAX = 16_384

/** One call of a handler and what came of it. */
export interface RepeatedCall {
  readonly node: SystemNode
  /** Before the call; nothing may change it afterwards. */
  readonly local: Local
  readonly event: Event
  /** See `textOf`. */
  readonly result: string
}

/** For simulations, which call handlers millions of times. */
export const SPARSE: Sample = { first: 1_000, interval: 1_024, later: 200 }

export class Repetition {
  readonly #system: System
  readonly #sample: Sample
  #calls: RepeatedCall[] = []
  #counted = 0

  constructor(system: System, sample: Sample) {
    this.#system = system
    this.#sample = sample
  }

  /** Counts a call that is about to be made. Is it one of those to be handed to `add`? */
  due(): boolean {
    this.#counted++
    const { first, interval } = this.#sample
    return this.#counted <= first || this.#counted % interval === 0
  }

  /** Repeats a call at once, and keeps it for later. @throws Fault as `verify` */
  add(call: RepeatedCall): void {
    this.#calls.push(call)
    if (this.#calls.length > KEPT_MAX) this.#calls = this.#calls.filter((_, index) => index % 2 === 0)
    this.#repeat(call)
  }

  /**
   * Repeats a sample of the calls. Last calls first, and then in an order drawn at random: in their own order, what a
   * handler remembers of the call before would be the same again.
   * @throws Fault `not-deterministic` naming the handler whose result now differs
   */
  verify(): void {
    const calls = this.#calls
    if (calls.length === 0) return
    const stride = Math.max(1, Math.floor(calls.length / this.#sample.later))
    for (let index = calls.length - 1; index >= 0; index -= stride) this.#repeat(calls[index]!)
    const random = new Random(calls.length)
    const repeated = Math.min(this.#sample.later, calls.length * 2)
    for (let count = 0; count < repeated; count++) this.#repeat(calls[random.below(calls.length)]!)
  }

  #repeat({ node, local, event, result }: RepeatedCall): void {
    let again: string
    try {
      const { state, effects } = execute(this.#system, node, local, event)
      again = textOf(state, effects)
    } catch (error) {
      if (error instanceof AuthorFault) throw error
      again = error instanceof Fault ? error.message : 'error'
      // The call that was let through is looked at closely only here.
      if (error instanceof Fault && (error.code === 'not-plain' || error.code === 'too-large')) throw error
    }
    if (again === result) return
    const line = node.probe?.lines[0] ?? 0
    throw new Fault(
      'not-deterministic',
      { node: node.id, handler: handlerName(event) },
      line > 0 ? { line, column: 1 } : null,
    )
  }
}

/** The result of a call as text, lines of the answer's file left out. */
export function textOf(state: unknown, effects: readonly Effect[]): string {
  return canonical([state, effects.map((effect) => ({ ...effect, line: 0 }))], 'state')
}
