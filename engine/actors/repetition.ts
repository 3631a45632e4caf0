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

/**
 * For processes and servers, whichever driver calls them: see `AnyNodeDefinition.costly`. A process is seldom brought further
 * without its past being repeated, and a past that does not lead where it led before is named as well: see `clients/process.ts`.
 */
export const COSTLY: Sample = { first: 100, interval: 64, later: 50 }

export class Repetition {
  readonly #system: System
  readonly #usual: Repeated
  readonly #costly: Repeated

  constructor(system: System, sample: Sample) {
    this.#system = system
    // Where fewer are asked for than even of these, that holds for these too.
    this.#costly = new Repeated({ ...COSTLY, first: Math.min(COSTLY.first, sample.first) })
    this.#usual = new Repeated(sample)
  }

  /** Counts a call that a node is about to make. Is it one of those to be handed to `add`? */
  due(node: SystemNode): boolean {
    return this.#of(node).due()
  }

  /** Repeats a call at once, and keeps it for later. @throws Fault as `verify` */
  add(call: RepeatedCall): void {
    this.#of(call.node).keep(call)
    this.#repeat(call)
  }

  #of({ definition }: SystemNode): Repeated {
    return definition.costly === true ? this.#costly : this.#usual
  }

  /**
   * Repeats a sample of the calls. Last calls first, and then in an order drawn at random: in their own order, what a
   * handler remembers of the call before would be the same again.
   * @throws Fault `not-deterministic` naming the handler whose result now differs
   */
  verify(): void {
    for (const { calls, sample } of [this.#usual, this.#costly]) {
      if (calls.length === 0) continue
      const stride = Math.max(1, Math.floor(calls.length / sample.later))
      for (let index = calls.length - 1; index >= 0; index -= stride) this.#repeat(calls[index]!)
      const random = new Random(calls.length)
      const repeated = Math.min(sample.later, calls.length * 2)
      for (let count = 0; count < repeated; count++) this.#repeat(calls[random.below(calls.length)]!)
    }
  }

  #repeat({ node, local, event, result }: RepeatedCall): void {
    let again: string
    try {
      const { text, effects } = execute(this.#system, node, local, event)
      again = textOf(text, effects)
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

/** The calls of some of the nodes, and those of them that are kept. */
class Repeated {
  readonly sample: Sample
  calls: RepeatedCall[] = []
  #counted = 0

  constructor(sample: Sample) {
    this.sample = sample
  }

  due(): boolean {
    this.#counted++
    const { first, interval } = this.sample
    return this.#counted <= first || this.#counted % interval === 0
  }

  keep(call: RepeatedCall): void {
    this.calls.push(call)
    if (this.calls.length > KEPT_MAX) this.calls = this.calls.filter((_, index) => index % 2 === 0)
  }
}

/** The result of a call as text, lines of the answer's file left out. @param state the canonical text of the state */
export function textOf(state: string, effects: readonly Effect[]): string {
  return `${state} ${canonical(
    effects.map((effect) => ({ ...effect, line: 0 })),
    'effects',
  )}`
}
