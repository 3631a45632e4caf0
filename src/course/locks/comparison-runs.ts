/** Runs of the comparison that are told and not searched for: a fault at one moment, and then whatever happens by itself. */
import type { System } from '../../../engine/actors/system.ts'
import type { ShownProcess } from '../../../engine/clients/process-node.ts'
import { Run } from '../../../engine/drivers/run.ts'
import type { Action } from '../../../engine/model.ts'
import type { Frame, RunRecord } from '../../../engine/trace/record.ts'
import { type Worker, seenIn } from './comparison-workers.ts'

/** A run goes on for at most so many steps. */
const STEPS_MAX = 1500

export interface Told {
  readonly system: System
  readonly record: RunRecord
  /** Did what was waited for come? */
  readonly came: boolean
  /** Milliseconds from the last thing that was done to the run to its end. */
  readonly took: number
}

/** Something that is done to a run. @returns null: not yet */
export type Doing = (frame: Frame, run: Run) => Action | null

/** What is seen of the workers of a frame. */
export function workersAt(frame: Frame): Worker[] {
  return frame.nodes
    .filter(({ role }) => role === 'client')
    .map(({ id, up, state }) => ({ id, ...seenIn(up ? (state as unknown as ShownProcess) : null) }))
}

export const workerAt = (frame: Frame, id: string): Worker => workersAt(frame).find((one) => one.id === id)!

/** Has it been inside? */
export const hasEntered = ({ inside, had }: Worker): boolean => inside || had > 0

/**
 * A run in which all goes on by itself, but for what is done to it, until something holds, or until it is clear that it never
 * will: nothing is left to happen, or all is as it was before.
 * @throws Error where neither is clear
 */
export function tell(system: System, doings: readonly Doing[], done: (frame: Frame) => boolean): Told {
  const run = new Run(system)
  const left = [...doings]
  let from = 0
  let last = 0
  for (;;) {
    const frame = run.record.frames.at(-1)!
    const doing = left[0]?.(frame, run)
    if (doing) {
      run.take(doing)
      left.shift()
      from = frame.now!
      last = run.length
      continue
    }
    const told = (came: boolean, loopFrom?: number): Told => ({
      system,
      record: { ...run.record, ...(loopFrom !== undefined && { loopFrom }) },
      came,
      took: frame.now! - from,
    })
    if (left.length === 0 && done(frame)) return told(true)
    if (left.length === 0 && frame.now! > from) {
      const before = sameBefore(run, last)
      if (before !== null) return told(false, before + 1)
    }
    const next = run.enabled().find(({ kind }) => kind !== 'restart')
    if (next === undefined && left.length === 0) return told(false)
    if (next === undefined) throw new Error('the run has ended before all was done to it')
    if (run.length >= STEPS_MAX) throw new Error(`undecided after ${STEPS_MAX} steps`)
    run.take(next)
  }
}

/** The step after which all was as it is now, not before `from`; null where there is none. */
function sameBefore(run: Run, from: number): number | null {
  for (let step = from; step < run.length; step++) if (run.isBackAt(step)) return step
  return null
}

/** Of several runs the one that went worst: what was waited for did not come, or took longest. */
export function worstOf(told: readonly Told[]): Told {
  return told.reduce((worst, one) => (weight(one) > weight(worst) ? one : worst))
}

const weight = ({ came, took }: Told): number => (came ? took : Infinity)

export const everybodyEntered = (frame: Frame): boolean => workersAt(frame).every(hasEntered)
export const otherEntered = (frame: Frame): boolean => hasEntered(workerAt(frame, 'B'))

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

/** Something that is done once the run has so many steps. */
export const atStep =
  (step: number, act: (frame: Frame, run: Run) => Action): Doing =>
  (frame, run) =>
    run.length >= step ? act(frame, run) : null

/** Something that is done as soon as a worker is inside. */
export const onceInside =
  (id: string, act: (frame: Frame) => Action): Doing =>
  (frame) =>
    workerAt(frame, id).inside ? act(frame) : null

/** Messages from and to a node that were sent in the steps after which a condition holds. */
export function sentWhile(
  { frames, steps }: RunRecord,
  holds: (frame: Frame) => boolean,
  who: string,
): number {
  return steps
    .filter((_, index) => holds(frames[index + 1]!))
    .flatMap(({ sent }) => sent)
    .filter(({ from, to, absorbed }) => !absorbed && (from === who || to === who)).length
}

/** The beginning of a run: what had happened by then. */
export function beginningOf({ frames, steps, started }: RunRecord, milliseconds: number): RunRecord {
  const count = frames.findLastIndex(({ now }) => now! <= milliseconds)
  return { frames: frames.slice(0, count + 1), steps: steps.slice(0, count), started }
}
