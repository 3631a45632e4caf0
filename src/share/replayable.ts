/** How much of a run that came in can still happen, and what stands in the way of the rest. Nothing of a learner’s runs for it. */
import type { System } from '../../engine/actors/system.ts'
import { Run } from '../../engine/drivers/run.ts'
import { Fault } from '../../engine/fault.ts'
import type { Action } from '../../engine/model.ts'

export interface Replayable {
  /** As many as can happen, from the first on. */
  readonly actions: readonly Action[]
  /** Why the next one can’t; null where all can. */
  readonly problem: Fault | null
}

/** In a system of the course’s own. */
export function replayable(system: System, actions: readonly Action[]): Replayable {
  const run = new Run(system)
  return taken(actions, (action) => void run.take(action))
}

/** @param take takes one action, or throws a Fault */
export function taken(actions: readonly Action[], take: (action: Action) => void): Replayable {
  for (const [index, action] of actions.entries()) {
    try {
      take(action)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return { actions: actions.slice(0, index), problem: error }
    }
  }
  return { actions, problem: null }
}
