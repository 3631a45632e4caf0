/** Grader: how the page compiles and grades an answer. One interface, so that tests can grade without a browser. */
import type { CheckReport, Diagnostic, Progress, Report } from '../../engine/report.ts'
import type { Comparison } from '../../engine/trace/compare.ts'
import type { Stop } from '../../engine/drivers/played.ts'
import type { Trial, TrialRequest } from '../../engine/trial.ts'

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
  /**
   * @param code what `compile` gave
   * @param only ids of the configurations to try; left out: all
   */
  grade(code: string, onProgress: (progress: Progress) => void, only?: readonly string[]): Grading
  /**
   * Where an answer first did something else than the solution on its way to a failure. The solution is fetched for this,
   * so it is only for who has asked.
   * @param code what `compile` gave
   * @throws where the run can't be repeated
   */
  compare(code: string, check: CheckReport): Promise<Comparison | null>
}

/** The grader of an exercise, which can also take a run that somebody has chosen. */
export interface ExerciseGrader extends Grader {
  /**
   * Takes a run that somebody has chosen.
   * @param code what `compile` gave
   * @param silenceSeconds after so much silence it is given up
   * @returns the run, or why there is none
   * @throws where it does not come to an end
   */
  tryOut(
    code: string,
    request: TrialRequest,
    silenceSeconds?: number,
  ): Promise<Trial | { readonly stop: Stop }>
}
