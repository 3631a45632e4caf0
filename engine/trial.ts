/**
 * tryOut: a run of an answer in one configuration of its exercise that somebody else has chosen, step by step: driven by hand, or
 * taken again after the answer has changed. It is judged at each step by the configuration's own properties.
 */
import type { AnyAnswer, Exercise } from './exercise.ts'
import { moves, refusal } from './break/moves.ts'
import type { Onward } from './drivers/onward.ts'
import { type Offer, type Played, playedWith } from './drivers/played.ts'
import type { Run } from './drivers/run.ts'
import type { System } from './actors/system.ts'
import { Fault, type Parameters, fail } from './fault.ts'
import { type Action, type PropertyKind, StepFailed } from './model.ts'
import { type Scope, scopeOf } from './scope.ts'

/** The run that is asked for. */
export interface TrialRequest {
  readonly configuration: string
  readonly actions: readonly Action[]
  /** How far it goes on by itself after them; left out: not at all. */
  readonly onward?: Onward
}

/** How a property stands over a run. */
export interface TrialProperty {
  readonly id: string
  readonly kind: PropertyKind
  /** The first step after which it was violated, or reached. 0: at the start; null: never. */
  readonly at: number | null
  /** What happened in a violation, for its words. */
  readonly parameters: Parameters
  /** Is it broken by this run: violated, or, where nothing happens any more that had to, not reached? */
  readonly broken: boolean
}

export interface Trial extends Played {
  /** What there is of nodes, messages and faults in the configuration. */
  readonly scope: Scope
  readonly properties: readonly TrialProperty[]
  /** Nothing is left that has to happen: what has not been reached now will not be. */
  readonly atRest: boolean
  /** The first step that the configuration never does, such as a crash where none is tried; null where there is none. */
  readonly beyond: number | null
}

/**
 * Takes the run as far as it can happen.
 * @throws Fault `unknown-configuration`, or what the answer threw where it can't even start
 */
export function tryOut<A extends AnyAnswer>(
  { id: exercise, configurations }: Exercise<A>,
  answer: A,
  { configuration, actions, onward }: TrialRequest,
): Trial {
  const chosen = configurations.find(({ id }) => id === configuration)
  if (!chosen) return fail('unknown-configuration', { exercise, configuration })
  const system = chosen.system(answer)
  const judge = new TrialJudge(system)
  const played = playedWith(system, actions, onward, (run) => judge.look(run))
  const { record, stop } = played
  const taken = record.steps.map(({ action }) => action)
  const atRest = stop === null && judge.atRest
  return {
    ...played,
    scope: scopeOf(system, chosen.counts ?? {}, chosen.driver),
    offers: played.offers.map((offer, step) => ({ ...offer, others: judge.othersAt(step, offer) })),
    properties: judge.properties(atRest),
    atRest,
    beyond: firstBeyond(system, taken),
  }
}

class TrialJudge {
  readonly #system: System
  /** By property the first step after which it was violated, or reached, and what happened. */
  readonly #held: { at: number; parameters: Parameters }[] = []
  /** Crashes in the middle of a handler, where they make a difference, by step. */
  readonly #cuts: Action[][] = []
  atRest = false

  constructor(system: System) {
    this.#system = system
  }

  look(run: Run): void {
    const { inspection, length } = run
    for (const [property, { kind }] of this.#system.properties.entries()) {
      // The bit says that it holds: of one that must always hold, what counts is where it does not.
      const shows = ((inspection & (1 << property)) !== 0) !== (kind === 'always')
      if (this.#held[property] !== undefined || !shows) continue
      this.#held[property] = { at: length, parameters: kind === 'always' ? run.explain(property) : {} }
    }
    const next = ahead(() => ({ atRest: run.atRest, moves: moves(this.#system, run) }))
    this.#cuts.push((next?.moves ?? []).filter((one) => 'crashAfter' in one && one.crashAfter !== undefined))
    this.atRest = next?.atRest ?? false
  }

  /** What a hand may do besides; where crashed nodes restart at once, they do so for a hand too. */
  othersAt(step: number, { others }: Offer): readonly Action[] {
    const atOnce = this.#system.crashes?.restart === 'at once'
    const hands = others.map((one): Action =>
      one.kind === 'crash' && atOnce ? { ...one, restarts: true } : one,
    )
    return [...hands, ...this.#cuts[step]!]
  }

  /** @param over what has not been reached by now will not be */
  properties(over: boolean): TrialProperty[] {
    return this.#system.properties.map(({ id, kind }, property) => {
      const held = this.#held[property]
      const broken = kind === 'always' ? held !== undefined : kind === 'eventually' && over && !held
      return { id, kind, at: held?.at ?? null, parameters: held?.parameters ?? {}, broken }
    })
  }
}

/** What may come next, where looking for it does not fail: a handler may throw in a step that nobody takes. */
function ahead<T>(look: () => T): T | null {
  try {
    return look()
  } catch (error) {
    if (error instanceof StepFailed || error instanceof Fault) return null
    throw error
  }
}

/**
 * The first step that the configuration never does. Without clocks a cut and a pause only make messages late, which they may be anyway.
 */
function firstBeyond(system: System, actions: readonly Action[]): number | null {
  const late: Action['kind'][] = system.time === undefined ? ['partition', 'heal', 'pause', 'resume'] : []
  if (system.network.partitions) late.push('partition', 'heal')
  for (const [index, action] of actions.entries()) {
    if (late.includes(action.kind)) continue
    if (refusal(system, actions.slice(0, index), action) !== null) return index + 1
  }
  return null
}
