/**
 * Regressions: runs that are tried before anything else is, because they broke the code before or because the learner has driven them
 * by hand and saved them. They are kept in the record; where that is refused they last as long as the page.
 */
import type { CheckReport, Report } from '../../engine/report.ts'
import { TRACE_VERSION } from '../../engine/trace/trace.ts'
import type { Action } from '../../engine/model.ts'
import type { Trial, TrialProperty } from '../../engine/trial.ts'
import { openRecord, type Regression } from '../record/database.ts'
import type { ExerciseGrader } from './grader.ts'

/** What came of trying one again. */
export interface TriedAgain {
  readonly regression: Regression
  readonly how: 'fails' | 'fine' | 'gone' | 'beyond' | 'stopped'
  /** The check that it fails now, with its run; null where it fails none. */
  readonly check: CheckReport | null
}

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
    for (const { id, verdict, kind, trace } of report.checks) {
      // Whether a loop can go on for ever, and whether a goal could still be reached, one run does not say.
      const decides = kind === 'always' || (kind === 'eventually' && trace?.loopFrom === undefined)
      if (verdict !== 'failed' || trace === null || !decides) continue
      this.#keep({ check: id, trace })
    }
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

/** What a run that was taken again says of the code. */
function judged(regression: Regression, trial: Trial): TriedAgain {
  const broken = trial.properties.find(({ id, broken }) => broken && regression.check.endsWith(`/${id}`))
  const property = broken ?? trial.properties.find((one) => one.broken)
  // What broke the code was found by a search, which goes to no bounds but its own.
  if (trial.beyond !== null && regression.title !== undefined)
    return { regression, how: 'beyond', check: null }
  if (property) return { regression, how: 'fails', check: checkOf(regression, trial, property) }
  if (trial.stop === null) return { regression, how: 'fine', check: null }
  return { regression, how: trial.stop.code === 'diverged' ? 'gone' : 'stopped', check: null }
}

/** The message of a check that a run from before has decided. */
export const AGAIN = 'check.failed.again'

/** The run as the check that it fails: the page shows it as it shows the run of a search. */
function checkOf(
  { trace }: Regression,
  { record, scope }: Trial,
  { id, kind, at, parameters }: TrialProperty,
): CheckReport {
  // Of a property that must always hold, the run ends where it is violated.
  const length = kind === 'always' ? at! : record.steps.length
  return {
    id: `${trace.configuration}/${id}`,
    kind,
    property: id,
    verdict: 'failed',
    states: 0,
    steps: 0,
    depth: 0,
    bounds: { driver: 'explore', configuration: trace.configuration, statesMax: 0, stepsMax: 0, scope },
    message: { code: AGAIN, parameters: { ...parameters, length } },
    trace: { ...trace, actions: trace.actions.slice(0, length) },
    record: {
      ...record,
      frames: record.frames.slice(0, length + 1),
      steps: record.steps.slice(0, length),
    },
    doomedAt: null,
    comparison: null,
  }
}
