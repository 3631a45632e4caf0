/** Trace: a run as small data. States are not in it; `replay` computes them again. */
import type { Action } from '../model.ts'

/** The version of this format. A trace of another version is refused, never guessed at. */
export const TRACE_VERSION = 1

/** A run from the initial state of one configuration of one exercise or figure. */
export interface Trace {
  readonly version: typeof TRACE_VERSION
  /** The exercise or figure that the run belongs to. */
  readonly subject: string
  /** The name of its configuration, such as `three-ballots`. */
  readonly configuration: string
  readonly actions: readonly Action[]
  /** The number of the step from which on the steps repeat for ever, counted from 1; left out where the run ends. */
  readonly loopFrom?: number
}
