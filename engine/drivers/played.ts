/**
 * playedWith: a run by hand as data, worked out where an answer may run: what happened, what may be done at each step of it, and why it
 * went no further. Nothing is kept from one request to the next, so what is asked for twice is the same twice.
 */
import type { System } from '../actors/system.ts'
import { Fault, type Parameters, type Place } from '../fault.ts'
import type { Action } from '../model.ts'
import type { RunRecord } from '../trace/record.ts'
import { type Onward, goOn, STEPS_BY_HAND_MAX } from './onward.ts'
import { Run } from './run.ts'

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

/** Looks at a run at its start and after each step. */
export type Watcher = (run: Run) => void

/**
 * Takes actions one after the other, as far as they can happen.
 * @param onward how far the run then goes on by itself; left out: not at all
 * @throws Fault where a server of the answer can't even start
 */
export function playedWith(
  system: System,
  actions: readonly Action[],
  onward?: Onward,
  watch: Watcher = () => undefined,
): Played {
  const run = new Run(system)
  const offers: Offer[] = []
  const look = (): void => {
    offers.push({ enabled: run.enabled(), others: run.handActions() })
    watch(run)
  }
  look()
  let stop: Stop | null = null
  try {
    for (const action of actions) {
      run.take(action)
      look()
    }
    if (onward) goOn(run, onward, STEPS_BY_HAND_MAX - run.length, look)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    stop = stopOf(error)
  }
  return { record: run.record, offers, stop }
}

export function stopOf({ code, parameters, place }: Fault): Stop {
  return { code, parameters, place }
}
