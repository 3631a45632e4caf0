/** Histories: what clients did as a run shows it, the order and the points that explain it or what rules them out, bars and words. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyOfMap, register } from '../../engine/linearizability/models.ts'
import { en } from '../../engine/text/en.ts'
import type { Frame, RunRecord } from '../../engine/trace/record.ts'
import { storeRun } from '../../src/course/raft/store-figure.ts'
import enWidgets from '../../src/text/en-widgets.ts'
import { BAR_FONT, LANE_HEIGHT, layoutBars } from '../../src/widgets/history/bars.ts'
import {
  type Outcome,
  type RunOperation,
  type ShownOperation,
  clientsOf,
  knownAt,
  operationsOf,
} from '../../src/widgets/history/operations.ts'
import { historyAt, pointsOf } from '../../src/widgets/history/verdict.ts'
import { explanation, nameOf, spoken } from '../../src/widgets/history/words.ts'
import { monoWidth } from '../../src/widgets/text-width.ts'

const words = { ...en, ...enWidgets }

/** A run in which two clients show these operations, frame by frame; null where a client is down. */
function shown(...frames: readonly Readonly<Record<string, readonly ShownOperation[] | null>>[]): RunRecord {
  return {
    started: [],
    frames: frames.map((clients, step): Frame => ({
      nodes: [
        { id: 'S', role: 'server', up: true, paused: false, state: {}, disk: null, timers: [] },
        ...Object.entries(clients).map(([id, operations]) => ({
          id,
          role: 'client',
          up: operations !== null,
          paused: false,
          state: operations && { operations },
          disk: null,
          timers: [],
        })),
      ],
      inFlight: [],
      groups: null,
      now: 10 * step,
    })),
    steps: frames.slice(1).map((_, index) => ({
      number: index + 1,
      action: { kind: 'pass' as const, milliseconds: 10 },
      node: null,
      received: null,
      sent: [],
      persisted: [],
      lost: [],
      ignored: false,
      lines: [],
      changed: [],
      observed: false,
      causes: [],
    })),
  }
}

/** An operation from one step to another, written as `K1 put x 1`. */
function operation(text: string, since: number, until: number | null, result?: string | null): RunOperation {
  const [id = '', f = '', key = '', argument] = text.split(' ')
  return { id, client: id[0]!, f, key, argument, result: until === null ? undefined : result, since, until }
}

describe('the operations of a run', () => {
  const put: ShownOperation = { id: 'K1', f: 'put', key: 'x', value: 'k1', done: false }
  const get: ShownOperation = { id: 'L1', f: 'get', key: 'x', done: false }

  test('begin where they are first shown, and end where they are done, with what was read', () => {
    const record = shown(
      { K: [], L: [] },
      { K: [put], L: [] },
      { K: [put], L: [get] },
      { K: [put], L: [{ ...get, done: true, value: 'k1' }] },
    )
    expect(clientsOf(record)).toEqual(['K', 'L'])
    expect(operationsOf(record)).toEqual([
      operation('K1 put x k1', 1, null),
      { ...operation('L1 get x', 2, 3, 'k1'), argument: undefined },
    ])
    const [, read] = operationsOf(record)
    expect(knownAt(read!, 2)).toMatchObject({ until: null, result: undefined })
    expect(knownAt(read!, 3)).toBe(read)
  })

  test('stay under way while their client is down', () => {
    const record = shown({ K: [] }, { K: [put] }, { K: null }, { K: [put] }, { K: [{ ...put, done: true }] })
    expect(operationsOf(record)).toEqual([operation('K1 put x k1', 1, 4)])
  })

  test('of one object need no key', () => {
    const one: ShownOperation = { id: 'K1', f: 'read', done: false }
    const record = shown({ K: [] }, { K: [one] }, { K: [{ ...one, done: true, value: null }] })
    const [read] = operationsOf(record)
    expect(read).toMatchObject({ key: '', result: null })
    expect(nameOf(read!, words)).toBe('read → nothing')
    expect(historyAt([read!], 2, register(null)).verdict).toBe('linearizable')
  })
})

