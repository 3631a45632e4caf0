/** The figures and checks of the chapter on CAP show what its pages say of them. */
import { describe, expect, it, test } from 'vitest'
import type { RunRecord } from '../../../engine/trace/record.ts'
import { register } from '../../../engine/linearizability/models.ts'
import { replay } from '../../../engine/drivers/run.ts'
import { type RunOperation, operationsOf } from '../../widgets/history/operations.ts'
import { historyAt } from '../../widgets/history/verdict.ts'
import { run } from '../check.ts'
import { numberOf } from '../in-words.ts'
import { predict } from '../prediction.ts'
import { checkOf, figureOf, recordOf } from '../registry.ts'
import { nodeOf } from '../services/script.ts'
import { downShare, requestsIn } from './availability.ts'
import { predictions } from './predictions.ts'
import { A_TO_E, heldBy } from './registers.ts'
import { isSerializable } from './serializable.ts'

const recordIn = (id: string, variant?: string): RunRecord => {
  const figure = figureOf(`cap/${id}`)
  return recordOf(figure, variant ?? figure.variants[0]!)
}

const verdictOf = (record: RunRecord) => historyAt(operationsOf(record), record.steps.length, register(null))

/** What each operation came to, by its name. */
const ends = (record: RunRecord): Record<string, unknown> =>
  Object.fromEntries(
    operationsOf(record).map(({ id, f, argument, result, until, outcome }: RunOperation) => [
      id,
      until === null ? 'open' : (outcome ?? (f === 'read' ? result : argument)),
    ]),
  )

describe('the triangle', () => {
  it('has C and A while nothing is cut', () => {
    const record = recordIn('triangle', 'whole')
    expect(record.steps.some(({ action }) => action.kind === 'partition')).toBe(false)
    expect(verdictOf(record).verdict).toBe('linearizable')
    expect(operationsOf(record).every(({ until, outcome }) => until !== null && outcome === undefined)).toBe(
      true,
    )
  })

  it('has C alone by majority, and A alone where everybody answers', () => {
    const majority = recordIn('triangle', 'majority')
    expect(ends(majority)).toMatchObject({ 'K2-2': 'refused', 'K3-1': 'k1.2' })
    expect(verdictOf(majority).verdict).toBe('linearizable')
    const always = recordIn('triangle', 'always')
    expect(ends(always)).toMatchObject({ 'K2-2': 'k1.1', 'K3-1': 'k1.2' })
    expect(verdictOf(always)).toMatchObject({
      verdict: 'not-linearizable',
      contradiction: { claim: { id: 'K2-2' }, reasons: [{ id: 'K1-1' }, { id: 'K1-2' }] },
    })
  })
})

describe('the choice', () => {
  it('is made on both sides of a cut, which heals', () => {
    for (const rule of ['majority', 'always']) {
      const kinds = recordIn('choice', rule).steps.map(({ action }) => action.kind)
      expect(kinds.filter((kind) => kind === 'partition' || kind === 'heal')).toEqual(['partition', 'heal'])
    }
  })

  it('lets a majority go on and a minority refuse', () => {
    const record = recordIn('choice', 'majority')
    expect(ends(record)).toEqual({
      'K1-1': 'k1.1',
      'K2-1': 'k1.1',
      'K1-2': 'k1.2',
      'K2-2': 'refused',
      'K3-1': 'k1.2',
      'K2-3': 'refused',
      'K3-2': 'k1.2',
      'K2-4': 'k1.2',
    })
    expect(verdictOf(record).verdict).toBe('linearizable')
  })

  it('or answers everybody, and comes to one value, without one that was acknowledged', () => {
    const record = recordIn('choice', 'always')
    expect(ends(record)).toMatchObject({ 'K2-2': 'k1.1', 'K2-3': 'k2.3', 'K3-2': 'k1.2', 'K2-4': 'k1.2' })
    const last = record.frames.at(-1)!
    expect(new Set(A_TO_E.map((id) => heldBy(nodeOf(last, id).state)))).toEqual(new Set(['k1.2']))
  })
})

describe('availability', () => {
  it('has five nines and a live replica that never answers', () => {
    const record = recordIn('five-nines')
    expect(downShare(record)).toBeLessThanOrEqual(1e-5)
    expect(downShare(record)).toBeGreaterThan(0)
    expect(ends(record)['K3-1']).toBe('open')
    expect(record.frames.every((frame) => nodeOf(frame, 'C').up)).toBe(true)
    // It was received, and all that came after it was no help.
    expect(requestsIn(record).unanswered).toBe(1)
    expect(record.frames.at(-1)!.groups).toBeNull()
  })

  it('is kept by replicas that are down for half of the day', () => {
    const record = recordIn('half-a-day')
    expect(downShare(record)).toBeGreaterThan(0.49)
    expect(requestsIn(record)).toMatchObject({ unanswered: 0 })
    expect(ends(record)['K1-2']).toBe('unknown')
    expect(ends(record)['K1-3']).toBe('k1.1')
  })

  test('of a run without faults nothing is down', () => {
    expect(downShare(recordIn('triangle', 'whole'))).toBe(0)
  })
})

