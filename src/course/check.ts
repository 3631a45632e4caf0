/**
 * Check: what a chapter claims, asked of the engine. A page names a check and shows what came out of it in this build;
 * a check that comes out otherwise than the chapter says fails the build, and its test.
 */
import type { System, Violation } from '../../engine/actors/system.ts'
import { takeLasso } from '../../engine/drivers/lasso.ts'
import { exploreReduced } from '../../engine/drivers/reduce.ts'
import { Run } from '../../engine/drivers/run.ts'
import type { Action } from '../../engine/model.ts'

/** Something that a chapter says about a system. */
export interface Check {
  /** The claim or erratum that it belongs to and a name of its own, as `E26/three-ballots`. */
  readonly id: string
  system(): System
  /** The id of one of the system's properties. */
  readonly property: string
  /** `holds`: in every interleaving. `fails`: a run violates it. `reached`: a run reaches it. */
  readonly expect: 'holds' | 'fails' | 'reached'
  /** The exercise whose text has the property's words. */
  readonly words: string
  /** The exploration may see at most so many states; a check that needs more fails. */
  readonly statesMax: number
}

/** What the engine found. */
export interface CheckResult {
  readonly check: Check
  /** States that were explored; those that differ by dead messages count as one. */
  readonly states: number
  readonly depth: number
  /** A run that shows it, the shortest of its kind; empty where it holds everywhere. */
  readonly actions: readonly Action[]
  /** The number of the step from which on the steps of the run repeat for ever; left out where it ends. */
  readonly loopFrom?: number
  /** The values that broke the property at the end of the run, for its words. */
  readonly violation: Violation
}

const results = new Map<string, CheckResult>()

/**
 * Runs a check, once in a build.
 * @throws Error when it comes out otherwise than expected, or can't be decided within its bound
 */
export function run(check: Check): CheckResult {
  const known = results.get(check.id)
  if (known) return known
  const result = decide(check)
  results.set(check.id, result)
  return result
}

function decide(check: Check): CheckResult {
  const whole = check.system()
  const property = whole.properties.find(({ id }) => id === check.property)
  if (!property) throw new Error(`check ${check.id}: the system has no property '${check.property}'`)
  const system = { ...whole, properties: [property] }
  const bounds = { statesMax: check.statesMax, stepsMax: Infinity }
  const search = exploreReduced(system, bounds, { symmetry: false, partialOrder: true })
  let next = search.next()
  while (!next.done) next = search.next()
  const { complete, hit, findings, failure, states, depth } = next.value
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
    const { actions, loopFrom } = takeLasso(system, finding.actions, finding.loopFrom)
    return { check, states, depth, actions, loopFrom, violation: {} }
  }
  const actions = finding?.actions ?? []
  const shown = new Run(system)
  for (const action of actions) shown.take(action)
  const violation = property.kind === 'always' ? (property.violated(shown.view) ?? {}) : {}
  return { check, states, depth, actions, violation }
}
