/** How each property and each configuration of an exercise stands, from a report or in the middle of a run. */
import type { CheckReport, Progress, Report, Verdict } from '../../engine/report.ts'

export type Mark = Verdict | 'unknown' | 'waiting' | 'running'

export interface PropertyStanding {
  readonly id: string
  readonly mark: Mark
  /** The check that decided the mark: the first that failed, say. */
  readonly check: CheckReport | null
}

export interface ConfigurationStanding {
  readonly id: string
  readonly mark: Mark
  readonly states: number
  readonly steps: number
  readonly depth: number
  /** Seeded runs; 0 where every interleaving is explored. */
  readonly runs: number
  readonly bound: number
}

/** The worst first: what decides the mark of several checks together. */
const BY_WEIGHT: readonly Verdict[] = ['failed', 'error', 'inconclusive', 'not-run', 'passed']

function heaviest(checks: readonly CheckReport[]): CheckReport | null {
  for (const verdict of BY_WEIGHT) {
    const check = checks.find((candidate) => candidate.verdict === verdict)
    if (check) return check
  }
  return null
}

/**
 * How each property stands over all configurations.
 * @param report null before the first run
 * @param running whether a run is under way: nothing is decided then
 * @param partial only some configurations were tried: nothing that has not failed is decided
 */
export function propertiesStanding(
  ids: readonly string[],
  report: Report | null,
  running: boolean,
  partial = false,
): PropertyStanding[] {
  return ids.map((id) => {
    if (running) return { id, mark: 'waiting', check: null }
    const check = heaviest(report?.checks.filter(({ property }) => property === id) ?? [])
    if (partial && (check === null || check.verdict === 'passed')) return { id, mark: 'not-run', check: null }
    return { id, mark: check?.verdict ?? 'unknown', check }
  })
}

/**
 * How each configuration stands: before it, in it and after it. They run in the order of `ids`.
 * @param only those that are tried, or were; null: all
 */
export function configurationsStanding(
  ids: readonly string[],
  report: Report | null,
  running: boolean,
  progress: Progress | null,
  only: readonly string[] | null = null,
): ConfigurationStanding[] {
  const current = progress ? ids.indexOf(progress.configuration) : -1
  return ids.map((id, index) => {
    const empty = { id, states: 0, steps: 0, depth: 0, runs: 0, bound: 0 }
    if (only !== null && !only.includes(id)) return { ...empty, mark: 'not-run' }
    if (running) {
      if (index !== current) return { ...empty, mark: index < current ? 'passed' : 'waiting' }
      const { states, steps, depth } = progress!
      return { ...empty, states, steps, depth, mark: 'running' }
    }
    const checks = report?.checks.filter(({ bounds }) => bounds.configuration === id) ?? []
    const worst = heaviest(checks)
    if (!worst) return { ...empty, mark: 'unknown' }
    const largest = (of: (check: CheckReport) => number) => Math.max(...checks.map(of))
    return {
      id,
      mark: worst.verdict,
      states: largest((check) => check.states),
      steps: largest((check) => check.steps),
      depth: largest((check) => check.depth),
      runs: worst.bounds.driver === 'simulate' ? (worst.bounds.runs ?? 0) : 0,
      bound: worst.bounds.statesMax,
    }
  })
}

/** The check that the page shows first: the one that broke, with its run if there is one. */
export function mainCheck(report: Report): CheckReport | null {
  const decisive = report.checks.filter(({ verdict }) => verdict === report.verdict)
  return decisive.find(({ record }) => record !== null) ?? decisive[0] ?? null
}

/** The number of the step in which a run went wrong; 0 where none did, as in one that goes round for ever. */
export function failingStep({ verdict, record }: Pick<CheckReport, 'verdict' | 'record'>): number {
  return verdict === 'failed' && record !== null && record.loopFrom === undefined ? record.steps.length : 0
}

/** What a whole report looked at: states of explored configurations and the number of random runs. */
export function totals(report: Report): { states: number; runs: number } {
  const ids = [...new Set(report.checks.map(({ bounds }) => bounds.configuration))]
  const standings = configurationsStanding(ids, report, false, null)
  return {
    states: standings.reduce((sum, { states, runs }) => sum + (runs === 0 ? states : 0), 0),
    runs: standings.reduce((sum, { runs }) => sum + runs, 0),
  }
}
