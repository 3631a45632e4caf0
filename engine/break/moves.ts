/**
 * Moves: what the learner of a `break` exercise may do. A hand on a figure may do anything to anybody; hers is bound by
 * what the exercise's system allows, so that each of her runs is one that the explorer could have found.
 */
import type { System } from '../actors/system.ts'
import type { Run } from '../drivers/run.ts'
import { type Action, type FaultKind, faultOf, noSuccessors } from '../model.ts'
import { canonical } from '../plain.ts'

/** Why an action is not hers: a code of `text/` and how often the system allows it, 0 where never. */
export interface Refusal {
  readonly code: 'break.never' | 'break.spent'
  readonly limit: number
}

/**
 * May she take this action, as far as the system's bounds go? Whether it can happen in the present state is the run's to say.
 * @param before the actions of the run so far
 * @returns null where she may
 */
export function refusal(system: System, before: readonly Action[], action: Action): Refusal | null {
  if (!isOfModel(system, action)) return { code: 'break.never', limit: 0 }
  const fault = faultOf(action)
  if (fault === null) return null
  const limit = limitOf(system, fault, action)
  const spent = before.filter((one) => faultOf(one) === fault).length
  if (spent < limit) return null
  return { code: limit === 0 ? 'break.never' : 'break.spent', limit }
}

/**
 * What she may do now, in an order that depends on the run alone: what may come next by itself, then faults. Crashes in
 * the middle of a handler are listed where they make a difference.
 */
export function moves(system: System, run: Run): Action[] {
  const found = new Map<string, Action>()
  const before = run.record.steps.map(({ action }) => action)
  const hands = run
    .handActions()
    .map((action) =>
      action.kind === 'crash' && restartsAtOnce(system) ? { ...action, restarts: true } : action,
    )
  for (const action of [...run.enabled(), ...hands, ...steps(run)] as Action[]) {
    const text = canonical(action, 'action')
    if (!found.has(text) && refusal(system, before, action) === null) found.set(text, action)
  }
  return [...found.values()]
}

/** What the model lists in the present state. */
function steps(run: Run): Action[] {
  const row = run.rows.at(-1)!
  const out = noSuccessors()
  run.model.successors(row, out)
  return Array.from({ length: out.count }, (_, index) => run.model.actionAt(row, index))
}

/** Is it an action of the system's model, however often? Hands may pause and cut without clocks, and end sessions early with them; the model does not. */
function isOfModel(system: System, action: Action): boolean {
  switch (action.kind) {
    case 'partition':
    case 'heal':
    case 'resume':
    case 'act':
      return false
    case 'pause':
      return action.milliseconds !== undefined && system.time !== undefined
    case 'jump':
    case 'pass':
      return system.time !== undefined
    case 'fire':
      return action.early !== true
    case 'restart':
      return system.crashes?.restart === 'later'
    case 'crash':
      return (action.restarts === true) === restartsAtOnce(system)
    default:
      return true
  }
}

/** How often a kind of fault may happen in one run, at the node that the action is about. */
function limitOf(system: System, fault: FaultKind, action: Action): number {
  const { network, crashes, time } = system
  const id = 'node' in action ? action.node : 'to' in action ? action.to : ''
  const role = system.nodes.find((node) => node.id === id)?.role ?? ''
  switch (fault) {
    case 'drop':
      return network.drops
    case 'duplicate':
      // Without limit an old message arrives again by being delivered again.
      return network.duplicates === 'unlimited' ? 0 : network.duplicates
    case 'crash':
      if (crashes === null || !crashes.roles.includes(role)) return 0
      return crashes.limit === 'unlimited' ? Infinity : crashes.limit
    case 'pause':
      return time?.pauses?.roles.includes(role) ? time.pauses.limit : 0
    case 'jump':
      return time?.jumps?.roles.includes(role) ? time.jumps.limit : 0
    case 'partition':
      return 0
  }
}

function restartsAtOnce({ crashes }: System): boolean {
  return crashes?.restart === 'at once'
}
