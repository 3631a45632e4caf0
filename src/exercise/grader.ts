/** Grader: how the page compiles and grades an answer. One interface, so that tests can grade without a browser. */
import type { Diagnostic, Progress, Report } from '../../engine/report.ts'

export interface Compiled {
  /** Null where the answer can't be run at all. */
  readonly code: string | null
  readonly diagnostics: readonly Diagnostic[]
}

export interface Grading {
  readonly report: Promise<Report>
  cancel(): void
}

export interface Grader {
  /** Starts what takes time to start, while nobody waits for it. */
  warm(): void
  compile(source: string): Promise<Compiled>
  /** @param code what `compile` gave */
  grade(code: string, onProgress: (progress: Progress) => void): Grading
}
