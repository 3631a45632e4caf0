/** How properties and configurations stand, before, in and after a run. */
import { describe, expect, test } from 'vitest'
import type { CheckReport, Report, Verdict } from '../../engine/report.ts'
import { configurationsStanding, mainCheck, propertiesStanding, totals } from '../../src/exercise/standing.ts'

function check(
  configuration: string,
  property: string,
  verdict: Verdict,
  states = 10,
  runs = 0,
): CheckReport {
  return {
    id: `${configuration}/${property}`,
    kind: 'always',
    property,
    verdict,
    states,
    steps: states * 3,
    depth: 4,
    bounds: {
      driver: runs > 0 ? 'simulate' : 'explore',
      configuration,
      statesMax: 1000,
      stepsMax: 9000,
      ...(runs > 0 ? { runs, seed: 1 } : {}),
      scope: { nodes: { acceptor: 3 }, counted: {}, duplicates: 0, drops: 0, crashes: null },
    },
    message: { code: '', parameters: {} },
    trace: null,
    record: null,
    doomedAt: null,
    comparison: null,
  }
}

function report(verdict: Report['verdict'], ...checks: CheckReport[]): Report {
  return { exercise: 'some', verdict, checks, diagnostics: [] }
}

const failed = report(
  'failed',
  check('small', 'agreement', 'passed', 100),
  check('small', 'validity', 'passed', 100),
  check('large', 'agreement', 'failed', 70),
  check('large', 'validity', 'not-run', 70),
)

describe('where only some configurations were tried', () => {
  const partial = report('passed', check('small', 'agreement', 'passed', 100))
  test('nothing that has not failed is decided', () => {
    expect(propertiesStanding(['agreement', 'validity'], partial, false, true)).toEqual([
      { id: 'agreement', mark: 'not-run', check: null },
      { id: 'validity', mark: 'not-run', check: null },
    ])
    expect(propertiesStanding(['agreement'], failed, false, true)[0]?.mark).toBe('failed')
  })
  test('the others stay as not run, before, in and after it', () => {
    const marks = (...rest: [Report | null, boolean]) =>
      configurationsStanding(['small', 'large'], ...rest, null, ['small']).map(({ mark }) => mark)
    expect(marks(partial, false)).toEqual(['passed', 'not-run'])
    expect(marks(null, true)).toEqual(['waiting', 'not-run'])
  })
})

describe('a property', () => {
  test('is unknown before the first run', () => {
    expect(propertiesStanding(['agreement'], null, false)).toEqual([
      { id: 'agreement', mark: 'unknown', check: null },
    ])
  })
  test('fails when it fails anywhere, and shows the check that failed', () => {
    const [agreement] = propertiesStanding(['agreement'], failed, false)
    expect(agreement).toMatchObject({ mark: 'failed', check: { id: 'large/agreement' } })
  })
  test('does not hold yet when some configuration did not get to it', () => {
    expect(propertiesStanding(['validity'], failed, false)[0]?.mark).toBe('not-run')
  })
  test('waits while a run is under way', () => {
    expect(propertiesStanding(['agreement'], failed, true)[0]).toEqual({
      id: 'agreement',
      mark: 'waiting',
      check: null,
    })
  })
})

describe('a configuration', () => {
  test('shows its states, and fails when one of its properties does', () => {
    expect(configurationsStanding(['small', 'large'], failed, false, null)).toMatchObject([
      { id: 'small', mark: 'passed', states: 100, bound: 1000, runs: 0 },
      { id: 'large', mark: 'failed', states: 70 },
    ])
  })
  test('is behind, under way or ahead during a run', () => {
    const now = { configuration: 'large', driver: 'explore', states: 5, steps: 9, depth: 2 } as const
    const progress = { ...now, total: { states: 7, steps: 12, depth: 2 } }
    const marks = configurationsStanding(['small', 'large', 'huge'], null, true, progress).map(
      ({ mark }) => mark,
    )
    expect(marks).toEqual(['passed', 'running', 'waiting'])
  })
})

test('the check that is shown first has the verdict of the report', () => {
  expect(mainCheck(failed)?.id).toBe('large/agreement')
})

test('states are added up over explored configurations only, runs over the others', () => {
  const all = report(
    'passed',
    check('a', 'p', 'passed', 100),
    check('b', 'p', 'passed', 30),
    check('c', 'p', 'passed', 999, 50),
  )
  expect(totals(all)).toEqual({ states: 130, runs: 50 })
})
