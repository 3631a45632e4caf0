/** Grading: which verdict each check gets, and that the same answer gets the same report. */
import { describe, expect, test } from 'vitest'
import type { AnyNodeDefinition } from './actors/system.ts'
import { replay } from './drivers/run.ts'
import type { Configuration } from './exercise.ts'
import { grade } from './grade.ts'
import type { CheckReport, Report } from './report.ts'
import {
  EXPLORED,
  SIMULATED,
  eager,
  exercise,
  graded,
  right,
  silent,
  system,
} from './testing/small-exercise.ts'

const verdicts = ({ checks }: Report): Record<string, string> =>
  Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]))

const check = ({ checks }: Report, id: string): CheckReport =>
  checks.find((candidate) => candidate.id === id)!

describe('a right answer', () => {
  test('passes every check of every configuration, in their order', () => {
    const report = graded(right)
    expect(Object.entries(verdicts(report))).toEqual([
      ['every/at-most-two', 'passed'],
      ['every/one', 'passed'],
      ['every/answered', 'passed'],
      ['random/at-most-two', 'passed'],
      ['random/one', 'passed'],
      ['random/answered', 'passed'],
    ])
    expect(report).toMatchObject({ verdict: 'passed', diagnostics: [] })
    expect(check(report, 'every/at-most-two').message).toMatchObject({ code: 'check.passed.explore' })
    expect(check(report, 'random/at-most-two').message).toEqual({
      code: 'check.passed.simulate',
      parameters: { runs: 200, seed: 1, seedLast: 200 },
    })
  })

  test('shows for “sometimes” a run that reaches it', () => {
    const { trace, record } = check(graded(right), 'every/one')
    expect(trace?.actions).toHaveLength(2)
    expect(record).toEqual(replay(system(right), trace!.actions))
  })
})

describe('a wrong answer', () => {
  test('fails with a shortest run, which replays, and decides the checks that follow', () => {
    const report = graded(eager)
    expect(verdicts(report)).toEqual({
      'every/at-most-two': 'failed',
      'every/one': 'passed',
      'every/answered': 'not-run',
      'random/at-most-two': 'not-run',
      'random/one': 'not-run',
      'random/answered': 'not-run',
    })
    expect(report.verdict).toBe('failed')
    const { message, trace, record } = check(report, 'every/at-most-two')
    // One repetition, and three pings that are answered.
    expect(message).toEqual({ code: 'check.failed.explore', parameters: { pongs: 3, length: 4 } })
    expect(trace).toMatchObject({ version: 1, subject: 'small', configuration: 'every' })
    expect(record).toEqual(replay(system(eager), trace!.actions))
  })

  test('fails in random runs with a run that was cut down, and its seed', () => {
    const report = graded(eager, [SIMULATED])
    const { message, trace, verdict } = check(report, 'random/at-most-two')
    expect(verdict).toBe('failed')
    expect(message).toMatchObject({ code: 'check.failed.simulate', parameters: { pongs: 3, length: 4 } })
    expect(trace?.actions).toHaveLength(4)
    const again = graded(eager, [SIMULATED], { seed: Number(message.parameters['seed']) })
    expect(check(again, 'random/at-most-two').message).toEqual(message)
  })

  test('fails where nothing is done, though nothing bad happens either', () => {
    const report = graded(silent, [EXPLORED])
    expect(verdicts(report)).toMatchObject({ 'every/at-most-two': 'not-run', 'every/answered': 'failed' })
    const { message } = check(report, 'every/answered')
    expect(message).toEqual({ code: 'check.failed.explore', parameters: { length: 2 } })
  })

  test('fails where a goal can’t be reached, once everything was seen', () => {
    const goals: Configuration = {
      ...EXPLORED,
      system: ({ definition }) => system(definition, system(definition).properties.slice(0, 2)),
    }
    const { message, verdict, trace } = check(graded(silent, [goals]), 'every/one')
    expect({ verdict, trace }).toEqual({ verdict: 'failed', trace: null })
    expect(message.code).toBe('check.failed.unreachable')
  })
})

