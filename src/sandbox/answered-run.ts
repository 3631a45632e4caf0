/**
 * What a figure shows of a run with the reader's own answer in it: worked out where the answer may run, plain data when it comes back.
 * Nothing is kept from one request to the next, so what is asked for twice is the same twice.
 */
import type { System } from '../../engine/actors/system.ts'
import { type Onward, goOn, STEPS_BY_HAND_MAX } from '../../engine/drivers/onward.ts'
import { Run } from '../../engine/drivers/run.ts'
import type { Answer } from '../../engine/exercise.ts'
import { Fault, type Parameters, type Place } from '../../engine/fault.ts'
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
  /** Where in the answer, as far as that is known. */
  readonly place: Place | null
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
 * @param onward how far the run then goes on by itself; left out: not at all
 * @throws Fault where a server of the answer can't even start
 */
export function playedWith(system: System, actions: readonly Action[], onward?: Onward): Played {
  const run = new Run(system)
  const offer = (): Offer => ({ enabled: run.enabled(), others: run.handActions() })
  const offers = [offer()]
  let stop: Stop | null = null
  try {
    for (const action of actions) {
      run.take(action)
      offers.push(offer())
    }
    if (onward) goOn(run, onward, STEPS_BY_HAND_MAX - run.length, () => offers.push(offer()))
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    stop = stopOf(error)
  }
  return { record: run.record, offers, stop }
}

export function stopOf({ code, parameters, place }: Fault): Stop {
  return { code, parameters, place }
}
