/** Histories in explored models: what they keep, and what is found with them in Stateright's Paxos example. */
import { describe, expect, test } from 'vitest'
import { canonical } from '../plain.ts'
import { exploreToEnd } from '../testing/search.ts'
import { staterightPaxos } from '../testing/stateright-paxos.ts'
import { queue, register } from './models.ts'
import { type History, NO_HISTORY, invoked, judgeOf, operationsOf, returned } from './recorder.ts'

describe('Stateright’s Paxos example', () => {
  // Semantics: see stateright-paxos.ts. The count is asserted by examples/paxos.rs of Stateright.
  test('has with 2 clients and 3 servers 16,668 states; each history is linearizable and a value gets chosen', () => {
    const exploration = exploreToEnd(staterightPaxos({ clients: 2, servers: 3 }))
    expect(exploration).toMatchObject({ states: 16_668, complete: true })
    expect(exploration.findings.map(({ property }) => property)).toEqual([1])
    // Stateright names the same eight deliveries.
    expect(exploration.findings[0]!.actions).toHaveLength(8)
  })
})

describe('a history in a state', () => {
  const write = (value: string) => ({ f: 'write', value })
  const read = { f: 'read' }
  const isLinearizable = judgeOf(register('A'))

  test('keeps, for each operation, how many of each other client’s had returned', () => {
    let history = invoked(NO_HISTORY, 'one', write('B'))
    history = returned(history, 'one')
    history = invoked(history, 'two', read)
    history = invoked(history, 'one', read)
    history = returned(history, 'two', 'B')
    expect(history).toEqual({
      returned: {
        one: [{ f: 'write', value: 'B', before: {} }],
        two: [{ f: 'read', value: 'B', before: { one: 1 } }],
      },
      open: { one: { f: 'read', before: {} } },
    })
  })

  test('is the same for runs that differ only in what no order depends on', () => {
    const steps: ((history: History) => History)[] = [
      (history) => invoked(history, 'one', write('B')),
      (history) => invoked(history, 'two', read),
    ]
    const run = (order: typeof steps): string =>
      canonical(
        returned(
          order.reduce((history, step) => step(history), NO_HISTORY),
          'two',
          'A',
        ),
        'history',
      )
    expect(run(steps)).toBe(run(steps.toReversed()))
  })

  // The histories of Stateright's own tests, and their verdicts.
  test('may explain a read by a write under way, and must not explain one by a write that came later', () => {
    const concurrent = returned(invoked(invoked(NO_HISTORY, '0', read), '1', write('B')), '0', 'B')
    expect(isLinearizable(concurrent)).toBe(true)
    const stale = invoked(returned(invoked(NO_HISTORY, '0', read), '0', 'B'), '1', write('B'))
    expect(isLinearizable(stale)).toBe(false)
    expect(isLinearizable(returned(invoked(invoked(NO_HISTORY, '0', write('B')), '1', read), '1', 'A'))).toBe(
      true,
    )
  })

  test('becomes events that overlap exactly as the operations did', () => {
    let history = invoked(NO_HISTORY, 'a', write('1'))
    history = invoked(history, 'b', write('2'))
    history = returned(history, 'a')
    history = invoked(history, 'a', write('3'))
    history = returned(history, 'b')
    history = invoked(history, 'c', read)
    history = returned(history, 'a')
    const places = operationsOf(history).map(({ process, value, invoked: from, returned: to }) => ({
      process,
      value,
      from,
      to,
    }))
    const of = (value: unknown) => places.find((place) => place.value === value)!
    expect(of('1').to!).toBeLessThan(of('3').from)
    expect(of('2').from).toBeLessThan(of('1').to!)
    expect(of('3').from).toBeLessThan(of('2').to!)
    expect(of('2').to!).toBeLessThan(of(undefined).from)
    expect(of(undefined).from).toBeLessThan(of('3').to!)
    expect(of(undefined).to).toBeNull()
  })

  test('is judged by other objects too', () => {
    const inOrder = judgeOf(queue as never)
    let history = returned(invoked(NO_HISTORY, 'a', { f: 'enqueue', value: 1 }), 'a')
    history = returned(invoked(history, 'a', { f: 'enqueue', value: 2 }), 'a')
    history = invoked(history, 'b', { f: 'dequeue' })
    expect(inOrder(returned(history, 'b', 1))).toBe(true)
    expect(inOrder(returned(history, 'b', 2))).toBe(false)
  })

  test('refuses what a model may not do', () => {
    expect(() => returned(NO_HISTORY, 'a')).toThrow('no operation under way')
    expect(() => invoked(invoked(NO_HISTORY, 'a', read), 'a', read)).toThrow('already has')
  })
})