describe('the seat', () => {
  it('is sold twice in a history that is linearizable, and once in one that is not', () => {
    expect(verdictOf(recordIn('seat', 'twice')).verdict).toBe('linearizable')
    const stale = recordIn('seat', 'stale')
    expect(verdictOf(stale).verdict).toBe('not-linearizable')
    const written = (record: RunRecord) =>
      operationsOf(record).filter(({ f, until }) => f === 'write' && until !== null).length
    expect(written(recordIn('seat', 'twice'))).toBe(2)
    expect(written(stale)).toBe(1)
  })
})

describe('serializability', () => {
  const read = (value: string | null) => ({ f: 'read', value }) as const
  const write = (value: string) => ({ f: 'write', value }) as const

  it('asks for an order of whole transactions, whenever they happened', () => {
    expect(isSerializable([])).toBe(true)
    expect(isSerializable([[read(null), write('a')], [read('a')]])).toBe(true)
    expect(isSerializable([[read('a')], [read(null), write('a')]])).toBe(true)
    expect(isSerializable([[read(null), write('a')], [read(null)]])).toBe(true)
  })

  it('is broken where each has read what was there before the other', () => {
    expect(
      isSerializable([
        [read(null), write('a')],
        [read(null), write('b')],
      ]),
    ).toBe(false)
    expect(isSerializable([[read(null), read('a')], [write('a')]])).toBe(false)
    expect(isSerializable([[read('b')], [write('a')]])).toBe(false)
  })
})

describe('checks that are worked out', () => {
  it('give their numbers to the page', () => {
    expect(numberOf(run(checkOf('C25/four-nines')), 'minutes')).toBe('52.6')
    expect(numberOf(run(checkOf('E20/strategies')), 'both')).toBe('0')
    expect(numberOf(run(checkOf('E20/strategies')), 'strategies')).toBe('110,592')
    expect(() => numberOf(run(checkOf('E20/strategies')), 'states')).toThrow(/has no states/)
  })

  it('fail where they come out otherwise than the chapter says', () => {
    const check = checkOf('E20/strategies')
    if (check.kind !== 'computed') throw new Error('it is worked out')
    expect(() => run({ ...check, id: 'another', work: () => ({ both: 1 }) })).toThrow(
      /not what the chapter says/,
    )
  })
})

it('asks a majority twice for a write, and nobody where everybody answers', () => {
  for (const [rule, round] of [
    ['majority', 4],
    ['always', 0],
  ] as const) {
    const result = run(checkOf(`PACELC/${rule}`))
    expect('points' in result && result.points.every(({ x, y }) => y === round * x)).toBe(true)
  }
})

it('shows copies that no order explains, and the one that waits for all has told nobody too early', () => {
  const record = recordIn('copies', 'all-first')
  expect(verdictOf(record).verdict).toBe('not-linearizable')
  expect(ends(record)['K1-1']).toBe('open')
})

it('hears nothing from a system that has made no choice', () => {
  const record = recordIn('ca')
  expect(ends(record)).toMatchObject({ 'K1-1': 'k1.1', 'K1-2': 'open', 'K2-2': 'k1.1' })
  // Nothing is left that could answer it.
  const again = replay(
    figureOf('cap/ca').system('script'),
    record.steps.map(({ action }) => action),
  )
  expect(again.frames.at(-1)!.inFlight).toEqual([])
})

// Pages take the answers from the engine. This list is for whoever changes a rule and did not mean to change these.
it('has the answers that the pages explain', () => {
  expect(Object.fromEntries(predictions.map((one) => [one.id, predict(one).answer]))).toEqual({
    'cap/overlap': 'either',
    'cap/after-it-was-seen': 'new',
    'cap/in-step': 'no',
    'cap/healed': 'never',
    'cap/monitor': 'all',
    'cap/nobody-there': 'kept',
    'cap/ca-write': 'never',
    'cap/what-b-knows': 'no',
    'cap/crash-or-cut': 'no',
    'cap/minority-read': 'refused',
    'cap/always-read': 'k1.1',
    'cap/winner': 'k1.2',
    'cap/two-of-four': 'neither',
    'cap/second-buyer': 'linearizable',
    'cap/stale-look': 'serializable',
    'cap/far-away': '200',
  })
})
