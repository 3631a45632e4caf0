/** The figures of the chapter on transactions show what its pages say of them, at the steps at which they begin. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Run } from '../../../engine/drivers/run.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import { castOf } from '../../widgets/cast.ts'
import { flightsOf } from '../../widgets/flights.ts'
import { layoutTopology } from '../../widgets/topology-layout.ts'
import { foundBy } from '../check.ts'
import { predict } from '../prediction.ts'
import { checkOf, figureOf, recordOf } from '../registry.ts'
import { nodeOf, serverAt } from '../services/script.ts'
import { predictions } from './predictions.ts'

const recordIn = (id: string, variant?: string) => {
  const figure = figureOf(`transactions/${id}`)
  return recordOf(figure, variant ?? figure.variants[0]!)
}

/** The step at which a page lets a figure begin. */
function beginsAt(page: string, id: string): number {
  const text = readFileSync(`content/en/transactions/${page}.mdx`, 'utf8')
  const tag = text.slice(text.indexOf(`id="transactions/${id}"`))
  return Number(/at=\{(\d+)\}/.exec(tag.slice(0, tag.indexOf('/>')))![1])
}

const rows = (frame: Frame, server: string, table: string): (readonly string[])[] =>
  serverAt(frame, server, 'tables')
    .tables.find(({ name }) => name === table)!
    .rows.map(({ values }) => values)

interface Shown {
  readonly phase: string
  readonly lock: string | null
}
const at = (frame: Frame, id: string): Shown => nodeOf(frame, id).state as unknown as Shown

describe('the introduction', () => {
  it('ends with an order and no book less, or the other way round, and the shop gone', () => {
    for (const [variant, orders, left] of [
      ['orderFirst', 1, '5'],
      ['stockFirst', 0, '4'],
      ['commitsLast', 1, '5'],
    ] as const) {
      const end = recordIn('apart', variant).frames.at(-1)!
      expect(nodeOf(end, 'shop').up).toBe(false)
      expect(rows(end, 'orders', 'orders')).toHaveLength(orders)
      expect(rows(end, 'stock', 'stock').map((row) => row[1])).toEqual([left])
    }
  })

  it('shows both changes, of which none is committed, as the shop crashes', () => {
    const step = beginsAt('index', 'together')
    const { steps, frames } = recordIn('together')
    expect(steps[step - 1]!.action).toMatchObject({ kind: 'crash', node: 'shop' })
    const { tables } = serverAt(frames[step]!, 'db', 'tables')
    expect(tables.map(({ rows }) => rows.some(({ standing }) => standing === 'new'))).toEqual([true, true])
    expect(rows(frames.at(-1)!, 'db', 'orders')).toEqual([])
  })
})

describe('the local message table', () => {
  it('begins where the queue has the message and the table still has it, and ends with a book less', () => {
    const { frames } = recordIn('outbox')
    const begin = frames[beginsAt('local-message-table', 'outbox')]!
    expect(serverAt(begin, 'queue', 'partitions').partitions[0]!.records).toHaveLength(1)
    expect(rows(begin, 'orders', 'outbox')).toHaveLength(1)
    const end = frames.at(-1)!
    expect(rows(end, 'orders', 'outbox')).toEqual([])
    expect(rows(end, 'stock', 'applied')).toEqual([['order-1']])
    expect(rows(end, 'stock', 'stock')).toEqual([['book', '4']])
  })

  it('takes two books, one, or none, by what the stock-keeper remembers and when', () => {
    const left = (variant: string): string =>
      rows(recordIn('comes-twice', variant).frames.at(-1)!, 'stock', 'stock')[0]![1]!
    const variants = ['applies', 'remembersAfter', 'remembersBefore', 'remembers']
    expect(variants.map(left)).toEqual(['3', '3', '5', '4'])
  })

  it('publishes the later message first where one is lost', () => {
    const end = recordIn('reordered').frames.at(-1)!
    const [partition] = serverAt(end, 'queue', 'partitions').partitions
    expect(partition!.records.map(({ value }) => value)).toEqual(['order-1: 3', 'order-1: 1'])
    expect(rows(end, 'stock', 'reserved')).toEqual([['book', '1']])
  })
})

describe('two-phase commit', () => {
  it('ends phase one with two votes under way and both parts locked', () => {
    const end = recordIn('prepare').frames.at(-1)!
    expect(end.inFlight.map(({ type }) => type)).toEqual(['vote', 'vote'])
    expect(at(end, 'orders')).toEqual({ phase: 'prepared', lock: 'order-1 10 ms' })
    expect(at(end, 'stock')).toEqual({ phase: 'prepared', lock: 'book 10 ms' })
  })

  it('ends phase two with the same outcome on both sides, and nothing locked', () => {
    for (const [variant, phase] of [
      ['commit', 'committed'],
      ['abort', 'aborted'],
    ] as const) {
      const end = recordIn('commit', variant).frames.at(-1)!
      for (const id of ['orders', 'stock']) expect(at(end, id)).toEqual({ phase, lock: null })
    }
  })
})

