/**
 * Report: what grading answers. Plain data, the same in the page and on the command line; `docs/report.schema.json`
 * describes its JSON form and a test keeps the two together.
 */
import type { Growth } from './actors/growth.ts'
import type { Parameters } from './fault.ts'
import type { PropertyKind } from './model.ts'
import type { Scope } from './scope.ts'
import type { Comparison } from './trace/compare.ts'
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
  /** Milliseconds of a run’s own time after which it ends, for `simulate` in a timed system. */
  readonly milliseconds?: number
  /** Seeded runs, for `simulate`. */
  readonly runs?: number
  readonly seed?: number
  /** The last steps of a run, in which faults have stopped and each goal has to be reached, for `simulate`. */
  readonly settleWithin?: number
  /** The bound that cut the search off, if one did. */
  readonly hit?: 'states' | 'steps'
  /** What there is of nodes, messages and faults within these bounds; `text/scope.ts` puts it into words. */
  readonly scope: Scope
}

/** How an exploration was made smaller without leaving anything out. */
export interface Reduction {
  /** Groups of two or more nodes that are interchangeable: states that differ by their names only are looked at once. */
  readonly symmetry: readonly (readonly string[])[]
  /** Messages that make no difference any more are left out. */
  readonly partialOrder: boolean
  /** How many states those that were seen stand for; null where it was not counted. */
  readonly represented: number | null
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
  /** Only for `explore`. */
  readonly reduction?: Reduction
  /** What was found, in words. */
  readonly message: Words
  /** What grew, where a bound was hit and something did. */
  readonly growth?: Growth
  /** The run that shows it: the shortest for `explore`, minimised for `simulate`; null where there is none. */
  readonly trace: Trace | null
  /** The same run worked out. Left out of the JSON of the command line. */
  readonly record: RunRecord | null
  /**
   * The number of the step from which on only a fault could save the run: every fair continuation without further faults
   * ends in the violation. Null where nothing failed, where it was not decided, and where it is the last step itself.
   */
  readonly doomedAt: number | null
  /** Where the answer first does something else than the solution, where `grade` was handed one; else null. */
  readonly comparison: Comparison | null
}

/** Something to say about the answer's text or behaviour. Lines and columns count from 1; 0 where there is none. */
export interface Diagnostic {
  readonly line: number
  readonly column: number
  readonly severity: 'error' | 'warning'
  readonly words: Words
  /** The fault is the exercise's and not the answer's: where in its own files, as far as that is known. */
  readonly author?: AuthorPlace
}

/** A place in the files of an exercise's author. */
export interface AuthorPlace {
  /** The file, from the root of the course where it lies there; null where the script has no files. */
  readonly file: string | null
  /** From 1; 0 where it is not known. */
  readonly line: number
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
  /** The first configuration that is still being looked at, and what has been looked at of it. */
  readonly configuration: string
  readonly driver: 'explore' | 'simulate'
  readonly states: number
  readonly steps: number
  readonly depth: number
  /** What has been looked at of all configurations, by all workers. It never goes back. */
  readonly total: { readonly states: number; readonly steps: number; readonly depth: number }
}
