/** Bounds in words: what a configuration contains, how much of it was seen, and nothing claimed that was not looked at. */
import { describe, expect, test } from 'vitest'
import type { Crashes, Network, Spread, System } from '../actors/system.ts'
import type { MessageData } from '../model.ts'
import type { Bounds, CheckReport, Verdict } from '../report.ts'
import { scopeOf } from '../scope.ts'
import { counter, small } from '../testing/small-systems.ts'
import { form } from './counted.ts'
import { en } from './en.ts'
import { idleInWords } from './explain.ts'
import { configurationInWords, extentInWords, reductionInWords, scopeInWords } from './scope.ts'

const WORDS = { node: 'server | servers', ballots: 'ballot | ballots' }

const said = (nodes: number, network: Network, crashes: Crashes | null, counts = {}): string => {
  const names = ['A', 'B', 'C', 'D', 'E'].slice(0, nodes)
  const system = small(Object.fromEntries(names.map((id) => [id, counter(1)])), { network, crashes })
  return scopeInWords(scopeOf(system, counts), WORDS, en)
}
const once: Network = { duplicates: 0, drops: 0 }
const anything: Network = { duplicates: 'unlimited', drops: 0 }

describe('what was tried', () => {
  test.each([
    [said(3, once, null), '3 servers; every message arrives once, in any order; nobody crashes'],
    [said(1, once, null), '1 server; every message arrives once, in any order; nobody crashes'],
    [
      said(3, anything, { roles: ['node'], limit: 'unlimited', restart: 'at once' }, { ballots: 3 }),
      '3 servers, 3 ballots; any message may be late, lost or repeated; any server may crash and restart, any number of times',
    ],
    [
      said(3, { duplicates: 1, drops: 0 }, { roles: ['node'], limit: 1, restart: 'later' }, { ballots: 1 }),
      '3 servers, 1 ballot; messages arrive in any order; at most 1 repetition and 1 crash of any server; what crashes may restart later',
    ],
    [
      said(2, { duplicates: 2, drops: 3 }, { roles: ['node'], limit: 2, restart: 'never' }),
      '2 servers; messages arrive in any order; at most 2 repetitions and 3 losses and 2 crashes of any server; what crashes stays down',
    ],
    [
      said(2, once, { roles: ['node'], limit: 'unlimited', restart: 'never' }),
      '2 servers; every message arrives once, in any order; any server may crash and stay down',
    ],
    [
      said(2, once, { roles: ['node'], limit: 0, restart: 'never' }),
      '2 servers; every message arrives once, in any order; nobody crashes',
    ],
  ])('%s', (words, expected) => expect(words).toBe(expected))

  test('clocks, pauses, jumps and connections', () => {
    const system = {
      ...small({ A: counter(1) }, { network: { duplicates: 0, drops: 1 } }),
      time: {
        latencies: [1, 5],
        pauses: { roles: ['node'], milliseconds: [2_000], limit: 1 },
        jumps: { roles: ['node'], milliseconds: [10, 20], limit: 2 },
        readers: ['node'],
      },
    }
    expect(scopeInWords(scopeOf(system), WORDS, en)).toBe(
      '1 server; messages arrive in any order; at most 1 loss and 1 pause of any server for 2,000 ms and 2 jumps of any server’s clock by 10 or 20 ms; nobody crashes; a message takes 1 or 5 ms',
    )
    const jumpsOf = (...milliseconds: number[]): string =>
      scopeInWords(
        scopeOf({ ...system, time: { latencies: [1], jumps: { roles: ['node'], milliseconds, limit: 1 } } }),
        WORDS,
        en,
      )
    expect(jumpsOf(-500)).toContain('1 jump of any server’s clock back by 500 ms')
    expect(jumpsOf(10, -500)).toContain('1 jump of any server’s clock by 10 ms or back by 500 ms')
    const streams = { of: () => '', broken: ([first]: readonly MessageData[]) => first! }
    const connected = { ...system, network: { duplicates: 0, drops: 1, streams } }
    expect(scopeInWords(scopeOf(connected), WORDS, en)).toContain(
      'messages of one connection arrive in order; at most 1 broken connection and',
    )
  })

  test('a message that takes what is drawn takes that in random runs, and the times of its list in the others', () => {
    const system = small({ A: counter(1) }, { network: once })
    const takes = (spread: Spread, driver: 'explore' | 'simulate'): string =>
      scopeInWords(scopeOf({ ...system, time: { latencies: [1], spread } }, {}, driver), WORDS, en)
        .split('; ')
        .at(-1)!
    const uniform: Spread = { kind: 'uniform', from: 1, to: 2_000 }
    expect(takes(uniform, 'simulate')).toBe('a message takes 1 to 2,000 ms')
    expect(takes({ ...uniform, to: 1 }, 'simulate')).toBe('a message takes 1 ms')
    expect(takes({ kind: 'exponential', from: 1, mean: 8 }, 'simulate')).toBe(
      'a message takes at least 1 ms, and 9 ms on average',
    )
    expect(takes(uniform, 'explore')).toBe('a message takes 1 ms')
  })

  test('partitions, where the runs are random', () => {
    const network = { duplicates: 0, drops: 0, partitions: { roles: ['node'], limit: 2 } }
    const system = small({ A: counter(1), B: counter(1) }, { network })
    const inWords = (of: System): string => scopeInWords(scopeOf(of, {}, 'simulate'), WORDS, en)
    expect(inWords(system)).toBe(
      '2 servers; every message arrives once, in any order; at most 2 partitions of the servers; nobody crashes',
    )
    const lasting = (...milliseconds: number[]): System => ({
      ...system,
      network: { ...network, partitions: { roles: ['node'], limit: 1, milliseconds } },
      time: { latencies: [5] },
    })
    expect(inWords(lasting(300, 2_000))).toContain(
      '; at most 1 partition of the servers for 300 to 2,000 ms;',
    )
    expect(inWords(lasting(300))).toContain('; at most 1 partition of the servers for 300 ms;')
    expect(scopeInWords(scopeOf(system, {}, 'explore'), WORDS, en)).not.toContain('partition')
    const none = { ...system, network: { ...network, partitions: { roles: ['node'], limit: 0 } } }
    expect(inWords(none)).not.toContain('partition')
  })

  test('a role without words is not spoken of, and a language may have one form', () => {
    const scope = scopeOf(small({ A: counter(1), B: counter(1) }))
    expect(scopeInWords(scope, {}, en)).toBe('every message arrives once, in any order; nobody crashes')
    expect(scopeInWords(scope, { node: '服务器' }, { ...en, 'scope.count': '{count} 台{what}' })).toContain(
      '2 台服务器',
    )
    expect([form('a | b', 1), form('a | b', 0), form('a | b', 2), form('c', 2)]).toEqual(['a', 'b', 'b', 'c'])
  })
})

