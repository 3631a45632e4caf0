/**
 * Onward: how a run goes on while nobody does anything to it. Everything that is due happens, in the order in which it came to be, and
 * then time passes. So a script, a figure that is left running and the sandbox do the same.
 */
import { type Action, type MessageData } from '../model.ts'
import { type Frame, type MessageRecord, dataOf } from '../trace/record.ts'
import type { Run } from './run.ts'

/** How far a run is to go by itself. */
export interface Onward {
  /** So many of its milliseconds at least; what is due then happens too. 0: what is due now, else what is due next. */
  readonly milliseconds: number
  /** It stops earlier once a node of this role has received something. Left out: it does not. */
  readonly heardBy?: string
  /**
   * What becomes of a message that is due and can't arrive, because the network is cut or its receiver is down. Left out: it waits
   * until it can.
   */
  readonly unreachable?: 'lost'
}

/** How long a run by hand may get by going on by itself: every view looks at all of it. */
export const STEPS_BY_HAND_MAX = 2_000

/** What happens next by itself; undefined where nothing does. Whoever has crashed stays so. */
export function nextByItself(run: Run, unreachable?: Onward['unreachable']): Action | undefined {
  const lost = unreachable === 'lost' ? run.frame.inFlight.find((one) => isStuck(one, run.frame)) : undefined
  if (lost) return { kind: 'drop', to: lost.to, message: dataOf(lost) satisfies MessageData }
  return run.enabled().find(({ kind }) => kind !== 'restart')
}

/**
 * Lets a run go on, for at most `stepsMax` steps. It may take none.
 * @param taken is told of each step
 * @throws Fault of a handler; what was taken before stays taken
 */
export function goOn(
  run: Run,
  { milliseconds, heardBy, unreachable }: Onward,
  stepsMax: number,
  taken: (action: Action) => void = () => undefined,
): void {
  const from = run.frame.now ?? 0
  for (let steps = 0; steps < stepsMax; steps++) {
    const next = nextByItself(run, unreachable)
    if (next === undefined) return
    if (next.kind === 'pass' && steps > 0 && (run.frame.now ?? 0) - from >= milliseconds) return
    const { node, action } = run.take(next)
    taken(next)
    const heard = action.kind === 'deliver' && run.frame.nodes.find(({ id }) => id === node)?.role === heardBy
    if (heard) return
  }
}

/** Is it due, and can't it arrive? */
function isStuck({ from, to, arrivesIn = 0 }: MessageRecord, { nodes, groups }: Frame): boolean {
  if (arrivesIn > 0) return false
  const together = groups?.some((group) => group.includes(from) && group.includes(to)) ?? true
  return !together || nodes.find(({ id }) => id === to)?.up !== true
}