describe('an operation that is over without an answer', () => {
  const write = (outcome: Outcome | undefined): RunOperation => {
    const { argument: _, ...one } = operation('K1 write', 1, 3)
    return { ...one, argument: 1, key: '', ...(outcome && { outcome }) }
  }
  const read = (id: string, since: number, result: number): RunOperation => ({
    ...operation(`${id} read`, since, since + 1),
    key: '',
    argument: undefined,
    result: result as never,
  })
  const verdict = (outcome: Outcome | undefined, ...results: number[]) =>
    historyAt(
      [write(outcome), ...results.map((result, place) => read(`L${place + 1}`, 4 + 2 * place, result))],
      20,
      register(0),
    ).verdict

  test('is read from what its client shows, and is not yet known before', () => {
    const begun: ShownOperation = { id: 'K1', f: 'read', done: false }
    const record = shown({ K: [] }, { K: [begun] }, { K: [{ ...begun, done: true, outcome: 'refused' }] })
    const [one] = operationsOf(record)
    expect(one).toMatchObject({ until: 2, outcome: 'refused', result: undefined })
    expect(knownAt(one!, 1)).not.toHaveProperty('outcome')
    expect(nameOf(one!, words)).toBe('read ✗ refused')
    expect(nameOf(knownAt(one!, 1), words)).toBe('read')
  })

  test('must not have had an effect where it was refused', () => {
    expect(verdict('refused', 0)).toBe('linearizable')
    expect(verdict('refused', 1)).toBe('not-linearizable')
  })

  test('may have had one, or have it later, where that is not known', () => {
    expect(verdict('unknown', 0, 0)).toBe('linearizable')
    expect(verdict('unknown', 1, 1)).toBe('linearizable')
    expect(verdict('unknown', 0, 1)).toBe('linearizable')
    expect(verdict('unknown', 1, 0)).toBe('not-linearizable')
  })

  test('has had one where it was answered', () => {
    expect(verdict(undefined, 1)).toBe('linearizable')
    expect(verdict(undefined, 0)).toBe('not-linearizable')
  })
})

