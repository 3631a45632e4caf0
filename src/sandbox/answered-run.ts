/**
 * What a figure shows of a run with the reader's own answer in it: worked out where the answer may run, plain data when it comes back.
 * Nothing is kept from one request to the next, so what is asked for twice is the same twice.
 */
import type { System } from '../../engine/actors/system.ts'
import { Run } from '../../engine/drivers/run.ts'
import type { Answer } from '../../engine/exercise.ts'
import { Fault, type Parameters } from '../../engine/fault.ts'
import type { Action } from '../../engine/model.ts'
import type { RunRecord } from '../../engine/trace/record.ts'

/** How a figure is run with an answer. */
export interface Answered {
  /** The exercise whose answers it takes. */
  readonly exercise: string
  /** The figure's system around an answer. */
  system(answer: Answer): System
}

/** What may be done at one step of a run. */
export interface Offer {
  /** What can happen next by the model. */
  readonly enabled: readonly Action[]
  /** What a hand may do besides. */
  readonly others: readonly Action[]
}

/** Why a run did not go on: the fault's code, which `diverged` is where an action can't happen, and what fills its words. */
export interface Stop {
  readonly code: string
  readonly parameters: Parameters
}

export interface Played {
  readonly record: RunRecord
  /** As many as the record has frames. */
  readonly offers: readonly Offer[]
  /** Null where every action was taken. */
  readonly stop: Stop | null
}

/**
 * Takes actions one after the other, as far as they can happen.
 * @throws Fault where a server of the answer can't even start
 */
export function playedWith(system: System, actions: readonly Action[]): Played {
  const run = new Run(system)
  const offer = (): Offer => ({ enabled: run.enabled(), others: run.handActions() })
  const offers = [offer()]
  let stop: Stop | null = null
  for (const action of actions) {
    try {
      run.take(action)
      offers.push(offer())
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      stop = stopOf(error)
      break
    }
  }
  return { record: run.record, offers, stop }
}

export function stopOf({ code, parameters }: Fault): Stop {
  return { code, parameters }
}
