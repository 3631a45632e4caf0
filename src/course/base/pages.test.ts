/** The pages of the chapter on BASE: what their figures show is what the pages say, and their numbers come out again. */
import { describe, expect, it } from 'vitest'
import { replay } from '../../../engine/drivers/run.ts'
import type { Action } from '../../../engine/model.ts'
import { compare } from '../../text/en-compare.ts'
import { type Phase, totalOf } from '../../widgets/load/shop-record.ts'
import { run } from '../check.ts'
import { type Measured, simulated } from '../measured.ts'
import { predict } from '../prediction.ts'
import { checkOf, figureOf, recordOf } from '../registry.ts'
import { cartSides } from './cart-sides.ts'
import { WAYS, answerOf, comparison, rows } from './comparison.ts'
import { READER, WRITER } from './lag.ts'
import { lagRun } from './lag-run.ts'
import { predictions } from './predictions.ts'
import { DEADLINE, TAKES } from './shop.ts'
import { MOMENT, newShop, scriptedShop } from './shop-live.ts'

/** What happens in a seeded run of a check. */
const actionsOf = (check: Measured, value: number, seed: number): readonly Action[] =>
  simulated(check.system(value), seed, check.milliseconds, { recorded: true }).actions!

describe('a shop under load', () => {
  const kinds = ['checkout', 'reviews'] as const
  const shareOf = ({ outcomes }: Phase, kind: (typeof kinds)[number]): number =>
    outcomes[kind].full / totalOf(outcomes[kind])

  it('is well, sinks, and is well again, in the run that its figure begins with', () => {
    const { phases, samples, now } = scriptedShop().record
    expect(phases.map(({ customers, page }) => [customers, page])).toEqual([
      [12, false],
      [40, false],
      [40, true],
    ])
    expect(kinds.map((kind) => shareOf(phases[0]!, kind))).toEqual([1, 1])
    expect(kinds.map((kind) => shareOf(phases[1]!, kind) < 0.25)).toEqual([true, true])
    const from = (at: number) => samples.filter((sample) => sample.at > at)
    // The queue takes its time, and then checkouts are done.
    expect(from(phases[2]!.at + 1000)[0]!.outcomes.checkout).toMatchObject({ full: 0 })
    for (const { outcomes } of from(now - 5000)) {
      expect(outcomes.checkout.full / totalOf(outcomes.checkout)).toBeGreaterThan(0.75)
      expect(outcomes.reviews).toMatchObject({ late: 0, refused: 0 })
    }
  })

  it('does the same whenever it is run, and other things if something else is done to it', () => {
    const one = newShop()
    const other = newShop()
    for (let moment = 0; moment < 8; moment++) one.advance(MOMENT)
    expect(other.advance(8 * MOMENT)).toEqual(one.record)
    one.change({ customers: 30 })
    other.change({ page: true })
    expect(one.advance(MOMENT)).not.toEqual(other.advance(MOMENT))
    // Nobody comes any more, and in the end nothing is left to do.
    one.change({ customers: 0 })
    const { samples, queues } = one.advance(8000)
    expect(totalOf(samples.at(-1)!.outcomes.checkout)).toBe(0)
    expect(queues).toEqual({ database: [], recommender: [] })
  })

  it('counts in a check what can be counted from what happens in its runs', () => {
    const check = checkOf('C28/with') as Measured
    const result = run({ ...check, id: 'C28/with, alone', over: [] })
    let [had, of] = [0, 0]
    for (let number = 0; number < check.runs; number++) {
      let now = 0
      const asked: number[] = []
      const checkouts = new Set<number>()
      for (const action of actionsOf(check, check.at, check.seed + number)) {
        if (action.kind === 'pass') now += action.milliseconds
        const [name, about] = action.kind === 'fire' ? action.timer.split(':') : []
        if (name === 'visit') asked.push(now)
        const { id, kind, full } =
          action.kind === 'deliver'
            ? (action.message.fields as { id: number; kind?: string; full?: boolean })
            : { id: Number(about) }
        if (action.kind === 'deliver' && action.to === 'shop' && kind === 'checkout') checkouts.add(id)
        const answered = action.kind === 'deliver' && action.to === 'users'
        // Requests are numbered from 1; whoever has left hears nothing any more.
        if (!(answered || name === 'late') || !checkouts.delete(id) || asked[id - 1]! < 3000) continue
        of++
        if (full) had++
      }
    }
    expect(result).toMatchObject({ had, of })
  })

  it('has a database that takes a fifth of the deadline for a call, as the page says', () => {
    expect(TAKES.database * 5).toBe(DEADLINE)
  })
})