describe('the picture of a commitment', () => {
  it('has the coordinator above its participants, and on a phone no message covers another one', () => {
    const record = recordIn('commit', 'commit')
    const cast = castOf(record)
    const nodes = record.frames[0]!.nodes.map(({ id, role }) => ({
      id,
      side: cast.side(role),
      lines: [90, 90],
    }))
    expect(nodes.map(({ side }) => side)).toEqual(['above', 'below', 'below'])
    const flights = flightsOf(record, false)
    const layout = layoutTopology(nodes, flights)
    const [above, ...below] = nodes.map(({ id }) => layout.nodes.get(id)!)
    for (const one of below) expect(one.y).toBeGreaterThan(above!.y + 100)
    expect(below[0]!.x).toBeLessThan(above!.x)
    expect(below[1]!.x).toBeGreaterThan(above!.x)
    expect(layout.pills.size).toBe(flights.length)
  })
})

describe('its four problems', () => {
  it('holds the lock while the coordinator is away, through a crash of the participant', () => {
    const { frames } = recordIn('locked')
    const begin = frames[beginsAt('four-problems', 'locked')]!
    expect(nodeOf(begin, 'C').up).toBe(false)
    expect(at(begin, 'stock').lock).toBe('book 400 ms')
    expect(at(frames.at(-1)!, 'stock')).toEqual({ phase: 'aborted', lock: null })
    const { record } = predict(predictions.find(({ id }) => id === 'transactions/restart-in-doubt')!)
    const kept = /^book (\d+) ms$/.exec(at(record.frames.at(-1)!, 'stock').lock!)!
    expect(Number(kept[1])).toBe(record.frames.at(-1)!.now! - 10)
  })

  it('comes to a state in which nothing is left to do, and that is no commit', () => {
    const { check, actions } = foundBy(checkOf('C22/blocked'))
    const run = new Run(check.system())
    for (const action of actions) run.take(action)
    // But for what a hand may do: to start the coordinator again.
    expect(run.enabled().filter(({ kind }) => kind !== 'restart')).toEqual([])
    const end = run.record.frames.at(-1)!
    for (const id of ['orders', 'stock']) expect(at(end, id).phase).toBe('prepared')
  })

  it('has somebody in doubt in the delay, and somebody who has aborted in the split', () => {
    const phases = (figure: string): string[] =>
      ['orders', 'stock'].map((id) => at(recordIn(figure).frames.at(-1)!, id).phase)
    expect(phases('delay').sort()).toEqual(['committed', 'prepared'])
    expect(phases('split')).toEqual(['committed', 'aborted'])
  })
})

describe('what people do instead', () => {
  it('splits three-phase commit by a cut, and not without one', () => {
    const phases = (variant: string): string[] =>
      ['orders', 'stock'].map((id) => at(recordIn('three-phase', variant).frames.at(-1)!, id).phase)
    expect(phases('whole')).toEqual(['committed', 'committed'])
    expect(phases('cut')).toEqual(['committed', 'aborted'])
  })

  it('lets the second leader of Paxos Commit finish what the first one began', () => {
    const { steps, frames } = recordIn('paxos-commit')
    expect(steps.some(({ sent }) => sent.some(({ from, type }) => from === 'D' && type === 'propose'))).toBe(
      true,
    )
    expect(nodeOf(frames.at(-1)!, 'C').up).toBe(false)
    for (const id of ['orders', 'stock']) expect(at(frames.at(-1)!, id).phase).toBe('committed')
  })

  it('tells somebody “sold out” of a book that is there in the end', () => {
    const { frames } = recordIn('saga')
    const begin = frames[beginsAt('instead', 'saga')]!
    expect(JSON.stringify(nodeOf(begin, 'reader').state)).toContain('sold out')
    expect(rows(frames.at(-1)!, 'stock', 'stock')).toEqual([['book', '1']])
    expect(rows(frames.at(-1)!, 'orders', 'orders')).toEqual([])
  })
})

// Pages take the answers from the engine. This list is for whoever changes a rule and did not mean to change these.
it('has the answers that the pages explain', () => {
  expect(Object.fromEntries(predictions.map((one) => [one.id, predict(one).answer]))).toEqual({
    'transactions/crash-between': 'never',
    'transactions/other-open': 'rolled-back',
    'transactions/crash-together': 'neither',
    'transactions/lost-reply': 'stands',
    'transactions/crash-after-publish': '2',
    'transactions/comes-again': '4',
    'transactions/remembered-before': 'skips',
    'transactions/lost-and-sent-again': '1',
    'transactions/one-no': 'aborted',
    'transactions/lost-vote': 'aborted',
    'transactions/crash-before-decision': 'aborted',
    'transactions/crash-after-decision': 'committed',
    'transactions/restart-in-doubt': 'held',
    'transactions/half-told': 'commits',
    'transactions/one-down': 'abort',
    'transactions/no-promise': 'may',
    'transactions/cut-in-three': 'committed aborted',
    'transactions/leader-gone': 'committed',
    'transactions/undone': 'sold out, 1',
    'transactions/saga-crash': '1',
  })
})
