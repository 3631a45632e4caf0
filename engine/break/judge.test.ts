/** A run of a `break` exercise is judged at every step, and holds nothing that is not the learner's to do. */
import { describe, expect, test } from 'vitest'
import { Fault } from '../fault.ts'
import { type Action, successorRows } from '../model.ts'
import { canonical } from '../plain.ts'
import { Random } from '../random.ts'
import { smallBreak } from '../testing/small-break.ts'
import { pingPong } from '../testing/small-systems.ts'
import { Attempt, judge } from './judge.ts'

const ask = (number: number, kind: 'deliver' | 'drop' | 'duplicate' = 'deliver'): Action => ({
  kind,
  to: 'B',
  message: { from: 'A', type: 'ping', fields: { number } },
})

/** The code and the step of what a run is refused for. */
function refused(actions: readonly Action[], exercise = smallBreak()): [code: string, step: unknown] {
  const { verdict, diagnostics } = judge(exercise, actions)
  expect(verdict).toBe('error')
  return [diagnostics[0]!.words.code, diagnostics[0]!.words.parameters['step']]
}

describe('a run', () => {
  test('that meets the target has passed, at the first step that does', () => {
    const report = judge(smallBreak(), [ask(3), ask(1), ask(2)], 2)
    expect(report).toMatchObject({ verdict: 'passed', brokenAt: 2, lostAt: null, steps: 3, shortest: 2 })
    expect(report.record.steps).toHaveLength(3)
    expect(report.trace).toMatchObject({ version: 1, subject: 'small-break', configuration: 'by-hand' })
  })
  test('that does not has failed, and is not in error', () => {
    expect(judge(smallBreak(), [ask(3), ask(2)])).toMatchObject({
      verdict: 'failed',
      brokenAt: null,
      lostAt: null,
      diagnostics: [],
    })
  })
  test('that violates what it has to keep is lost, even if the target is met later', () => {
    const exercise = { ...smallBreak(), target: 'heard-one', keeps: 'in-time' }
    const system = exercise.system()
    const properties = [
      ...system.properties,
      {
        id: 'heard-one',
        kind: 'sometimes' as const,
        reached: (view: readonly { id: string; seen: unknown }[]) =>
          (view.find(({ id }) => id === 'B')!.seen as { heard: number[] }).heard.includes(1),
      },
    ]
    const report = judge({ ...exercise, system: () => ({ ...system, properties }) }, [ask(2), ask(1)])
    expect(report).toMatchObject({ verdict: 'failed', brokenAt: null, lostAt: 1, violation: { first: 2 } })
  })
  test('stands, step by step, as its beginnings do', () => {
    const actions = [ask(3), ask(1), ask(2)]
    const attempt = new Attempt(smallBreak())
    actions.forEach((action, index) => {
      attempt.take(action)
      expect(attempt.report()).toEqual(judge(smallBreak(), actions.slice(0, index + 1)))
    })
    attempt.backTo(1)
    expect(attempt.report()).toEqual(judge(smallBreak(), [ask(3)]))
  })
})

describe('a step', () => {
  test('that can’t happen is told, and nothing after it is taken', () => {
    expect(refused([ask(3), ask(3), ask(1)])).toEqual(['break.impossible', 2])
    expect(refused([{ ...ask(1), to: 'Q' } as Action])).toEqual(['break.impossible', 1])
    expect(judge(smallBreak(), [ask(3), ask(3), ask(1)]).record.steps).toHaveLength(1)
  })
  test('that the system does not allow is refused, though a hand on a figure could take it', () => {
    expect(refused([{ kind: 'pause', node: 'A' }])).toEqual(['break.never', 1])
    expect(refused([{ kind: 'partition', groups: [['A'], ['B']] }])).toEqual(['break.never', 1])
    expect(refused([{ kind: 'crash', node: 'B' }])).toEqual(['break.never', 1])
    expect(refused([ask(1, 'duplicate')])).toEqual(['break.never', 1])
  })
  test('that the system allows so often is refused once it was', () => {
    expect(refused([ask(1, 'drop'), ask(2, 'drop')])).toEqual(['break.spent', 2])
    const any = smallBreak({ duplicates: 0, drops: Infinity })
    expect(judge(any, [ask(1, 'drop'), ask(2, 'drop'), ask(3, 'drop')]).verdict).toBe('failed')
  })
  test('that was refused has changed nothing', () => {
    const attempt = new Attempt(smallBreak())
    attempt.take(ask(3))
    const before = attempt.report()
    expect(() => attempt.take(ask(3))).toThrow(Fault)
    expect(() => attempt.take({ kind: 'heal' })).toThrow(Fault)
    expect(attempt.report()).toEqual(before)
  })
  test('of a handler that throws is the exercise’s fault', () => {
    const exercise = smallBreak()
    const system = exercise.system()
    const nodes = system.nodes.map((node) => ({
      ...node,
      definition: {
        ...node.definition,
        on: {
          ping() {
            throw new Error('no')
          },
        },
      },
    }))
    const { verdict, diagnostics } = judge({ ...exercise, system: () => ({ ...system, nodes }) }, [ask(1)])
    expect(verdict).toBe('error')
    expect(diagnostics[0]).toMatchObject({ words: { code: 'handler-threw' }, author: { file: null } })
  })
})

test('a property that the system does not have is a fault', () => {
  expect(() => judge({ ...smallBreak(), target: 'nothing' }, [])).toThrow(/break\.property/)
})

describe('what may be done', () => {
  const systems = [
    pingPong({
      network: { duplicates: 1, drops: 1 },
      crashes: { roles: ['node'], limit: 1, restart: 'later' },
    }),
    pingPong({
      network: { duplicates: 'unlimited', drops: 0 },
      crashes: { roles: ['node'], limit: 2, restart: 'at once' },
    }),
  ].map((system) => ({
    ...smallBreak(),
    target: 'done',
    keeps: undefined,
    system: () => ({
      ...system,
      properties: [{ id: 'done', kind: 'sometimes' as const, reached: () => false }],
    }),
  }))

  test.each(systems.map((exercise, index) => [index, exercise] as const))(
    'in system %i is taken without complaint, and is all that the explorer would try',
    (_, { keeps: _none, ...exercise }) => {
      const random = new Random(7)
      for (let run = 0; run < 60; run++) {
        const attempt = new Attempt(exercise)
        for (let step = 0; step < 12; step++) {
          const moves = attempt.moves()
          const texts = moves.map((move) => canonical(move, 'action'))
          expect(new Set(texts).size).toBe(texts.length)
          const { model, rows } = attempt.run
          const row = rows.at(-1)!
          successorRows(model, row).forEach((_row, index) =>
            expect(texts).toContain(canonical(model.actionAt(row, index), 'action')),
          )
          // Each of them can be taken.
          for (const move of moves) {
            attempt.take(move)
            attempt.backTo(step)
          }
          if (moves.length === 0) break
          attempt.take(moves[random.below(moves.length)]!)
        }
      }
    },
  )
})