describe('soft state', () => {
  /** Stale and older reads of a seeded run, counted from what happens in it alone. */
  function countedAgain(check: Measured, lag: number, seed: number) {
    let [acknowledged, before, newest, reads, stale, back] = [0, 0, 0, 0, 0, 0]
    for (const action of actionsOf(check, lag, seed)) {
      if (action.kind === 'fire' && action.node === READER) before = acknowledged
      if (action.kind !== 'deliver') continue
      const { value } = action.message.fields as { value: number }
      if (action.to === WRITER) acknowledged = value
      if (action.to !== READER) continue
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
  ] as const)(
    '%s: a point of the plot comes out again, counted from what happens in the runs',
    (id, what) => {
      const check = checkOf(id) as Measured
      const lag = 50
      const result = run({ ...check, id: `${id}, at ${lag}`, over: [lag] })
      const counts = Array.from({ length: check.runs }, (_, number) =>
        countedAgain(check, lag, check.seed + number),
      )
      const sum = (of: 'reads' | typeof what) => counts.reduce((total, count) => total + count[of], 0)
      expect('points' in result && result.points.find(({ x }) => x === lag)!.y).toBeCloseTo(
        (100 * sum(what)) / sum('reads'),
      )
    },
  )

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

describe('carts side by side', () => {
  const sides = (['last', 'merge'] as const).map((merge) =>
    cartSides(recordOf(figureOf('base/carts'), merge), merge),
  )

  it('begin empty, have the same schedule, and end alike: one without milk, one with both', () => {
    const [last, merge] = sides.map((steps) => steps.at(-1)!)
    expect(sides[0]).toHaveLength(sides[1]!.length)
    for (const steps of sides) expect(steps[0]!.replicas.map(({ items }) => items)).toEqual([[], []])
    expect(last!.replicas.map(({ items }) => items)).toEqual([['tea'], ['tea']])
    expect(last!.lost).toEqual(['milk'])
    expect(merge!.replicas.map(({ items }) => items)).toEqual([
      ['milk', 'tea'],
      ['milk', 'tea'],
    ])
    expect(merge!.lost).toEqual([])
  })

  it('show at which replica something is missing, and not what somebody took out', () => {
    expect(sides[0]!.at(-1)!.replicas.map(({ missing }) => missing)).toEqual([['milk'], []])
    const removed = cartSides(recordOf(figureOf('base/removal'), 'merge'), 'merge').at(-1)!
    expect(removed.lost).toEqual([])
    expect(removed.replicas.map(({ missing }) => missing)).toEqual([[], []])
  })
})

describe('ACID and BASE', () => {
  const cells = rows.flatMap((row) => WAYS.map((way) => [row.id, way, row] as const))
  const words: Readonly<Record<string, string>> = compare

  it.each(cells)('%s, %s: the run replays, and there are words for it', (_, way, row) => {
    const { system, record, code, values } = answerOf(row, way)
    const again = replay(
      system,
      record.steps.map(({ action }) => action),
      record.loopFrom,
    )
    expect(again.frames).toEqual(record.frames)
    expect(words[`compare.base.row.${row.id}`]).toBeDefined()
    expect(words[`compare.base.column.${way}`]).toBeDefined()
    for (const [, place] of words[`compare.cell.${code}`]!.matchAll(/\{(\w+)\}/g))
      expect(values).toHaveProperty(place!)
    const { lanes, servers } = comparison.cell(row.id, way)
    expect(record.frames[0]!.nodes.map(({ id }) => id).sort()).toEqual([...lanes].sort())
    expect(servers.every((server) => lanes.includes(server))).toBe(true)
  })

  // Cells take their answers from the engine. This list is for whoever changes a shop and did not mean to change these.
  it('has the answers that the page speaks of', () => {
    expect(cells.map(([, way, row]) => answerOf(row, way).code)).toEqual([
      ...['sees-whole', 'sees-half'],
      ...['at-once', 'after'],
      ...['nothing-of-it', 'all-in-the-end'],
      ...['orders', 'orders'],
      ...['no-order', 'ordered-after'],
    ])
    const last = rows.find(({ id }) => id === 'last')!
    expect(WAYS.map((way) => answerOf(last, way).values['count'])).toEqual([1, 2])
  })
})

// Pages take the answers from the engine. This list is for whoever changes a rule and did not mean to change these.
it('has the answers that the pages explain', () => {
  expect(Object.fromEntries(predictions.map((one) => [one.id, predict(one).answer]))).toEqual({
    'base/after-the-crowd': 'late',
    'base/after-the-crowd-degraded': 'full',
    'base/nobody-waits': 'works',
    'base/last-cart': 'tea',
    'base/old-news': 'out',
    'base/added-meanwhile': 'in',
    'base/behind': '100',
    'base/two-withdrawals': '-20',
    'base/last-book': '2 1',
    'base/before-the-copy': '0',
    'base/two-readers': 'may',
    'base/acknowledged-and-gone': '0',
  })
})
