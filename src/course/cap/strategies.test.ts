/** Strategies of a register on two nodes: all are there, each once; none keeps both in a cut network; and the engine’s runs say the same. */
import { describe, expect, it } from 'vitest'
import { Random } from '../../../engine/random.ts'
import { historyAt } from '../../widgets/history/verdict.ts'
import { operationsOf } from '../../widgets/history/operations.ts'
import { register } from '../../../engine/linearizability/models.ts'
import {
  BEHAVIOURS,
  type Outcome,
  READER_ACTS,
  READER_SITUATIONS,
  SETTINGS,
  type Strategy,
  WRITER_ACTS,
  WRITER_SITUATIONS,
  exampleOf,
  isAvailable,
  isConsistent,
  outcomeOf,
  strategies,
  tryAll,
} from './strategies.ts'
import { SHOWN, endsOf, shownRun, strategyRun } from './strategy-runs.ts'

const tried = tryAll()

describe('all strategies', () => {
  it('are as many as there are functions from situations to acts, and no two are the same', () => {
    const writers = WRITER_ACTS.length ** WRITER_SITUATIONS.length
    const readers = READER_ACTS.length ** READER_SITUATIONS.length
    expect(tried.strategies).toBe(writers * readers)
    const seen = new Set<string>()
    for (const { writer, reader } of strategies()) seen.add(`${writer.join()} ${reader.join()}`)
    expect(seen.size).toBe(tried.strategies)
  })

  it('keep C and A in many ways while the network is whole, each alone in many ways while it is cut, and both in none', () => {
    expect(tried.whole).toBeGreaterThan(0)
    expect(tried.available).toBeGreaterThan(0)
    expect(tried.consistent).toBeGreaterThan(0)
    expect(tried.both).toBe(0)
  })

  it('are counted once in the table, and each line breaks what it says', () => {
    const sum = (of: 'strategies' | 'whole'): number =>
      BEHAVIOURS.reduce((total, behaviour) => total + tried.by[behaviour][of], 0)
    expect(sum('strategies')).toBe(tried.strategies)
    expect(sum('whole')).toBe(tried.whole)
    for (const behaviour of BEHAVIOURS) {
      const answers = behaviour.startsWith('reads-')
      expect(tried.by[behaviour].available, behaviour).toBe(answers)
      expect(tried.by[behaviour].whole, behaviour).toBeGreaterThan(0)
      if (answers) expect(tried.by[behaviour].consistent, behaviour).toBe(false)
    }
  })
})

describe('a run', () => {
  const judged = (outcome: Outcome) => [isAvailable(outcome), isConsistent(outcome)]

  it('is judged by what was answered: a refusal is no answer, and has had no effect', () => {
    const written = { act: 'written', look: 0 } as const
    const refused = { act: 'refuse', look: 0 } as const
    const reads = (act: 'old' | 'new') => ({ act, look: 0 }) as const
    expect(judged({ write: written, read: reads('new') })).toEqual([true, true])
    expect(judged({ write: written, read: reads('old') })).toEqual([true, false])
    expect(judged({ read: reads('old') })).toEqual([true, true])
    expect(judged({ read: reads('new') })).toEqual([true, false])
    expect(judged({ write: refused, read: reads('old') })).toEqual([false, true])
    expect(judged({ write: refused, read: reads('new') })).toEqual([false, false])
    // Nobody knows yet what becomes of it.
    expect(judged({ write: null, read: reads('new') })).toEqual([false, true])
    expect(judged({ write: null, read: reads('old') })).toEqual([false, true])
    expect(judged({ write: written, read: null })).toEqual([false, true])
    expect(judged({ write: written, read: refused })).toEqual([false, true])
  })

  it('of a cut network looks alike to the reader, whether somebody writes or not', () => {
    for (const strategy of [exampleOf('reads-old'), exampleOf('reads-new'), exampleOf('read-waits')])
      expect(outcomeOf(strategy, { writes: true, cut: true }).read).toEqual(
        outcomeOf(strategy, { writes: false, cut: true }).read,
      )
  })

  it('of the engine comes to the same, for strategies drawn from a seed', () => {
    const random = new Random(7)
    const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!
    for (let drawn = 0; drawn < 60; drawn++) {
      const strategy: Strategy = {
        writer: WRITER_SITUATIONS.map(() => pick(WRITER_ACTS)),
        reader: READER_SITUATIONS.map(() => pick(READER_ACTS)),
      }
      for (const setting of SETTINGS) {
        const outcome = outcomeOf(strategy, setting)
        const run = strategyRun(strategy, setting)
        expect(endsOf(run), JSON.stringify({ strategy, setting })).toEqual({
          write: setting.writes ? (outcome.write?.act ?? 'wait') : undefined,
          read: outcome.read?.act ?? 'wait',
        })
        const { record } = run
        const { verdict } = historyAt(operationsOf(record), record.steps.length, register(null))
        expect(verdict === 'linearizable', JSON.stringify({ strategy, setting })).toBe(isConsistent(outcome))
      }
    }
  })
})

describe('the figure', () => {
  it('shows what each of its strategies breaks', () => {
    const shown = Object.keys(SHOWN).map((variant) => [variant, endsOf(shownRun(variant))])
    expect(Object.fromEntries(shown)).toEqual({
      old: { write: 'written', read: 'old' },
      new: { write: undefined, read: 'new' },
      waits: { write: 'written', read: 'wait' },
      refuses: { write: 'refuse', read: 'old' },
    })
  })
})
