/**
 * Scripts for systems of processes and servers. What happens is told by moments: everything goes on by itself, in the
 * order in which it comes due, until a moment at which something is done to it.
 */
import type { System } from '../../../engine/actors/system.ts'
import { type Onward, nextByItself } from '../../../engine/drivers/onward.ts'
import { Run } from '../../../engine/drivers/run.ts'
import type { Action } from '../../../engine/model.ts'
import type { ShownProcess } from '../../../engine/clients/process-node.ts'
import type { Frame, NodeRecord } from '../../../engine/trace/record.ts'
import { type ServerView, serverViewOf } from '../../widgets/services/claims.ts'

/** Something that a script does. */
export interface Moment {
  /** When: the first frame of which this holds, the one in which it begins included. */
  readonly once: (frame: Frame) => boolean
  /** What is done then. @returns the action, or how to tell it from others */
  readonly then: Action | ((actions: readonly Action[]) => Action | undefined)
}

/** A run goes on for at most so many steps, lest one that never ends hang the build. */
const STEPS_MAX = 400

/**
 * The actions of a script, see `played`.
 * @throws Error when a moment does not come
 */
export function play(...script: Parameters<typeof played>): Action[] {
  return played(...script).record.steps.map(({ action }) => action)
}

/**
 * The run of a script: between its moments the first of what may come next, and after the last one until nothing is left,
 * or until `end`.
 * @param unreachable what becomes of messages that can't arrive when they are due; left out: they wait
 * @throws Error when a moment does not come
 */
export function played(
  system: System,
  moments: readonly Moment[],
  end: (frame: Frame) => boolean = () => false,
  stepsMax = STEPS_MAX,
  unreachable?: Onward['unreachable'],
): Run {
  const run = new Run(system)
  const frame = (): Frame => run.frame
  const goOn = (until: (frame: Frame) => boolean): boolean => {
    while (!until(frame())) {
      const next = nextByItself(run, unreachable)
      if (next === undefined || run.length >= stepsMax) return false
      run.take(next)
    }
    return true
  }
  moments.forEach(({ once, then }, index) => {
    if (!goOn(once)) throw new Error(`moment ${index + 1} of the script does not come`)
    const action = typeof then === 'function' ? then([...run.enabled(), ...run.handActions()]) : then
    if (action === undefined) throw new Error(`moment ${index + 1} of the script can't be`)
    run.take(action)
  })
  goOn(end)
  return run
}

/** A node of a frame. @throws Error where there is none */
export function nodeOf(frame: Frame, id: string): NodeRecord {
  const node = frame.nodes.find((one) => one.id === id)
  if (!node) throw new Error(`there is no node ${id}`)
  return node
}

/** What a server of a frame shows: it must be of that kind. */
export function serverAt<Kind extends ServerView['kind']>(
  frame: Frame,
  id: string,
  kind: Kind,
): Extract<ServerView, { readonly kind: Kind }> {
  const view = serverViewOf(nodeOf(frame, id).state)
  if (view?.kind !== kind) throw new Error(`${id} does not show ${kind}`)
  return view as Extract<ServerView, { readonly kind: Kind }>
}

/** A node of a frame that is a process. */
export function processAt(frame: Frame, id: string): ShownProcess {
  return nodeOf(frame, id).state as unknown as ShownProcess
}