describe('the verdict', () => {
  const model = keyOfMap()
  // K wrote 1, L wrote 2 after that, and then K reads.
  const told = (result: string) => [
    operation('K1 put x 1', 1, 2),
    operation('M1 get x', 3, 4, '1'),
    operation('L1 put x 2', 5, 6),
    operation('M2 get x', 7, 8, '2'),
    operation('L2 put y 9', 9, 10),
    operation('K2 get x', 11, 12, result),
  ]

  test('has an order for each key, of those that have begun', () => {
    const history = historyAt(told('2'), 12, model)
    expect(history).toMatchObject({ verdict: 'linearizable', contradiction: null })
    expect(history.orders.map(({ key, order }) => [key, order.map(({ id }) => id)])).toEqual([
      ['x', ['K1', 'M1', 'L1', 'M2', 'K2']],
      ['y', ['L2']],
    ])
    expect(historyAt(told('2'), 3, model).orders[0]!.order.map(({ id }) => id)).toContain('K1')
    expect(historyAt(told('2'), 3, model).operations.map(({ id }) => id)).toEqual(['K1', 'M1'])
    expect(historyAt([], 0, model)).toMatchObject({ verdict: 'linearizable', operations: [], orders: [] })
  })

  test('is lost with the answer that no order explains, and stays so', () => {
    const wrong = [...told('1'), operation('M3 get x', 13, 14, '2')]
    expect(historyAt(wrong, 11, model).verdict).toBe('linearizable')
    for (const step of [12, 13, 14]) {
      const { verdict, contradiction, orders, operations } = historyAt(wrong, step, model)
      expect(verdict).toBe('not-linearizable')
      expect(contradiction).toMatchObject({
        key: 'x',
        claim: { id: 'K2' },
        step: 12,
        states: ['2'],
        complete: true,
      })
      // What is left of the history without it has an order.
      expect(orders.find(({ key }) => key === 'x')!.order.map(({ id }) => id)).toEqual([
        'K1',
        'M1',
        'L1',
        'M2',
      ])
      expect(operations).toHaveLength(step === 12 ? 6 : 7)
    }
  })

  test('names as few operations as rule the answer out', () => {
    const { contradiction } = historyAt(told('1'), 12, model)
    expect(contradiction!.reasons.map(({ id }) => id)).toEqual(['K1', 'L1'])
    // Who read the new value says that a write under way has taken effect.
    const open = [
      operation('K1 put x 1', 1, 2),
      operation('L1 put x 2', 3, null),
      operation('M1 get x', 4, 5, '2'),
      operation('K2 get x', 6, 7, '1'),
    ]
    expect(historyAt(open, 7, model).contradiction!.reasons.map(({ id }) => id)).toEqual(['K1', 'L1', 'M1'])
    // What nobody has written nothing rules out: nothing comes to it.
    const never = [operation('K1 append x 1', 1, 2), operation('M1 get x', 3, 4, '11')]
    expect(historyAt(never, 4, model).contradiction!.reasons).toEqual([])
  })

  test('without any one of the reasons there is an order, or nothing that the answer could have come from', () => {
    const timeless = (operations: readonly RunOperation[]) =>
      operations.map((one, place) => ({ ...one, since: place, until: 100 + place }))
    const histories = fc.array(
      fc.record({
        f: fc.constantFrom('put', 'get', 'append'),
        value: fc.constantFrom('1', '2', '12', null),
        length: fc.integer({ min: 1, max: 6 }),
        open: fc.boolean(),
      }),
      { minLength: 2, maxLength: 7 },
    )
    let contradictions = 0
    fc.assert(
      fc.property(histories, (drawn) => {
        const operations = drawn.map(({ f, value, length, open }, index): RunOperation => {
          // No two events are in one step.
          const since = 100 * index
          const until = f !== 'get' && open ? null : since + 100 * length + 1 + index
          return {
            id: `K${index}`,
            client: 'K',
            f,
            key: 'x',
            argument: f === 'get' ? undefined : (value ?? '3'),
            result: f === 'get' ? value : undefined,
            since,
            until,
          }
        })
        const history = historyAt(operations, 10_000, keyOfMap())
        if (!history.contradiction) return
        contradictions++
        const { claim, reasons, step } = history.contradiction
        const known = operations.filter(({ since }) => since <= step).map((one) => knownAt(one, step))
        const of = (list: readonly RunOperation[]) => historyAt(list, 10_000, keyOfMap()).verdict
        const inTime = (list: readonly RunOperation[]) =>
          [...list].sort((one, other) => one.since - other.since)
        if (reasons.length === 0) {
          // Either nothing comes to it, or it needs no reason: it can't be first, either.
          const others = known.filter(({ id }) => id !== claim.id)
          expect(of(timeless([...others, claim]))).toBe('not-linearizable')
          return
        }
        expect(of(inTime([...reasons, claim]))).toBe('not-linearizable')
        const underWay = { ...claim, until: null, result: undefined }
        expect(of(inTime([...reasons, underWay]))).toBe('linearizable')
        for (const one of reasons) {
          const rest = reasons.filter((other) => other !== one)
          const fits =
            of(inTime([...rest, claim])) === 'linearizable' ||
            of(inTime([...rest, underWay])) !== 'linearizable' ||
            of(timeless([...rest, claim])) !== 'linearizable'
          expect(fits).toBe(true)
        }
      }),
      // Of other seeds a few have hardly any contradictions; 20,000 runs of another were tried, too.
      { numRuns: 400, seed: 7 },
    )
    expect(contradictions).toBeGreaterThan(40)
  })
})

describe('points', () => {
  test('stand within their operations, one after the other, however these overlap', () => {
    const drawn = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 30 })), {
      maxLength: 10,
    })
    fc.assert(
      fc.property(drawn, (spans) => {
        // An order that keeps to time: each may come next whose beginning is before the end of all that are left.
        const left = spans.map(([since, length], index) =>
          operation(`K${index} put x 1`, since, since + length),
        )
        const order: RunOperation[] = []
        while (left.length > 0) {
          const first = left.findIndex((one) =>
            left.every((other) => one.since < other.until! || one === other),
          )
          order.push(...left.splice(first, 1))
        }
        const points = pointsOf(order, ({ since, until }) => [since, until!])
        expect(points.map((one) => one.operation)).toEqual(order)
        points.forEach(({ operation: { since, until }, at }, index) => {
          expect(at).toBeGreaterThan(since)
          expect(at).toBeLessThan(until!)
          if (index > 0) expect(at).toBeGreaterThan(points[index - 1]!.at)
        })
      }),
    )
  })

  test('that may be anywhere in one stretch share it', () => {
    const two = [operation('K1 put x 1', 0, 9), operation('L1 put x 2', 0, 9)]
    expect(pointsOf(two, ({ since, until }) => [since, until!]).map(({ at }) => at)).toEqual([3, 6])
  })
})

