/** Random runs: repeatable, and their failures cut down to what is needed. */
import { describe, expect, test } from 'vitest'
import type { SystemProperty } from '../actors/system.ts'
import { paxos } from '../testing/paxos.ts'
import { simulateSystem } from '../testing/search.ts'
import { counter, pingPong, pinger, ponger, seen, small } from '../testing/small-systems.ts'
import { minimise } from '../trace/minimise.ts'
import { Run } from './run.ts'

const broken = paxos(2, { broken: true, crashes: { roles: ['acceptor'], limit: 2, restart: 'at once' } })
const bounds = { runs: 5_000, stepsMax: 60, seed: 1 }

/** A sends four messages in any order, and one order in which they may arrive is a failure. */
const chatter = small(
  {
    A: {
      init(ctx) {
        for (const name of ['a', 'b', 'c', 'd']) ctx.setTimer(name)
        return { sent: 0 }
      },
      on: {},
      timers: Object.fromEntries(
        ['a', 'b', 'c', 'd'].map((name) => [
          name,
          (state: { sent: number }, ctx: Sender) => ctx.send('B', 'ping', { name, order: state.sent++ }),
        ]),
      ),
    },
    B: {
      init: () => ({ names: '' }),
      on: { ping: (state, { name }) => void (state.names += name) },
    },
  },
  {
    properties: [
      { id: 'order', kind: 'always', violated: (view) => (seen(view, 'B')['names'] === 'cadb' ? {} : null) },
    ],
  },
)

interface Sender {
  send(to: string, type: string, fields: unknown): void
}

describe('simulate', () => {
  test('gives with the same seed the same run', () => {
    const first = simulateSystem(broken, bounds)
    expect(first.findings.some(({ property }) => property === 0)).toBe(true)
    expect(simulateSystem(broken, bounds)).toEqual(first)
  })

  test('gives with the seed that it names the same failure at once, whatever ran before', () => {
    // A message that was met in an earlier run has its number from there, and numbers must not decide.
    let runsBefore = 0
    for (const first of [1, 101, 201, 301, 401]) {
      const { seed, findings } = simulateSystem(chatter, { ...bounds, seed: first })
      runsBefore += seed! - first
      const alone = simulateSystem(chatter, { ...bounds, seed: seed!, runs: 1 })
      expect(alone.findings).toMatchObject(findings.map(({ actions }) => ({ actions })))
    }
    expect(runsBefore).toBeGreaterThan(20)
  })

  test('gives with other seeds other runs', () => {
    const actions = [1, 2, 3, 4].map(
      (seed) => simulateSystem(broken, { ...bounds, seed: seed * 10_000 }).findings,
    )
    expect(new Set(actions.map((findings) => JSON.stringify(findings))).size).toBeGreaterThan(1)
  })

  test('ends each run at its bound of steps', () => {
    const { runs, steps, depth, seed } = simulateSystem(paxos(3), { runs: 10, stepsMax: 5, seed: 1 })
    expect({ runs, steps, depth, seed }).toEqual({ runs: 10, steps: 50, depth: 5, seed: null })
  })

  test('finds a dead end short of the goal', () => {
    const answered: SystemProperty = {
      id: 'answered',
      kind: 'eventually',
      reached: (view) => seen(view, 'A')['pongs'] === 1,
    }
    const system = pingPong({ network: { duplicates: 0, drops: 1 }, properties: [answered] })
    const { findings, seed } = simulateSystem(system, bounds)
    expect(findings).toHaveLength(1)
    expect(findings[0]!.actions.at(-1)).toMatchObject({ kind: 'drop' })
    expect(seed).not.toBe(null)
  })

  test('gives the run up to a handler that throws', () => {
    const fragile = { ...ponger, on: { ping: () => JSON.parse('{') as void } }
    const { failure, seed } = simulateSystem(small({ A: pinger, B: fragile, C: counter(3) }), bounds)
    expect(failure?.fault.code).toBe('handler-threw')
    expect(failure?.actions.at(-1)).toMatchObject({ kind: 'deliver', to: 'B' })
    expect(seed).toBe(1)
  })
})

describe('minimise', () => {
  const fails = (actions: Parameters<typeof minimise>[0]): boolean => {
    const run = new Run(broken)
    try {
      for (const action of actions) run.take(action)
    } catch {
      return false
    }
    return (run.inspection & 1) === 0
  }

  test('leaves a run that still happens, still fails, and needs each of its actions', () => {
    for (const seed of [1, 500, 1_000]) {
      const { findings } = simulateSystem(broken, { ...bounds, seed })
      const { actions } = findings.find(({ property }) => property === 0)!
      const minimal = minimise(actions, fails)
      expect(fails(minimal)).toBe(true)
      expect(minimal.length).toBeLessThan(actions.length)
      minimal.forEach((_, index) => expect(fails(minimal.toSpliced(index, 1))).toBe(false))
    }
  })

  test('keeps the order, and leaves nothing out of a run that needs all', () => {
    const actions = [1, 2, 3, 4, 5].map((number) => ({ kind: 'restart', node: String(number) }) as const)
    expect(minimise(actions, (part) => part.length === 5)).toEqual(actions)
    expect(minimise(actions, (part) => part.includes(actions[1]!) && part.includes(actions[4]!))).toEqual([
      actions[1],
      actions[4],
    ])
    expect(minimise(actions, () => true)).toEqual([])
  })
})
