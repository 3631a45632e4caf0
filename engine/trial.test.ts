/** Runs that somebody else has chosen: driven by hand, or taken again after the answer has changed. */
import { describe, expect, test } from 'vitest'
import type { AnyNodeDefinition } from './actors/system.ts'
import { type Answer, chosenOf } from './exercise.ts'
import { gradeToEnd } from './grade.ts'
import { canonical } from './plain.ts'
import { planOf } from './grading/plan.ts'
import { EXPLORED, SIMULATED, eager, exercise, right, silent } from './testing/small-exercise.ts'
import { tryOut } from './trial.ts'

const small = exercise(EXPLORED, SIMULATED)
const of = (definition: AnyNodeDefinition): Answer => ({ definition, probe: null })
const failing = gradeToEnd(small, of(eager)).checks.find(({ verdict }) => verdict === 'failed')!
const again = (definition: AnyNodeDefinition, actions = failing.trace!.actions) =>
  tryOut(small, of(definition), { configuration: 'every', actions })

describe('a run that broke an answer', () => {
  test('breaks it again, at the same step, with the same words', () => {
    const { properties, stop, beyond, record } = again(eager)
    const { parameters } = failing.message
    expect({ stop, beyond }).toEqual({ stop: null, beyond: null })
    expect(record).toEqual(failing.record)
    const property = properties.find(({ id }) => id === failing.property)!
    expect(property).toMatchObject({ broken: true, at: failing.record!.steps.length })
    expect(parameters).toMatchObject(property.parameters)
  })

  test('breaks nothing of a right answer, as far as it can happen', () => {
    const { properties, stop } = again(right)
    expect(properties.some(({ broken }) => broken)).toBe(false)
    expect(stop === null || stop.code === 'diverged').toBe(true)
  })

  test('that ends without its goal breaks that, once nothing has to happen any more', () => {
    const lost = gradeToEnd(small, of(silent)).checks.find(
      ({ kind, verdict }) => kind === 'eventually' && verdict === 'failed',
    )!
    expect(again(silent, lost.trace!.actions)).toMatchObject({ atRest: true })
    expect(again(silent, lost.trace!.actions).properties.find(({ id }) => id === lost.property)!.broken).toBe(
      true,
    )
    // In the middle of it nothing is decided.
    const begun = again(right, [])
    expect(begun.atRest).toBe(false)
    expect(begun.properties.some(({ broken }) => broken)).toBe(false)
  })
})

describe('a run by hand', () => {
  test('offers at each step what can happen, and what a hand may do besides', () => {
    const start = again(right, [])
    expect(start.offers).toHaveLength(1)
    const [action] = start.offers[0]!.enabled
    const next = again(right, [action!])
    expect(next.record.steps).toHaveLength(1)
    expect(next.offers).toHaveLength(2)
    expect(next.offers[0]!.others.map(({ kind }) => kind)).toContain('crash')
  })

  test('says where it does what the configuration never does; a cut only makes messages late', () => {
    const cut = { kind: 'partition', groups: [['A'], ['B']] } as const
    expect(again(right, [cut, { kind: 'heal' }]).beyond).toBeNull()
    expect(again(right, [cut, { kind: 'crash', node: 'B' }]).beyond).toBe(2)
  })

  test('goes on by itself', () => {
    const { record, atRest } = tryOut(small, of(right), {
      configuration: 'every',
      actions: [],
      onward: { milliseconds: 0 },
    })
    expect(record.steps.length).toBeGreaterThan(0)
    expect(atRest).toBe(true)
  })

  test('needs a configuration that there is', () => {
    expect(() => tryOut(small, of(right), { configuration: 'none', actions: [] })).toThrow(
      'unknown-configuration',
    )
  })
})

test('a handler that throws in a step which nobody has taken keeps nobody from the others', () => {
  const fragile: AnyNodeDefinition = {
    ...right,
    on: {
      ping(state, message, ctx) {
        if (message.number === 2) throw new Error('two')
        right.on['ping']!(state, message, ctx)
      },
    },
  }
  const start = again(fragile, [])
  const deliveries = start.offers[0]!.enabled.filter(({ kind }) => kind === 'deliver')
  const stops = deliveries.map((action) => again(fragile, [action]).stop?.code ?? null)
  expect(stops.sort()).toEqual(['handler-threw', null])
})

describe('a grading of some configurations', () => {
  test('gives of each what the whole gives of it', () => {
    const whole = gradeToEnd(small, of(right))
    for (const id of ['every', 'random']) {
      const part = gradeToEnd(chosenOf(small, [id, 'no such one']), of(right))
      expect(canonical(JSON.parse(JSON.stringify(part.checks)), 'checks')).toBe(
        canonical(
          JSON.parse(JSON.stringify(whole.checks.filter(({ bounds }) => bounds.configuration === id))),
          'checks',
        ),
      )
    }
    expect(planOf(chosenOf(small, null))).toEqual(planOf(small))
    expect(planOf(chosenOf(small, ['random', 'every']))).toEqual(planOf(small))
  })
})
