/** The pages of the chapter on BASE: what their figures show is what the pages say, and their numbers come out again. */
import { describe, expect, it } from 'vitest'
import { replay } from '../../../engine/drivers/run.ts'
import { run } from '../check.ts'
import { type Measured, simulated } from '../measured.ts'
import { predict } from '../prediction.ts'
import { checkOf } from '../registry.ts'
import { READER, WRITER } from './lag.ts'
import { lagRun } from './lag-run.ts'
import { predictions } from './predictions.ts'

describe('soft state', () => {
  /** Stale and older reads of a seeded run, counted from its steps alone. */
  function countedAgain(check: Measured, lag: number, seed: number) {
    const system = check.system(lag)
    const { actions } = simulated(system, seed, check.milliseconds, { recorded: true })
    let [acknowledged, before, newest, reads, stale, back] = [0, 0, 0, 0, 0, 0]
    for (const { node, action, sent } of replay(system, actions!).steps) {
      if (node === READER && sent[0]?.type === 'read') before = acknowledged
      if (action.kind !== 'deliver') continue
      const { value } = action.message.fields as { value: number }
      if (node === WRITER) acknowledged = value
      if (node !== READER) continue
      reads++
      if (value < before) stale++
      if (value < newest) back++
      newest = Math.max(newest, value)
    }
    return { stale, back, reads }
  }

  it.each([
    ['C29/in-turn', 'stale'],
    ['C29/back', 'back'],
  ] as const)('%s: a point of the plot comes out again, counted from the steps of the runs', (id, what) => {
    const check = checkOf(id) as Measured
    const result = run(check)
    const lag = 50
    const counts = Array.from({ length: check.runs }, (_, number) =>
      countedAgain(check, lag, check.seed + number),
    )
    const sum = (of: 'reads' | typeof what) => counts.reduce((total, count) => total + count[of], 0)
    expect('points' in result && result.points.find(({ x }) => x === lag)!.y).toBeCloseTo(
      (100 * sum(what)) / sum('reads'),
    )
  })

  it('draws runs in which replicas are behind for longer with a longer lag', () => {
    const runs = [0, 50, 100].map(lagRun)
    expect(runs[0]!.reads.some(({ stale }) => stale)).toBe(false)
    const differed = runs.map((one) => one.differed)
    expect(differed).toEqual(differed.toSorted((one, other) => one - other))
    for (const { lanes, until, reads } of runs) {
      for (const { spans } of lanes) {
        expect(spans[0]!.from).toBe(0)
        expect(spans.at(-1)!.to).toBe(until)
        for (const [index, { from }] of spans.entries()) expect(from).toBe(spans[index - 1]?.to ?? 0)
      }
      // A takes the writes: it is never behind, and nothing that is read there is stale.
      expect(lanes[0]!.spans.some(({ behind }) => behind)).toBe(false)
      expect(reads.some(({ at, stale }) => at === 'A' && stale)).toBe(false)
    }
  })
})

// Pages take the answers from the engine. This list is for whoever changes a rule and did not mean to change these.
it('has the answers that the pages explain', () => {
  expect(Object.fromEntries(predictions.map((one) => [one.id, predict(one).answer]))).toEqual({
    'base/before-the-copy': '0',
    'base/two-readers': 'may',
    'base/acknowledged-and-gone': '0',
  })
})
