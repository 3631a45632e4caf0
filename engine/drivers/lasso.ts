/**
 * Takes a run whose last steps repeat for ever, and sees to it that they do. The run may have been found in a model that
 * leaves out messages which make no difference any more (`actors/live-messages.ts`); where every message stays in its
 * inbox, such a loop does not lead back to where it began by itself. What it has left over is delivered; where messages
 * stay in the network, the first time round has put them there, and the second leads back.
 */
import { canonical } from '../plain.ts'
import type { System } from '../actors/system.ts'
import { Fault } from '../fault.ts'
import type { Action } from '../model.ts'
import { type Frame, type MessageRecord, dataOf } from '../trace/record.ts'
import { Run } from './run.ts'

/** How often a loop is taken before it has to lead back. */
const ROUNDS_MAX = 3

/** A run whose steps from `loopFrom` on repeat for ever. */
export interface Lasso {
  readonly run: Run
  readonly actions: readonly Action[]
  /** The number of the first step of the loop, counted from 1. */
  readonly loopFrom: number
}

/**
 * Takes the actions; the last of them, from `loopFrom` on, have to lead back to where they begin.
 * @throws Fault `diverged` where an action can't happen, `diverged-loop` where the loop does not lead back
 */
export function takeLasso(system: System, actions: readonly Action[], loopFrom: number): Lasso {
  const run = new Run(system)
  const taken: Action[] = []
  const take = (action: Action): void => {
    run.take(action)
    taken.push(action)
  }
  const loop = actions.slice(loopFrom - 1)
  actions.slice(0, loopFrom - 1).forEach(take)
  for (let round = 0; round < ROUNDS_MAX && loop.length > 0; round++) {
    const start = run.length
    loop.forEach(take)
    if (!run.isBackAt(start)) leftOver(system, run, start).forEach(take)
    if (run.isBackAt(start)) return { run, actions: taken, loopFrom: start + 1 }
  }
  throw new Fault('diverged-loop', { from: loopFrom })
}

/** Deliveries of the messages that are on their way now and were not after step `start`. */
function leftOver(system: System, run: Run, start: number): Action[] {
  if (system.network.duplicates === 'unlimited') return []
  const { frames } = run.record
  const before = counted(frames[start]!)
  const actions: Action[] = []
  for (const message of frames.at(-1)!.inFlight) {
    const text = textOf(message)
    const count = before.get(text) ?? 0
    if (count === 0) actions.push({ kind: 'deliver', to: message.to, message: dataOf(message) })
    else before.set(text, count - 1)
  }
  return actions
}

function counted({ inFlight }: Frame): Map<string, number> {
  const counts = new Map<string, number>()
  for (const message of inFlight) counts.set(textOf(message), (counts.get(textOf(message)) ?? 0) + 1)
  return counts
}

function textOf(message: MessageRecord): string {
  return canonical([message.to, dataOf(message)], 'message')
}
