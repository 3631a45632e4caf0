/**
 * Search: the fewest steps from a state of a run to where a property of a `break` exercise is met. Breadth-first, so that what is
 * found first is nearest; the states of one search are known to the next, as long as nothing was found.
 *
 * What is left out keeps the length of a shortest way. A lost message is one that does not arrive, which is no step at
 * all; a message that is dead (`actors/live-messages.ts`) changes nothing that its receiver does or a property sees,
 * so a way in which it arrives has a shorter one beside it.
 */
import { ActorModel } from '../actors/actor-model.ts'
import { LiveMessages, NotDead, keep } from '../actors/live-messages.ts'
import type { System } from '../actors/system.ts'
import type { Run } from '../drivers/run.ts'
import { Visited, hashAt, hashOf } from '../drivers/visited.ts'
import { type Action, type FaultKind, StepFailed, actionsThrough, noSuccessors } from '../model.ts'
import { isMet, propertyOf } from './judge.ts'

/** How far a search has come. */
export interface SearchProgress {
  readonly states: number
  readonly depth: number
}

/** The nearest way to a goal: its actions; `none` where there is no way, `bound` where there were too many states. */
export type Way = readonly Action[] | 'none' | 'bound'

const STATES_BETWEEN_PROGRESS = 4_096

/** Presumptions that may turn out wrong before no more are made; see `exploreReduced`. */
const RETRACTIONS_MAX = 24

const FAULTS: readonly FaultKind[] = ['duplicate', 'crash', 'pause', 'jump']

/** What is looked for: that the property of this id is violated, where it is one of kind `always`, or else reached. */
export interface Goal {
  readonly id: string
  /** The id of a property that may not be violated on the way; see `BreakExercise.keeps`. */
  readonly keeps: string | undefined
}

/**
 * Looks for the nearest way to a goal from the states of a run, from a later to an earlier one, until there is one.
 * @param run the states are those of its model
 * @param statesMax so many states are seen, all searches together
 * @param last the step after which it begins; 0 for the start
 * @yields how far it has come
 * @returns the number of the step after which there is a way, and the way; where there is none, 0 and `none`
 */
export function* nearest(
  goal: Goal,
  run: Run,
  statesMax: number,
  last: number,
): Generator<SearchProgress, { readonly step: number; readonly way: Way }> {
  const kept = new Set<string>()
  for (let retractions = 0; ; retractions++) {
    try {
      const search = new Search(goal, run, kept, retractions <= RETRACTIONS_MAX)
      for (let step = last; ; step--) {
        const way = yield* search.from(step, statesMax)
        if (way !== 'none' || step === 0) return { step, way }
      }
    } catch (error) {
      if (!(error instanceof NotDead)) throw error
      kept.add(keep(error.role, error.type))
    }
  }
}

/** Every way on from the states of one run. */
class Search {
  readonly #run: Run
  readonly #model: ActorModel
  readonly #visited: Visited
  readonly #goal: number
  readonly #keeps: number | null

  constructor({ id, keeps }: Goal, run: Run, kept: ReadonlySet<string>, presuming: boolean) {
    const { system } = run
    this.#run = run
    this.#model = modelFor(run, kept, presuming)
    this.#visited = new Visited(this.#model.width)
    this.#goal = propertyOf(system, id)
    this.#keeps = keeps === undefined ? null : propertyOf(system, keeps)
  }

  /** @param statesMax of all searches together */
  *from(step: number, statesMax: number): Generator<SearchProgress, Way> {
    const visited = this.#visited
    const model = this.#model
    const row = new Int32Array(model.width)
    const out = noSuccessors()
    const first = this.#rowAt(step)
    let state = visited.count
    visited.add(first, hashOf(first), -1)
    // It was come to by an earlier search, and leads nowhere.
    if (visited.count === state) return 'none'
    if (this.#inspect(first) === 'met') return []
    let levelEnd = visited.count
    let depth = 0
    for (; state < visited.count; state++) {
      if (state === levelEnd) {
        levelEnd = visited.count
        depth++
      }
      if (state % STATES_BETWEEN_PROGRESS === STATES_BETWEEN_PROGRESS - 1)
        yield { states: visited.count, depth }
      visited.read(state, row)
      if (this.#inspect(row) === 'lost') continue
      this.#successors(row, out)
      const { changes, length } = out
      const hash = hashOf(row)
      for (let index = 0; index < length;) {
        const start = index + 1
        const end = start + changes[index]! * 2
        let next = hash
        for (index = start; index < end; index += 2) {
          next ^=
            hashAt(changes[index]!, row[changes[index]!]!) ^ hashAt(changes[index]!, changes[index + 1]!)
          exchange(row, changes, index)
        }
        const known = visited.count
        const found = visited.add(row, next, state)
        if (visited.count > known && this.#inspect(row) === 'met') return this.#wayTo(found)
        for (index = start; index < end; index += 2) exchange(row, changes, index)
      }
      if (visited.count > statesMax) return 'bound'
    }
    return 'none'
  }

  #successors(row: Int32Array, out: ReturnType<typeof noSuccessors>): void {
    try {
      this.#model.successors(row, out)
    } catch (error) {
      // The handlers are the course's own: one that throws is a fault of the exercise.
      throw error instanceof StepFailed ? error.fault : error
    }
  }

  #inspect(row: Int32Array): 'met' | 'lost' | 'open' {
    const inspection = this.#model.inspect(row)
    if (isMet(this.#model.properties[this.#goal]!, inspection, this.#goal)) return 'met'
    return this.#keeps !== null && (inspection & (1 << this.#keeps)) === 0 ? 'lost' : 'open'
  }

  #wayTo(state: number): Action[] {
    const rows = this.#visited.path(state).map((step) => this.#visited.row(step))
    return actionsThrough(this.#model, rows)
  }

  /** The state of the run after a step, as a row of the model of this search. */
  #rowAt(step: number): Int32Array {
    const { model: own, system, rows } = this.#run
    const model = this.#model
    const from = rows[step]!
    if (model === own) return from
    const row = model.initial()[0]!
    system.nodes.forEach((_, node) => {
      row[node] = model.placeOf(node, own.localAt(node, from[node]!), own.inboxAt(node, from[node]!))
    })
    for (const fault of FAULTS) {
      for (let count = own.faultCount(from, fault); count > 0; count--) model.countFault(row, fault)
    }
    return row
  }
}

/** The model of a search: what the handlers do is the run's; what makes no difference to it is left out. */
function modelFor(run: Run, kept: ReadonlySet<string>, presuming: boolean): ActorModel {
  const { system, model } = run
  // Time waits for what is due, streams keep their order and a history records all: there everything may make a difference.
  if (system.time || system.network.streams || system.history) return model
  const lossless: System = { ...system, network: { ...system.network, drops: 0 } }
  const { behaviour } = model
  return new ActorModel(lossless, {
    behaviour,
    live: presuming ? new LiveMessages(lossless, behaviour, kept) : null,
  })
}

/** Exchanges an integer of a row with the new value of a change. */
function exchange(row: Int32Array, changes: Int32Array, index: number): void {
  const column = changes[index]!
  const before = row[column]!
  row[column] = changes[index + 1]!
  changes[index + 1] = before
}
