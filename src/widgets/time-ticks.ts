/** The moments of a timed run at which its axis says how late it is: the start, and wherever time has passed. */
import type { RunRecord } from '../../engine/trace/record.ts'

export interface Tick {
  readonly step: number
  /** Milliseconds since the start. */
  readonly now: number
}

/** Empty where the run has no clock. */
export function ticksOf(record: RunRecord): Tick[] {
  return record.frames.flatMap(({ now }, step) =>
    now !== undefined && (step === 0 || record.steps[step - 1]!.action.kind === 'pass')
      ? [{ step, now }]
      : [],
  )
}