const scope = scopeOf(small({ A: counter(1), B: counter(1) }))
const explored: Bounds = { driver: 'explore', configuration: 'c', statesMax: 10, stepsMax: 10, scope }

function check(verdict: Verdict, states: number, more: Partial<CheckReport> = {}): CheckReport {
  return {
    id: 'c/p',
    kind: 'always',
    property: 'p',
    verdict,
    states,
    steps: 0,
    depth: 0,
    bounds: explored,
    message: { code: '', parameters: {} },
    trace: null,
    record: null,
    doomedAt: null,
    comparison: null,
    ...more,
  }
}

describe('how much of it was looked at', () => {
  const reduction = { symmetry: [['X', 'Y', 'Z']], partialOrder: true, represented: 80_284 }

  test('is the number of states, and how many they stand for where that is more', () => {
    expect(extentInWords(check('passed', 412_006), en)).toBe('every interleaving, 412,006 states')
    expect(extentInWords(check('passed', 1), en)).toBe('every interleaving, 1 state')
    expect(extentInWords(check('passed', 13_512, { reduction }), en)).toBe(
      'every interleaving, 13,512 states that stand for 80,284',
    )
    for (const represented of [null, 13_512]) {
      const one = check('passed', 13_512, { reduction: { ...reduction, represented } })
      expect(extentInWords(one, en)).toBe('every interleaving, 13,512 states')
    }
  })

  test('is a number of runs where they are random', () => {
    const bounds: Bounds = { ...explored, driver: 'simulate', runs: 2_000, seed: 1, stepsMax: 200 }
    expect(extentInWords({ bounds: { ...bounds, milliseconds: 600_000 }, states: 9 }, en)).toBe(
      '2,000 random runs of 600,000 ms and at most 200 steps, seeds 1 to 2000; a sample, no proof',
    )
    expect(extentInWords(check('passed', 0, { bounds }), en)).toBe(
      '2,000 random runs of at most 200 steps, seeds 1 to 2000; a sample, no proof',
    )
    expect(extentInWords(check('passed', 0, { bounds: { ...bounds, settleWithin: 60 } }), en)).toContain(
      '; then at most 60 steps without faults',
    )
  })

  test('is claimed only where everything was looked at', () => {
    const inWords = (...checks: CheckReport[]): string => configurationInWords(checks, WORDS, en)
    const whole = '2 servers; every message arrives once, in any order; nobody crashes'
    expect(inWords(check('passed', 5))).toBe(`${whole}: every interleaving, 5 states`)
    expect(inWords(check('passed', 5), check('failed', 5))).toBe(whole)
    expect(inWords(check('inconclusive', 5))).toBe(whole)
    expect(inWords(check('error', 5))).toBe(whole)
    expect(inWords(check('not-run', 0))).toBe(whole)
    // Nothing but goals, all reached, and the bound was hit all the same.
    expect(inWords(check('passed', 5, { bounds: { ...explored, hit: 'states' } }))).toBe(whole)
    const unreachable = { message: { code: 'check.failed.unreachable', parameters: {} } }
    expect(inWords(check('failed', 5, unreachable))).toBe(`${whole}: every interleaving, 5 states`)
    expect(inWords()).toBe('')
  })

  test('says how the search was made smaller, group by group', () => {
    expect(reductionInWords(reduction, en)).toBe(
      'X, Y and Z are interchangeable: states that differ by their names only were looked at once. Messages that no longer matter are left out.',
    )
    const groups = {
      ...reduction,
      symmetry: [
        ['Y', 'Z'],
        ['A', 'B', 'C'],
      ],
      partialOrder: false,
    }
    expect(reductionInWords(groups, en)).toBe(
      'Y and Z are interchangeable, so are A, B and C: states that differ by their names only were looked at once.',
    )
    expect(reductionInWords({ ...reduction, symmetry: [], partialOrder: false }, en)).toBe('')
    expect(reductionInWords(undefined, en)).toBe('')
  })

  test('leaves out what a report from before says of roles', () => {
    const before = { ...reduction, symmetry: ['acceptor'] as never, partialOrder: false }
    expect(reductionInWords(before, en)).toBe('')
  })
})

test('steps that played no part are named, those in a row together', () => {
  expect(idleInWords([], en)).toBe('')
  expect(idleInWords([4], en)).toBe('Step 4 played no part.')
  expect(idleInWords([2, 5], en)).toBe('Steps 2 and 5 played no part.')
  expect(idleInWords([2, 5, 6, 7, 9, 10], en)).toBe('Steps 2, 5–7, 9 and 10 played no part.')
})

test('of many steps here and there it is said how many played no part', () => {
  const everyOther = (count: number) => Array.from({ length: count }, (_, index) => 2 * index + 1)
  expect(idleInWords(everyOther(8), en)).toBe('Steps 1, 3, 5, 7, 9, 11, 13 and 15 played no part.')
  expect(idleInWords(everyOther(9), en)).toBe('9 of the steps played no part.')
})
