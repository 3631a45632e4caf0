/**
 * Regressions: runs that are tried before anything else is, because they broke the code before or because the learner has driven them
 * by hand and saved them. They are kept in the record; where that is refused they last as long as the page.
 */
import type { Report } from '../../engine/report.ts'
import { TRACE_VERSION } from '../../engine/trace/trace.ts'
import type { Action } from '../../engine/model.ts'
import { openRecord, type Regression } from '../record/database.ts'
import type { ExerciseGrader } from './grader.ts'
import { failingRuns, judged, type TriedAgain } from './tried-again.ts'

/** A run that does not come to an end is given up sooner here than in a grading, which will say where it hangs. */
const SILENCE_S = 2
/** What stands before the name of a run by hand among the names of checks. */
const BY_HAND = 'hand/'

export class Regressions {
  readonly #exercise: string
  readonly #version: number
  readonly #grader: ExerciseGrader
  #all = $state.raw<readonly Regression[]>([])

  constructor(exercise: string, version: number, grader: ExerciseGrader) {
    this.#grader = grader
    this.#exercise = exercise
    this.#version = version
  }

  /** The newest first. */
  get all(): readonly Regression[] {
    return this.#all
  }

  async load(): Promise<void> {
    try {
      const kept = await (await openRecord()).regressions(this.#exercise, this.#version)
      const isKnown = (check: string) => this.#all.some((one) => one.check === check)
      this.#set([...this.#all, ...kept.filter(({ check }) => !isKnown(check))])
    } catch {
      // The draft says that nothing is kept.
    }
  }

  /** Keeps the runs that broke an answer: one for each check, the newest. */
  keepFailing(report: Report): void {
    for (const kept of failingRuns(report)) this.#keep(kept)
  }

  /** Keeps a run by hand. */
  keepByHand(title: string, configuration: string, actions: readonly Action[]): void {
    const trace = { version: TRACE_VERSION, subject: this.#exercise, configuration, actions } as const
    this.#keep({ check: `${BY_HAND}${Date.now()}`, trace, title })
  }

  drop({ check }: Regression): void {
    this.#set(this.#all.filter((one) => one.check !== check))
    void openRecord()
      .then((record) => record.dropRegression(this.#exercise, this.#version, check))
      .catch(() => undefined)
  }

  /**
   * Tries all of them with the code as it is now. One that broke the code and can't happen any more is dropped.
   * @param code what compiling gave
   */
  async tryAll(code: string, tell: (tried: readonly TriedAgain[]) => void): Promise<void> {
    const tried: TriedAgain[] = []
    for (const regression of this.#all) {
      const { configuration, actions } = regression.trace
      let one: TriedAgain
      try {
        const trial = await this.#grader.tryOut(code, { configuration, actions }, SILENCE_S)
        one = 'record' in trial ? judged(regression, trial) : { regression, how: 'stopped', check: null }
      } catch {
        one = { regression, how: 'stopped', check: null }
      }
      if (one.how === 'gone' && regression.title === undefined) this.drop(regression)
      tried.push(one)
      tell([...tried])
      // What hangs once hangs again: the grading is to say where.
      if (one.how === 'stopped') return
    }
  }

  #keep(kept: Pick<Regression, 'check' | 'trace' | 'title'>): void {
    const regression: Regression = {
      exercise: this.#exercise,
      version: this.#version,
      at: Date.now(),
      ...kept,
    }
    this.#set([...this.#all.filter(({ check }) => check !== kept.check), regression])
    void openRecord()
      .then((record) => record.keepRegression(regression))
      .catch(() => undefined)
  }

  #set(all: readonly Regression[]): void {
    this.#all = [...all].sort((one, other) => other.at - one.at)
  }
}
