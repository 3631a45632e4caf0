/**
 * Cuts a run that a simulation found down to what its end needs, and replays what is left.
 */
import type { System } from '../actors/system.ts'
import { Fault } from '../fault.ts'
import type { Action } from '../model.ts'
import { type Minimised, REPLAYS_MAX, minimise } from '../trace/minimise.ts'
import { type SimulationFinding, chooserOf } from './simulate.ts'
import { LiveSystem } from './simulate-live.ts'

/**
 * Steps that the candidates of one run may have together, each counted as long as the whole run. A long run of which nothing
 * can be left out, such as one that ends with a deadline, would be replayed for many seconds. Up to some 150 steps it makes no
 * difference.
 */
const REPLAYED_STEPS_MAX = 300_000

/** A finding whose run was cut down. */
export interface ShortenedFinding extends SimulationFinding {
  readonly minimised: Minimised
}

/**
 * A shorter run that shows the same of the property.
 *
 * Of a goal that was missed after faults had stopped, the steps before that are cut down; what follows is worked out
 * anew for each candidate, by the same rule, and stays whole: it shows that nothing comes of waiting. Where the rule
 * draws other steps and the goal is reached, the run is left as it was found.
 * @param within steps after faults stopped, of a run that is `unsettled`
 */
export function shorten(
  system: System,
  finding: SimulationFinding,
  within = 0,
  replaysMax: number = Math.min(REPLAYS_MAX, Math.ceil(REPLAYED_STEPS_MAX / (finding.actions.length + 1))),
): ShortenedFinding {
  const unsettled = finding.what === 'unsettled'
  // A step of a process takes as long as hundreds of a handler, and most of the candidates are pairs.
  const pairs = !system.nodes.some(({ definition }) => definition.costly)
  const given = unsettled ? finding.actions.slice(0, finding.calmFrom) : finding.actions
  for (const closely of [false, true]) {
    const minimised = minimise(
      given,
      (part) => replayed(system, finding, part, within, closely)?.before ?? null,
      replaysMax,
      pairs,
    )
    const run = replayed(system, finding, minimised.actions, within, true)
    // What was found by quick calls alone is looked for again by slow ones.
    if (run === null) continue
    return { ...finding, actions: run.all, calmFrom: run.before.length, minimised }
  }
  return { ...finding, minimised: { actions: finding.actions, replays: 0, minimal: false } }
}

/** The part of the actions that happened, and with what followed; null where they don't show the finding. */
function replayed(
  system: System,
  { property, what, seed }: SimulationFinding,
  actions: readonly Action[],
  within: number,
  closely: boolean,
): { readonly before: readonly Action[]; readonly all: readonly Action[] } | null {
  const mask = 1 << property
  const live = new LiveSystem(system, null, { closely, recorded: true })
  const taken = live.actions!
  const isThere = (): boolean => (live.inspect(mask) !== 0) !== (what === 'violation')
  const sought = what === 'violation' || what === 'witness'
  try {
    if (isThere()) return sought ? { before: [], all: [] } : null
    for (const action of actions) {
      if (!live.take(action, true) || !live.observed || !isThere()) continue
      return sought ? { before: taken, all: taken } : null
    }
    if (sought) return null
    const before = [...taken]
    if (what === 'dead-end') return live.isStuck(false) ? { before, all: before } : null
    const chooser = chooserOf(live, seed)
    for (let step = 0; step < within; step++) {
      if (!chooser.fairStep()) break
      if (live.observed && isThere()) return null
    }
    return { before, all: taken }
  } catch (error) {
    if (error instanceof Fault) return null
    throw error
  }
}
