/** Random runs: repeatable, drawn so that they find what is wrong, and as strict as the explorer. */
import { describe, expect, test } from 'vitest'
import type { System, SystemProperty } from '../actors/system.ts'
import type { Context } from '../api.ts'
import { faultOf } from '../model.ts'
import { paxos } from '../testing/paxos.ts'
import { type RaftBug, raft } from '../testing/raft.ts'
import { simulateSystem } from '../testing/search.ts'
import { counter, pingPong, pinger, ponger, seen, small } from '../testing/small-systems.ts'
import { Run } from './run.ts'
import type { Choice } from './simulate-choice.ts'
import { shorten } from './simulate-shorten.ts'

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

/** The runs until a bug is found, over several first seeds, each search given up after `runs`. */
function runsUntilFound(broken: RaftBug, choice: Choice, runs: number): number {
  let total = 0
  for (const seed of [1, 10_001, 20_001]) {
    const system = raft(3, { commands: 4, broken })
    total += simulateSystem(system, { runs, stepsMax: 300, seed, choice }).runs
  }
  return total
}

describe('faults are drawn where they hurt:', () => {
  // Measured: docs/checker.md. Without weights no search ends before it is given up, or hardly one.
  test.each<[RaftBug, number]>([
    ['forgets-vote', 400],
    ['votes-before-persisting', 250],
    ['ignores-log', 40],
    ['always-truncates', 60],
  ])('a Raft that %s is found at least three times as soon', (broken, runs) => {
    const weighted = runsUntilFound(broken, 'weighted', runs)
    expect(weighted).toBeLessThan(3 * runs)
    expect(runsUntilFound(broken, 'uniform', runs)).toBeGreaterThan(Math.min(3 * weighted, 3 * runs - 1))
  })

  test('nothing is found in a Raft that is right', () => {
    for (const servers of [3, 5]) {
      const { seed, failure, steps } = simulateSystem(raft(servers), { runs: 150, stepsMax: 500, seed: 1 })
      expect({ seed, failure, steps }).toEqual({ seed: null, failure: null, steps: 75_000 })
    }
  })

  test('a run with a crash in the middle of a handler is among those of a bug that needs one', () => {
    const system = raft(3, { commands: 0, broken: 'votes-before-persisting' })
    const { findings } = simulateSystem(system, { runs: 3_000, stepsMax: 300, seed: 1 })
    const { actions } = shorten(system, findings[0]!)
    expect(actions.filter((action) => 'crashAfter' in action)).toHaveLength(1)
  })
})

describe('a goal has to be reached within some steps after faults have stopped:', () => {
  const within = 300
  const settling = { runs: 120, stepsMax: 300 + within, seed: 1, settle: { within } }

  test('Raft serves its client', () => {
    expect(simulateSystem(raft(3, { commands: 4 }), settling)).toMatchObject({ seed: null, failure: null })
  })

  test.each<RaftBug>(['never-backs-up', 'never-enters-again', 'waits-anew'])(
    'a Raft that %s is found, with its seed; without an end of the faults it is not',
    (broken) => {
      const system = raft(3, { commands: 4, broken })
      const { seed, findings } = simulateSystem(system, settling)
      expect(findings).toMatchObject([{ what: 'unsettled', seed }])
      const alone = simulateSystem(system, { ...settling, seed: seed!, runs: 1 })
      expect(alone.findings).toEqual(findings)
      expect(simulateSystem(system, { runs: 120, stepsMax: 300, seed: 1 }).seed).toBe(null)
    },
  )

  test('once they have, nothing is lost, repeated or crashes, and what is down restarts', () => {
    const system = raft(3, { commands: 4, broken: 'never-backs-up' })
    const [finding] = simulateSystem(system, settling).findings
    const { actions, calmFrom } = finding!
    expect(actions).toHaveLength(calmFrom + within)
    const calm = actions.slice(calmFrom)
    expect(calm.filter((action) => faultOf(action) !== null)).toEqual([])
    const run = new Run(system)
    for (const action of actions) run.take(action)
    expect(run.record.frames.at(-1)!.nodes.every(({ up }) => up)).toBe(true)
    expect(run.hasHeld(finding!.property)).toBe(false)
  })

  test('a goal that was reached before counts, though it holds no longer', () => {
    const passing: SystemProperty = {
      id: 'once',
      kind: 'eventually',
      reached: (view) => seen(view, 'A')['count'] === 1,
    }
    const system = small({ A: counter(3) }, { properties: [passing] })
    expect(simulateSystem(system, { ...settling, runs: 20 }).findings).toEqual([])
    expect(simulateSystem(system, { runs: 20, stepsMax: 20, seed: 1 }).findings).toEqual([])
  })

  test('the steps before are cut down, and what follows shows that nothing comes of waiting', () => {
    const system = raft(3, { commands: 4, broken: 'never-enters-again' })
    const [finding] = simulateSystem(system, settling).findings
    const shorter = shorten(system, finding!, within)
    expect(shorter.minimised.minimal).toBe(true)
    expect(shorter.calmFrom).toBeLessThan(30)
    expect(shorter.actions).toHaveLength(shorter.calmFrom + within)
    const run = new Run(system)
    for (const action of shorter.actions) run.take(action)
    expect(run.hasHeld(finding!.property)).toBe(false)
  })
})