describe('bars', () => {
  const records = ['right', 'repeats', 'reads'].map((rule) => storeRun(rule).record)
  const layoutOf = (record: RunRecord) =>
    layoutBars(record, clientsOf(record), operationsOf(record), (one) => nameOf(one, words))

  test('are wide enough for their words, stand in their client’s lane, and none covers another', () => {
    for (const record of records) {
      const { bars, width, height, edge } = layoutOf(record)
      expect(height).toBe(3 * LANE_HEIGHT)
      expect(bars.length).toBeGreaterThan(2)
      for (const { operation: one, from, to, lane } of bars) {
        expect(['K', 'L', 'M'][lane]).toBe(one.client)
        expect(to - from).toBeGreaterThan(monoWidth(nameOf(one, words), BAR_FONT) + 10)
        expect([from > 0, to <= edge, edge < width]).toEqual([true, true, true])
        for (const other of bars)
          if (other.lane === lane && other.from > from) expect(other.from).toBeGreaterThan(to)
      }
    }
  })

  test('stand in the order in which things happened, and the longer wait is the longer stretch', () => {
    for (const record of records) {
      const { x } = layoutOf(record)
      for (let step = 1; step <= record.steps.length; step++)
        expect(x(step)).toBeGreaterThanOrEqual(x(step - 1))
    }
    const record = records[0]!
    const long = operationsOf(record).find(({ id }) => id === 'L2')!
    const { bars } = layoutOf(record)
    const widths = bars.map(({ operation: one, from, to }) => [to - from, one.id] as const)
    expect(widths.sort(([one], [other]) => other - one)[0]![1]).toBe(long.id)
  })

  test('of what is under way go on to the edge', () => {
    const record = shown(
      { K: [] },
      { K: [{ id: 'K1', f: 'append', key: 'x', value: 'something', done: false }] },
    )
    const { bars, edge } = layoutOf(record)
    expect(bars[0]!.to).toBe(edge)
    expect(edge - bars[0]!.from).toBeGreaterThan(monoWidth('append x something', BAR_FONT))
  })
})

describe('in words', () => {
  const of = (rule: string) => {
    const { record } = storeRun(rule)
    const history = historyAt(operationsOf(record), record.steps.length, keyOfMap())
    return { record, history }
  }

  test('a stale read is told with what it was told, what it should have been, and what rules it out', () => {
    expect(explanation(of('reads').history.contradiction!, words)).toEqual([
      'No order explains what L was told: get x → l1.',
      'Whichever order fits the answers before, x holds k1 when L2 takes effect.',
      'What rules it out: put x l1 (L1) and put x k1 (K1). They leave L2 no place.',
    ])
  })

  test('what was carried out twice comes from nothing that was asked for', () => {
    expect(explanation(of('repeats').history.contradiction!, words).at(-1)).toBe(
      'Nothing that was asked for comes to that, whatever took effect when.',
    )
  })

  test('each operation is told with its times and its place', () => {
    const { record, history } = of('right')
    const told = history.operations.map((one) => spoken(one, record, history, words))
    expect(told[0]).toMatch(
      /^K asked for put x k1 \(K1\) at \d+ ms, and was answered at [\d,]+ ms\. It takes effect in place 1 of what is done to x\.$/,
    )
    const open = knownAt(
      history.operations.find(({ id }) => id === 'L2')!,
      100,
    )
    expect(spoken(open, record, { ...history, orders: [] }, words)).toMatch(
      /^L asked for append x l2 \(L2\) at \d+ ms, and has had no answer\.$/,
    )
    const wrong = of('reads')
    expect(spoken(wrong.history.contradiction!.claim, wrong.record, wrong.history, words)).toMatch(
      /was answered at [\d,]+ ms\. No order explains that\.$/,
    )
  })
})
