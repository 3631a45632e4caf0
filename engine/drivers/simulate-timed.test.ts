/** Random runs with clocks: `Time.faultsUntil`, after which nothing fails any more. */
import { describe, expect, test } from 'vitest'
import type { AnyNodeDefinition, Crashes, System } from '../actors/system.ts'
import { type Action, faultOf } from '../model.ts'
import { simulateSystem } from '../testing/search.ts'
import { openRole, seen, small } from '../testing/small-systems.ts'
import { Run } from './run.ts'
import { chooserOf } from './simulate.ts'
import { LiveSystem } from './simulate-live.ts'

const FAULTS_UNTIL = 300

/** Says something to the others every five milliseconds. */
const talker: AnyNodeDefinition = {
  init(ctx) {
    ctx.setTimer('talk', 5)
    return { heard: 0 }
  },
  on: { ping: (state) => void (state.heard = (state.heard + 1) % 100) },
  timers: {
    talk(_state, ctx) {
      ctx.broadcast('node', 'ping', {})
      ctx.setTimer('talk', 5)
    },
  },
}

/** Everything that may fail with a clock, as often as it likes. */
function troubled(restart: Crashes['restart'], faultsUntil?: number): System {
  return {
    ...small({ A: talker, B: talker, C: talker }),
    network: {
      duplicates: 0,
      drops: Infinity,
      partitions: { roles: ['node'], limit: 50, milliseconds: [20, 60] },
    },
    crashes: { roles: ['node'], limit: 'unlimited', restart },
    time: {
      latencies: [1, 2, 3],
      pauses: { roles: ['node'], milliseconds: [7], limit: 50 },
      jumps: { roles: ['node'], milliseconds: [9, -9], limit: 50 },
      ...(faultsUntil !== undefined && { faultsUntil }),
    },
  }
}

/** The actions of a random run, each with the millisecond at which it happens, and how the run stands at its end. */
function drawn(system: System, seed: number, milliseconds: number) {
  const live = new LiveSystem(system, null, { recorded: true })
  const chooser = chooserOf(live, seed)
  while (live.time!.now < milliseconds && chooser.step());
  let now = 0
  const timed = live.actions!.map((action): { readonly action: Action; readonly at: number } => {
    if (action.kind === 'pass') now += action.milliseconds
    return { action, at: now }
  })
  return { timed, live }
}

const seeds = Array.from({ length: 60 }, (_, index) => index + 1)

describe('faultsUntil', () => {
  test.each<Crashes['restart']>(['at once', 'later', 'never'])(
    'ends every kind of fault, where nodes that crash restart %s',
    (restart) => {
      const before = new Set<string>()
      const after = new Set<string>()
      for (const seed of seeds) {
        for (const { action, at } of drawn(troubled(restart, FAULTS_UNTIL), seed, 900).timed) {
          const fault = faultOf(action)
          if (fault !== null) (at < FAULTS_UNTIL ? before : after).add(fault)
        }
      }
      expect([...before].sort()).toEqual(['crash', 'drop', 'jump', 'partition', 'pause'])
      expect([...after]).toEqual([])
    },
  )

  test('left out, faults go on', () => {
    const late = seeds.flatMap((seed) =>
      drawn(troubled('at once'), seed, 900).timed.filter(
        ({ action, at }) => at >= FAULTS_UNTIL && faultOf(action) !== null,
      ),
    )
    expect(late.length).toBeGreaterThan(100)
  })

  test('heals the network and restarts who is down before anything else happens', () => {
    let healed = 0
    let restarted = 0
    for (const seed of seeds) {
      const { timed, live } = drawn(troubled('later', FAULTS_UNTIL), seed, 900)
      const first = timed.findIndex(({ at }) => at >= FAULTS_UNTIL)
      // The last step before is the passing of time.
      const calm = timed.slice(first + 1)
      const others = calm.findIndex(({ action }) => action.kind !== 'heal' && action.kind !== 'restart')
      const rest = calm.slice(others)
      healed += calm.slice(0, others).filter(({ action }) => action.kind === 'heal').length
      restarted += calm.slice(0, others).filter(({ action }) => action.kind === 'restart').length
      expect(rest.some(({ action }) => action.kind === 'heal' || action.kind === 'restart')).toBe(false)
      expect(live.isCut).toBe(false)
      expect(live.nodes.every(({ up }) => up)).toBe(true)
    }
    expect(healed).toBeGreaterThan(5)
    expect(restarted).toBeGreaterThan(5)
  })

  test('leaves down who never comes back', () => {
    const down = seeds.filter((seed) =>
      drawn(troubled('never', FAULTS_UNTIL), seed, 900).live.nodes.some(({ up }) => !up),
    )
    expect(down.length).toBeGreaterThan(5)
  })

  test('runs replay by hand', () => {
    for (const seed of seeds.slice(0, 8)) {
      const system = troubled('later', FAULTS_UNTIL)
      const { timed, live } = drawn(system, seed, 600)
      const run = new Run(system)
      for (const { action } of timed) run.take(action)
      expect(run.view).toEqual(live.view)
    }
  })

  test('lets a goal be asked for that faults could put off for ever', () => {
    // It counts to five, and forgets in a crash what it has counted; who looks at it asks when a second is over.
    const counting: AnyNodeDefinition = {
      init(ctx) {
        ctx.setTimer('tick', 40)
        return { count: 0 }
      },
      on: {},
      timers: {
        tick(state, ctx) {
          state.count++
          if (state.count < 5) ctx.setTimer('tick', 40)
        },
      },
    }
    const clock: AnyNodeDefinition = {
      init(ctx) {
        ctx.setTimer('over', 1_000)
        return { over: false }
      },
      on: {},
      timers: { over: (state) => void (state.over = true) },
    }
    const system = (faultsUntil?: number): System => ({
      ...small({ A: counting }),
      nodes: [
        { id: 'A', role: 'node', definition: counting },
        { id: 'W', role: 'watch', definition: clock },
      ],
      roles: { node: openRole(), watch: openRole() },
      crashes: { roles: ['node'], limit: 'unlimited', restart: 'at once' },
      time: { latencies: [1], ...(faultsUntil !== undefined && { faultsUntil }) },
      properties: [
        {
          id: 'counted',
          kind: 'always',
          violated: (view) => (seen(view, 'W')['over'] && seen(view, 'A')['count'] !== 5 ? {} : null),
        },
      ],
    })
    const bounds = { runs: 400, stepsMax: 10_000, seed: 1, millisecondsMax: 1_001 }
    expect(simulateSystem(system(FAULTS_UNTIL), bounds).findings).toEqual([])
    expect(simulateSystem(system(), bounds).findings).toHaveLength(1)
  })
})
