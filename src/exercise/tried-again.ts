/** Runs that are tried again after the code has changed: which are worth keeping, and what one says of the code as it is now. */
import type { CheckReport, Report } from '../../engine/report.ts'
import type { Trial, TrialProperty } from '../../engine/trial.ts'
import type { Regression } from '../record/entries.ts'

/** What came of trying one again. */
export interface TriedAgain {
  readonly regression: Regression
  readonly how: 'fails' | 'fine' | 'gone' | 'beyond' | 'stopped'
  /** The check that it fails now, with its run; null where it fails none. */
  readonly check: CheckReport | null
}

/** The runs that broke an answer, as far as each of them decides by itself. */
export function failingRuns(report: Report): Pick<Regression, 'check' | 'trace'>[] {
  return report.checks.flatMap(({ id, verdict, kind, trace }) => {
    // Whether a loop can go on for ever, and whether a goal could still be reached, one run does not say.
    const decides = kind === 'always' || (kind === 'eventually' && trace?.loopFrom === undefined)
    return verdict === 'failed' && trace !== null && decides ? [{ check: id, trace }] : []
  })
}

/** What a run that was taken again says of the code. */
export function judged(regression: Regression, trial: Trial): TriedAgain {
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
