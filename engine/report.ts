/**
 * Report: what grading answers. Plain data, the same in the page and on the command line; `docs/report.schema.json`
 * describes its JSON form and a test keeps the two together.
 */
import type { Parameters } from './fault.ts'
import type { PropertyKind } from './model.ts'
import type { RunRecord } from './trace/record.ts'
import type { Trace } from './trace/trace.ts'

/**
 * `passed`: nothing was found within the stated bounds. `failed`: a run is given. `inconclusive`: a bound was hit.
 * `error`: the answer could not be run to an end. `not-run`: an earlier check had already decided.
 */
export type Verdict = 'passed' | 'failed' | 'inconclusive' | 'error' | 'not-run'

/** A sentence as a code of the text and its parameters. */
export interface Words {
  readonly code: string
  readonly parameters: Parameters
}

/** What one check looked at: `explore` every interleaving of a configuration, `simulate` a number of seeded runs. */
export interface Bounds {
  readonly driver: 'explore' | 'simulate'
  readonly configuration: string
  readonly statesMax: number
  readonly stepsMax: number
  /** Seeded runs, for `simulate`. */
  readonly runs?: number
  readonly seed?: number
  /** Which bound was hit, where the verdict is inconclusive. */
  readonly hit?: 'states' | 'steps'
}

/** One property of one configuration. */
export interface CheckReport {
  /** Unique in the exercise: configuration and property, as `three-ballots/agreement`. */
  readonly id: string
  readonly kind: PropertyKind
  readonly property: string
  readonly verdict: Verdict
  /** Distinct states seen. */
  readonly states: number
  /** Transitions looked at. */
  readonly steps: number
  /** The longest shortest path that was reached. */
  readonly depth: number
  readonly bounds: Bounds
  /** What was found, in words. */
  readonly message: Words
  /** The run that shows it: the shortest for `explore`, minimised for `simulate`; null where there is none. */
  readonly trace: Trace | null
  /** The same run worked out. Left out of the JSON of the command line. */
  readonly record: RunRecord | null
}

/** Something to say about the answer's text or behaviour. Lines and columns count from 1; 0 where there is none. */
export interface Diagnostic {
  readonly line: number
  readonly column: number
  readonly severity: 'error' | 'warning'
  readonly words: Words
}

/** The answer to one grading. */
export interface Report {
  readonly exercise: string
  readonly verdict: Exclude<Verdict, 'not-run'>
  readonly checks: readonly CheckReport[]
  readonly diagnostics: readonly Diagnostic[]
}

/** How far a grading has come. */
export interface Progress {
  /** The check's configuration that is being looked at. */
  readonly configuration: string
  readonly driver: 'explore' | 'simulate'
  readonly states: number
  readonly steps: number
  readonly depth: number
}
