/** Explored checks: a property of a system, looked for in every interleaving. */
import type { System, Violation } from '../../engine/actors/system.ts'
import type { Exploration, ExploreProgress } from '../../engine/drivers/explore.ts'
import { takeLasso } from '../../engine/drivers/lasso.ts'
import { exploreReduced } from '../../engine/drivers/reduce.ts'
import { Run } from '../../engine/drivers/run.ts'
import type { Action } from '../../engine/model.ts'
import { type Line, followAll } from './script.ts'

/** Something that a chapter says about a system. */
export interface Explored {
  readonly kind?: 'explored'
  /** The claim or erratum that it belongs to and a name of its own, as `E26/three-ballots`. */
  readonly id: string
  system(): System
  /** What has happened before; left out: nothing. Every continuation of it is looked at. */
  readonly after?: readonly Line[]
  /** The id of one of the system's properties. */
  readonly property: string
  /** `holds`: in every interleaving. `fails`: a run violates it. `reached`: a run reaches it. */
  readonly expect: 'holds' | 'fails' | 'reached'
  /** The exercise whose text has the property's words; null: they stand in src/text/en-course.ts. */
  readonly words: string | null
  /** The exploration may see at most so many states; a check that needs more fails. */
  readonly statesMax: number
}

/** What the engine found. */
export interface Found {
  readonly check: Explored
  /** States that were explored; those that differ by dead messages count as one. */
  readonly states: number
  readonly depth: number
  /** A run that shows it, the shortest of its kind, the script included; empty where it holds everywhere. */
  readonly actions: readonly Action[]
  /** The number of the step from which on the steps of the run repeat for ever; left out where it ends. */
  readonly loopFrom?: number
  /** The values that broke the property at the end of the run, for its words. */
  readonly violation: Violation
}

/** @throws Error when it comes out otherwise than expected, or can't be decided within its bound */
export function decide(check: Explored): Found {
  return toEnd(deciding(check))
}

/** The same, told step by step how far it has come: for a page that shows it. @throws Error as `decide` does */
export function* deciding(check: Explored): Generator<ExploreProgress, Found> {
  const whole = check.system()
  const property = whole.properties.find(({ id }) => id === check.property)
  if (!property) throw new Error(`check ${check.id}: the system has no property '${check.property}'`)
  const asked = { ...whole, properties: [property] }
  const system = check.after ? { ...asked, before: followAll(asked, check.after) } : asked
  const { complete, hit, findings, failure, states, depth } = yield* exploring(system, check.statesMax)
  if (failure) throw new Error(`check ${check.id}: ${failure.fault.message}`)
  const finding = findings[0]
  const outcome = finding
    ? property.kind === 'sometimes'
      ? 'reached'
      : 'fails'
    : complete
      ? property.kind === 'sometimes'
        ? 'never reached'
        : 'holds'
      : `undecided at the bound of ${hit}`
  if (outcome !== check.expect) {
    throw new Error(
      `check ${check.id}: the chapter says that ${check.property} ${check.expect}, the engine says: ${outcome}`,
    )
  }
  // A run is shown only after it has been replayed.
  if (finding?.loopFrom !== undefined) {
    return { check, states, depth, ...takeLasso(system, finding.actions, finding.loopFrom), violation: {} }
  }
  const actions = finding?.actions ?? []
  const shown = new Run(system)
  for (const action of actions) shown.take(action)
  const violation = property.kind === 'always' ? (property.violated(shown.view, shown.history) ?? {}) : {}
  return { check, states, depth, actions, violation }
}

/** Explores a system, or what may follow what has happened before in it. Dead messages are left out. */
export function exploreAll(system: System, statesMax: number): Exploration {
  return toEnd(exploring(system, statesMax))
}

function exploring(system: System, statesMax: number): Generator<ExploreProgress, Exploration> {
  const bounds = { statesMax, stepsMax: Infinity }
  return exploreReduced(system, bounds, { symmetry: false, partialOrder: true })
}

function toEnd<Result>(search: Generator<unknown, Result>): Result {
  let next = search.next()
  while (!next.done) next = search.next()
  return next.value
}