describe('a dead end at the limit of faults', () => {
  // Each restart changes the node, so it is only the limit that makes an end of it.
  test('is a failure whose run replays, not a handler that is not deterministic', () => {
    const restarting: AnyNodeDefinition = {
      init: () => ({ restarts: 0 }),
      on: {},
      restart(disk, ctx) {
        const state = { restarts: (disk?.restarts ?? 0) + 1 }
        ctx.persist(state)
        return state
      },
    }
    const limited: Configuration = {
      ...EXPLORED,
      system: ({ definition }) => ({
        ...system(definition, [{ id: 'never', kind: 'eventually', reached: () => false }]),
        crashes: { roles: ['node'], limit: 2, restart: 'at once' },
        nodes: [{ id: 'B', role: 'node', definition }],
      }),
    }
    const report = graded(restarting, [limited])
    expect(report.diagnostics).toEqual([])
    expect(check(report, 'every/never')).toMatchObject({
      verdict: 'failed',
      message: { parameters: { length: 2 } },
    })
  })
})

describe('a bound', () => {
  test('that is hit makes a check inconclusive, and is named', () => {
    const report = graded(right, [EXPLORED], { statesMax: 20 })
    expect(verdicts(report)).toEqual({
      'every/at-most-two': 'inconclusive',
      'every/one': 'passed',
      'every/answered': 'inconclusive',
    })
    expect(report.verdict).toBe('inconclusive')
    expect(check(report, 'every/answered')).toMatchObject({
      bounds: { hit: 'states', statesMax: 20 },
      message: {
        code: 'check.inconclusive.states',
        parameters: { statesMax: 20 },
      },
    })
  })

  test('does not keep a failure inside it from being found', () => {
    const { states } = check(graded(eager, [EXPLORED]), 'every/at-most-two')
    expect(graded(eager, [EXPLORED], { statesMax: states }).verdict).toBe('failed')
  })

  test('is never wider than the exercise says', () => {
    const { bounds } = check(graded(right, [EXPLORED], { statesMax: 1e9 }), 'every/one')
    expect(bounds).toMatchObject({ statesMax: 10_000, stepsMax: 1_000_000 })
  })

  test('that is hit does not keep the next configuration from being looked at', () => {
    expect(verdicts(graded(right, undefined, { statesMax: 20 }))).toMatchObject({
      'random/at-most-two': 'passed',
    })
  })
})

test('graded twice, an answer gets the same report, progress included', () => {
  const all = (definition: AnyNodeDefinition): unknown[] => {
    const grading = grade(exercise(EXPLORED, SIMULATED), { definition, probe: null })
    const seen: unknown[] = []
    for (let next = grading.next(); ; next = grading.next()) {
      seen.push(next.value)
      if (next.done) return seen
    }
  }
  for (const answer of [right, eager, silent]) expect(all(answer)).toEqual(all(answer))
})

describe('an answer that can’t be run to an end', () => {
  test('is an error with its diagnostic and the run up to there', () => {
    const fragile: AnyNodeDefinition = {
      ...right,
      on: {
        ping(state, message, ctx) {
          right.on['ping']!(state, message, ctx)
          if (state.answered.length === 2) throw new Error('two')
        },
      },
    }
    const report = graded(fragile)
    expect(report.verdict).toBe('error')
    expect(verdicts(report)).toMatchObject({ 'every/one': 'error', 'random/one': 'not-run' })
    expect(report.diagnostics).toMatchObject([
      {
        severity: 'error',
        words: {
          code: 'handler-threw',
          parameters: { node: 'B', handler: 'on.ping', message: 'Error: two' },
        },
      },
    ])
    const { trace, record } = check(report, 'every/one')
    expect(record?.steps).toHaveLength(trace!.actions.length - 1)
  })

  test('because it fails at its start, is an error too', () => {
    const report = graded({ ...right, init: () => JSON.parse('{') as object }, [EXPLORED])
    expect(report.diagnostics[0]?.words).toMatchObject({
      code: 'handler-threw',
      parameters: { handler: 'init' },
    })
    expect(verdicts(report)).toMatchObject({ 'every/at-most-two': 'error' })
  })
})