describe('what is wrong with an answer is found however late it comes:', () => {
  type State = Record<string, unknown>
  type Ticking = Context<Record<string, unknown>>

  /** A node whose timer counts to a thousand, in runs so long that most calls are not looked at closely. */
  const late = (act: (state: State, ctx: Ticking) => void): System =>
    small({
      A: {
        init(ctx) {
          ctx.setTimer('tick')
          return { count: 0 }
        },
        on: { ping: () => undefined },
        timers: {
          tick(state: State, ctx: Ticking) {
            state['count'] = Number(state['count']) + 1
            ctx.setTimer('tick')
            if (state['count'] === 3_000) act(state, ctx)
          },
        },
      },
    })

  test.each<[string, string, (state: State, ctx: Ticking) => void]>([
    ['an error', 'handler-threw', () => JSON.parse('{')],
    ['a set in the state', 'not-plain', (state) => (state['set'] = new Set())],
    ['a set deep in the state', 'not-plain', (state) => (state['list'] = [[new Set()]])],
    ['a function in the state', 'not-plain', (state) => (state['list'] = () => 1)],
    ['a cycle in the state', 'not-plain', (state) => (state['self'] = state)],
    ['a state that is too large', 'too-large', (state) => (state['text'] = 'x'.repeat(200_000))],
    ['a message that is not plain', 'not-plain', (_state, ctx) => ctx.send('A', 'ping', { at: new Date(0) })],
    ['a message that it may not send', 'unknown-message', (_state, ctx) => ctx.send('A', 'pin', {})],
    ['a disk that is not plain', 'not-plain', (_state, ctx) => ctx.persist(new Map())],
    [
      'an endless recursion',
      'endless-recursion',
      function endless(): void {
        endless()
        endless()
      },
    ],
  ])('%s', (_, code, act) => {
    const { failure, steps } = simulateSystem(late(act), { runs: 1, stepsMax: 4_000, seed: 1 })
    expect(failure?.fault.code).toBe(code)
    expect(failure?.fault.parameters).toMatchObject({ node: 'A', handler: 'timers.tick' })
    expect(failure?.actions).toHaveLength(3_000)
    expect(steps).toBe(3_000)
  })

  test('a number kept outside the state', () => {
    let calls = 0
    const system = late(() => undefined)
    const { timers } = system.nodes[0]!.definition
    timers!['tick'] = (state: State, ctx: Ticking) => {
      calls++
      state['count'] = Number(state['count']) + (calls > 3_000 ? calls : 1)
      ctx.setTimer('tick')
    }
    expect(() => simulateSystem(system, { runs: 10, stepsMax: 1_000, seed: 1 })).toThrow(/not-deterministic/)
  })

  test('but an object of its state that a handler froze is thawed, as everywhere else', () => {
    const node = {
      init(ctx: Ticking) {
        ctx.setTimer('tick')
        return { list: [] as number[] }
      },
      on: {},
      timers: {
        tick(state: { list: number[] }, ctx: Ticking) {
          state.list.push(state.list.length)
          Object.freeze(state.list)
          if (state.list.length < 5) ctx.setTimer('tick')
        },
      },
    }
    const goal: SystemProperty = {
      id: 'five',
      kind: 'eventually',
      reached: (view) => (seen(view, 'A')['list'] as unknown[]).length === 5,
    }
    const result = simulateSystem(small({ A: node }, { properties: [goal] }), {
      runs: 3,
      stepsMax: 9,
      seed: 1,
    })
    expect(result).toMatchObject({ seed: null, failure: null, findings: [] })
  })
})
