/**
 * doomed: from which step of a failing run on only a fault could have saved it. A state is *doomed* when every run that goes
 * on from it fairly and without further faults fails: violates a property of kind `always`, or does not reach the goal
 * of one of kind `eventually`.
 *
 * For `always` a state is saved where the states that can be reached from it, violations and faults left out, hold a
 * fair loop or a state in which it is fair to stay (`liveness.ts`): that is a run which goes on for ever and violates
 * nothing. For `eventually` it is saved where the goal can be reached without faults, for each such way there can be
 * gone on with fairly. All states that a doomed one leads to are doomed, so the states of a run are looked at from the
 * last to the first, and no state is looked at twice.
 */
import { type Model, StepFailed } from '../model.ts'
import { FairComponents } from './liveness.ts'
import { Steps } from './steps.ts'
import { Visited, hashOf } from './visited.ts'

/** So many states are looked at for one run, if nothing else is said. */
export const DOOMED_STATES_MAX = 10_000

/**
 * The number of the step after which, and after every later one, a failing run is doomed; 0 where it was so from the
 * start.
 * @param rows the states of the run, first to last
 * @param property the number of the property that the run fails
 * @returns null where that is the last step, or where it can't be decided with so many states
 */
export function doomedAt(
  model: Model,
  rows: readonly Int32Array[],
  property: number,
  statesMax = DOOMED_STATES_MAX,
): number | null {
  const eventually = model.properties[property]!.kind === 'eventually'
  const search = eventually
    ? new GoalSearch(model, property, statesMax)
    : new FairSearch(model, property, statesMax)
  const last = rows.length - 1
  try {
    // The last state of a run that ends can't be saved; that of a loop is looked at like the others.
    for (let step = last; step >= 0; step--) {
      const saved = search.isSaved(rows[step]!)
      if (saved === null) return null
      if (saved) return step + 1 < last ? step + 1 : null
    }
  } catch (error) {
    // A handler failed in a state that the exploration never came to: there is no telling what would have been.
    if (error instanceof StepFailed) return null
    throw error
  }
  return last > 0 ? 0 : null
}

/** Looks for a run without faults that violates a property of kind `always` nowhere. */
class FairSearch {
  readonly #visited: Visited
  readonly #components: FairComponents

  constructor(model: Model, property: number, statesMax: number) {
    this.#visited = new Visited(model.width)
    this.#components = new FairComponents(
      model,
      this.#visited,
      { property, holds: true },
      { statesMax, first: true },
    )
  }

  /** Null where there are too many states. */
  isSaved(row: Int32Array): boolean | null {
    const state = this.#visited.add(row, hashOf(row), -1)
    const search = this.#components.from(state)
    let next = search.next()
    while (!next.done) next = search.next()
    return next.value || (this.#components.exhausted ? null : false)
  }
}

/** Looks for a way without faults to the goal of a property of kind `eventually`. */
class GoalSearch {
  readonly #bit: number
  readonly #statesMax: number
  readonly #visited: Visited
  readonly #steps: Steps

  constructor(model: Model, property: number, statesMax: number) {
    this.#bit = 1 << property
    this.#statesMax = statesMax
    this.#visited = new Visited(model.width)
    this.#steps = new Steps(model, this.#visited)
  }

  /** Null where there are too many states. */
  isSaved(row: Int32Array): boolean | null {
    const visited = this.#visited
    const steps = this.#steps
    // Nothing that was met before leads to the goal. What is new is numbered from here on, in the order of the search.
    let state = visited.count
    visited.add(row, hashOf(row), -1)
    for (; state < visited.count; state++) {
      if ((steps.inspect(state) & this.#bit) !== 0) return true
      steps.read(state, true)
      if (visited.count > this.#statesMax) return null
    }
    return false
  }
}
