/**
 * Entries: what the learner's record consists of, a shape for each kind. Times are milliseconds since 1970. A draft, a result and
 * what else belongs to an exercise is told apart by the exercise and its version; the cells of a chapter and the parts of an exercise to
 * break count as exercises of their own.
 */
import type { Action } from '../../engine/model.ts'
import type { Report } from '../../engine/report.ts'
import type { Trace } from '../../engine/trace/trace.ts'

/** What an entry belongs to. */
export interface OfExercise {
  readonly exercise: string
  readonly version: number
}

/** What the learner has written for one version of an exercise, or how far she has driven it. */
export interface Draft extends OfExercise {
  /** Her code; for an exercise in which something is broken her run, a trace as JSON. */
  readonly code: string
  /** When it was last changed. */
  readonly savedAt: number
  /** What the last reset put aside, until it is restored or another reset replaces it. */
  readonly putAside: string | null
  /** The code that it began from, where that was not the starter. */
  readonly begun?: string
  /** The starter of its version, so that a later version can show what has changed. Drafts of old have none. */
  readonly starter?: string
  /** Counts the writes, so that a tab sees whether another one wrote in between. Drafts of old have none. */
  readonly revision?: number
  /** The tab that wrote it. */
  readonly writer?: string
}

/** Why a text is in the history of drafts. */
export const REASONS = [
  /** The learner paused, or left the page. */
  'paused',
  /** It was run, and what came of it. */
  'passed',
  'failed',
  'inconclusive',
  'error',
  /** A run in which something was broken reached its goal. */
  'met',
  /** Another text took its place: the starter, one that was put aside, one of the history, or one from elsewhere. */
  'reset',
  'restored',
  'begun',
  'link',
  'file',
  /** Another tab wrote something newer. */
  'other-tab',
  /** An imported record had something newer, or this came with it and something newer was there. */
  'import',
] as const
export type Reason = (typeof REASONS)[number]

/** A text that stood there once. */
export interface Snapshot extends OfExercise {
  readonly code: string
  readonly at: number
  /** Short for the code, so that two of the same moment are two. */
  readonly mark: string
  readonly why: Reason
}

/** The last run of one version of an exercise: the code that ran and what came of it. */
export interface Result extends OfExercise {
  readonly code: string
  readonly report: Report
  readonly ranAt: number
  readonly durationMs: number
}

/** What came of the last run, in short: who asks for the progress does not want the reports. */
export interface Verdict extends OfExercise {
  readonly verdict: Report['verdict']
  /** How many states were looked at. */
  readonly states: number
  readonly ranAt: number
}

/** The code that passed last, for one version of an exercise. */
export interface Pass extends OfExercise {
  readonly code: string
  readonly passedAt: number
  /** How many states were looked at. Passes of old don't say. */
  readonly states?: number
}

/** The shortest run with which the learner has met the target of an exercise in which something is broken. */
export interface BestRun extends OfExercise {
  /** Up to the step that met it. */
  readonly actions: readonly Action[]
  readonly reachedAt: number
}

/** What the learner chose as the answer to a question of a page. */
export interface Answer {
  readonly page: string
  readonly question: string
  /** The key of the option. */
  readonly choice: string
  readonly right: boolean
  readonly at: number
}

/** How far a page was read. */
export interface Position {
  readonly page: string
  /** The id of the heading above what was last read; null: none yet. */
  readonly part: string | null
  /** How much of the page lay above the lower edge of the window, from 0 to 1. */
  readonly fraction: number
  readonly at: number
  /** When its end was first seen for a moment; null: not yet. */
  readonly readAt: number | null
}

/** A choice of the learner's, such as the keys of the editor. What it may be, `settings.ts` says. */
export interface Setting {
  readonly name: string
  readonly value: string | number | boolean
  readonly at: number
}

/** A run of the learner's code that is tried again before anything else: one that failed, or one that she drove by hand. */
export interface Regression extends OfExercise {
  /** The check that failed; for a run by hand a name of its own. */
  readonly check: string
  readonly trace: Trace
  readonly at: number
  /** What the learner calls it; left out for a run that failed. */
  readonly title?: string
}
