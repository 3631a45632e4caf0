/** Time: what is due happens first, then time passes for everybody; clocks drift and jump, nodes are held up. */
import { describe, expect, test } from 'vitest'
import { Run } from '../drivers/run.ts'
import { Fault } from '../fault.ts'
import { raft } from '../testing/raft.ts'
import { exploreSystem, simulateSystem } from '../testing/search.ts'
import { openRole, pingPong, seen, small } from '../testing/small-systems.ts'
import { ActorModel } from './actor-model.ts'
import type { AnyNodeDefinition, System, SystemProperty, Time } from './system.ts'

/** Says in its state when its timers fired, in their order. */
const alarm = (
  ...timers: readonly (readonly [name: string, milliseconds?: number])[]
): AnyNodeDefinition => ({
  init(ctx) {
    for (const [name, milliseconds] of timers) ctx.setTimer(`ring:${name}`, milliseconds)
    return { rang: [] }
  },
  on: { ping: (state, { text }) => void state.rang.push(text) },
  timers: { ring: (state, ctx) => void state.rang.push(ctx.about) },
})

const timed = (system: System, time: Partial<Time> = {}): System => ({
  ...system,
  time: { latencies: [1], ...time },
})

/** Takes every step there is while there is but one. */
function straight(system: System): Run {
  const run = new Run(system)
  for (let enabled = run.enabled(); enabled.length === 1; enabled = run.enabled()) run.take(enabled[0]!)
  expect(run.enabled()).toEqual([])
  return run
}

const rang = (run: Run, id: string): unknown => seen(run.view, id)['rang']
const now = (run: Run): number => run.record.frames.at(-1)!.now!

/** The ends that an exploration finds, as what a node has heard. */
function ends(system: System, id: string): Set<string> {
  const found = new Set<string>()
  for (;;) {
    const other: SystemProperty = {
      id: 'other',
      kind: 'eventually',
      reached: (view) => [...found].some((text) => text === JSON.stringify(seen(view, id)['rang'])),
    }
    const [finding] = exploreSystem({ ...system, properties: [other] }).findings
    if (!finding) return found
    const run = new Run(system)
    for (const action of finding.actions) run.take(action)
    found.add(JSON.stringify(rang(run, id)))
  }
}

describe('what is due happens in its order', () => {
  test('an earlier timer before a later one, whatever they are called', () => {
    const run = straight(timed(small({ A: alarm(['first', 30], ['late', 50], ['a', 40]) })))
    expect(rang(run, 'A')).toEqual(['first', 'a', 'late'])
    expect(now(run)).toBe(50)
  })

  test('a timer that is set again is due later, and one that is cancelled never', () => {
    const node: AnyNodeDefinition = {
      init(ctx) {
        ctx.setTimer('ring:one', 10)
        ctx.setTimer('ring:two', 20)
        ctx.setTimer('ring:one', 30)
        ctx.setTimer('ring:three', 5)
        ctx.cancelTimer('ring:three')
        return { rang: [] }
      },
      on: {},
      timers: { ring: (state, ctx) => void state.rang.push(ctx.about) },
    }
    expect(rang(straight(timed(small({ A: node }))), 'A')).toEqual(['two', 'one'])
  })

  test('what is due at the same time happens in any order', () => {
    expect(ends(timed(small({ A: alarm(['x', 10], ['y', 10], ['z', 11]) })), 'A')).toEqual(
      new Set(['["x","y","z"]', '["y","x","z"]']),
    )
  })

  test('a message arrives when its time has come, and each latency is tried', () => {
    const sender: AnyNodeDefinition = {
      init: (ctx) => {
        ctx.setTimer('send', 0)
        return {}
      },
      on: {},
      timers: { send: (_, ctx) => ctx.send('A', 'ping', { text: 'message' }) },
    }
    const system = small({ A: alarm(['timer', 5]), B: sender })
    expect(ends(timed(system, { latencies: [3] }), 'A')).toEqual(new Set(['["message","timer"]']))
    expect(ends(timed(system, { latencies: [3, 8] }), 'A')).toEqual(
      new Set(['["message","timer"]', '["timer","message"]']),
    )
  })

  test('states that differ in the time of day only are one', () => {
    const clock: AnyNodeDefinition = {
      init(ctx) {
        ctx.setTimer('tick', 7)
        return {}
      },
      on: {},
      timers: { tick: (_, ctx) => ctx.setTimer('tick', 7) },
    }
    // Waiting, and due.
    expect(exploreSystem(timed(small({ A: clock })))).toMatchObject({ states: 2, complete: true })
    // Which of two is due next, and how soon: 7 and 7.
    expect(exploreSystem(timed(small({ A: clock, B: clock }))).complete).toBe(true)
  })
})

describe('clocks', () => {
  test('a clock that is fast by a tenth is through with 100 ms after 91', () => {
    const run = straight(timed(small({ A: alarm(['x', 100]) }), { drift: { A: 100 } }))
    expect(now(run)).toBe(91)
  })

  test('and one that is slow by a tenth after 112: the first whole millisecond at which it has shown 100', () => {
    expect(now(straight(timed(small({ A: alarm(['x', 100]) }), { drift: { A: -100 } })))).toBe(112)
  })

  test('fractions are not lost: a tick of 1 ms a thousand times takes as long as one of a thousand', () => {
    const ticker: AnyNodeDefinition = {
      init(ctx) {
        ctx.setTimer('tick', 1)
        return { ticks: 0 }
      },
      on: {},
      timers: {
        tick(state, ctx) {
          if (++state.ticks < 1_000) ctx.setTimer('tick', 1)
        },
      },
    }
    const drift = { A: -3 }
    const many = now(straight(timed(small({ A: ticker }), { drift })))
    const one = now(straight(timed(small({ A: alarm(['x', 1_000]) }), { drift })))
    expect(Math.abs(many - one)).toBeLessThanOrEqual(1)
  })

  /** Reads its clock when a timer of 10 ms fires. */
  const reader: AnyNodeDefinition = {
    init(ctx) {
      ctx.setTimer('read', 10)
      return { read: [ctx.now()] }
    },
    on: {},
    timers: { read: (state, ctx) => void state.read.push(ctx.now()) },
  }

  test('a role that reads its clock sees it go on', () => {
    const run = straight(timed(small({ A: reader }), { readers: ['node'] }))
    expect(seen(run.view, 'A')['read']).toEqual([0, 10])
  })

  test('a clock that jumps shows it; the timer is still due after 10 ms', () => {
    const jumps = { roles: ['node'], milliseconds: [1_000], limit: 1 }
    const run = new Run(timed(small({ A: reader }), { readers: ['node'], jumps }))
    run.take({ kind: 'jump', node: 'A', milliseconds: 1_000 })
    run.take({ kind: 'pass', milliseconds: 10 })
    run.take(run.enabled()[0]!)
    expect(seen(run.view, 'A')['read']).toEqual([0, 1_010])
  })
})

describe('a clock that is set back', () => {
  const jumps = { roles: ['node'], milliseconds: [-30, 5], limit: 2 }
  const diary: AnyNodeDefinition = {
    init(ctx) {
      ctx.setTimer('read:one', 10)
      ctx.setTimer('read:two', 20)
      return { read: [] }
    },
    on: {},
    timers: { read: (state, ctx) => void state.read.push(ctx.now()) },
  }

  test('shows what it has shown before, or what was before the start; the timers take as long as ever', () => {
    const run = new Run(timed(small({ A: diary }), { readers: ['node'], jumps }))
    run.take({ kind: 'pass', milliseconds: 10 })
    run.take(run.enabled()[0]!)
    run.take({ kind: 'jump', node: 'A', milliseconds: -30 })
    expect(run.enabled()).toEqual([{ kind: 'pass', milliseconds: 10 }])
    run.take(run.enabled()[0]!)
    run.take(run.enabled()[0]!)
    expect(seen(run.view, 'A')['read']).toEqual([10, -10])
    expect(now(run)).toBe(20)
  })

  test('is tried at any moment, and no more often than it may be', () => {
    const backwards: SystemProperty = {
      id: 'backwards',
      kind: 'always',
      violated(view) {
        const [one, two] = seen(view, 'A')['read'] as number[]
        return two !== undefined && two < one! ? { one: one!, two } : null
      },
    }
    const system = timed(small({ A: diary }, { properties: [backwards] }), { readers: ['node'], jumps })
    const { findings, failure } = exploreSystem(system)
    expect(failure).toBeNull()
    expect(findings[0]!.actions.filter(({ kind }) => kind === 'jump')).toEqual([
      { kind: 'jump', node: 'A', milliseconds: -30 },
    ])
    const forwards = { ...system, time: { ...system.time!, jumps: { ...jumps, milliseconds: [30, 5] } } }
    expect(exploreSystem(forwards)).toMatchObject({ complete: true, findings: [] })
    const none = { ...system, time: { ...system.time!, jumps: { ...jumps, limit: 0 } } }
    expect(exploreSystem(none)).toMatchObject({ complete: true, findings: [] })
  })
})

describe('pauses', () => {
  const pauses = { roles: ['node'], milliseconds: [20], limit: 1 }
  const system = timed(small({ A: alarm(['x', 10], ['y', 15]), B: alarm(['z', 12]) }), { pauses })

  test('what comes due meanwhile happens when the pause is over', () => {
    const run = new Run(system)
    run.take({ kind: 'pause', node: 'A', milliseconds: 20 })
    run.take({ kind: 'pass', milliseconds: 12 })
    run.take(run.enabled()[0]!)
    expect(run.enabled()).toEqual([{ kind: 'pass', milliseconds: 8 }])
    run.take(run.enabled()[0]!)
    expect(run.enabled()).toEqual([
      { kind: 'fire', node: 'A', timer: 'ring:x' },
      { kind: 'fire', node: 'A', timer: 'ring:y' },
    ])
  })

  test.each([
    ['', {}],
    [' of which others learn', { crash: () => undefined }],
  ])('a pause ends with a crash%s', (_, noticed) => {
    const crashes = { roles: ['node'], limit: 1, restart: 'later' } as const
    const nodes = system.nodes.map((node) => ({ ...node, definition: { ...node.definition, ...noticed } }))
    const run = new Run({ ...system, nodes, crashes })
    run.take({ kind: 'pause', node: 'A', milliseconds: 20 })
    run.take({ kind: 'crash', node: 'A' })
    run.take({ kind: 'restart', node: 'A' })
    expect(run.record.frames.at(-1)!.nodes[0]!.paused).toBe(false)
    expect(run.enabled()).toEqual([{ kind: 'pass', milliseconds: 10 }])
  })

  test('the explorer tries a pause at any moment, and as often as it may be', () => {
    expect(ends(system, 'A')).toEqual(new Set(['["x","y"]', '["y","x"]']))
    expect(ends(timed(small({ A: alarm(['x', 10], ['y', 15]) })), 'A')).toEqual(new Set(['["x","y"]']))
  })
})

describe('what can’t be timed is refused', () => {
  const codeOf = (run: () => unknown): string => {
    try {
      run()
    } catch (error) {
      return error instanceof Fault ? error.code : String(error)
    }
    return 'nothing'
  }

  test.each<[string, () => unknown]>([
    ['timer-without-time', () => new Run(timed(small({ A: alarm(['x']) })))],
    ['timer-without-time', () => new Run(timed(small({ A: alarm(['x', 0.5]) })))],
    ['timer-without-time', () => new Run(timed(small({ A: alarm(['x', -1]) })))],
    ['bad-time', () => new ActorModel(timed(pingPong(), { latencies: [] }))],
    ['bad-time', () => new ActorModel(timed(pingPong(), { latencies: [1.5] }))],
    ['bad-time', () => new ActorModel(timed(pingPong(), { drift: { A: -1_000 } }))],
    ['bad-time', () => new ActorModel(timed(pingPong(), { timeouts: { tick: [] } }))],
    ['bad-time', () => new ActorModel(timed(pingPong(), { latencies: [-1] }))],
    ...[-0.5, NaN].map((milliseconds): [string, () => unknown] => [
      'bad-time',
      () =>
        new ActorModel(
          timed(pingPong(), { jumps: { roles: ['node'], milliseconds: [milliseconds], limit: 1 } }),
        ),
    ]),
    [
      'bad-time',
      () => new ActorModel(timed(pingPong(), { pauses: { roles: ['node'], milliseconds: [-1], limit: 1 } })),
    ],
    [
      'unlimited-with-clocks',
      () => new ActorModel(timed(pingPong({ network: { duplicates: 'unlimited', drops: 0 } }))),
    ],
    ['no-clock', () => new Run(timed(small({ A: { init: (ctx) => ({ now: ctx.now() }), on: {} } })))],
    ['no-clock', () => new Run(small({ A: { init: (ctx) => ({ now: ctx.now() }), on: {} } }))],
  ])('%s', (code, run) => expect(codeOf(run)).toBe(code))

  test('a step that may go on in too many ways', () => {
    const sender: AnyNodeDefinition = {
      init: (ctx) => {
        ctx.setTimer('send', 0)
        return {}
      },
      on: {},
      timers: {
        send(_, ctx) {
          for (let n = 0; n < 9; n++) ctx.send('B', 'ping', { text: String(n) })
        },
      },
    }
    const { failure } = exploreSystem(timed(small({ A: sender, B: alarm() }), { latencies: [1, 2] }))
    expect(failure?.fault.code).toBe('too-many-durations')
  })
})

describe('elections with timeouts', () => {
  const election = (timeouts: readonly number[], termMax: number): System => {
    const system = raft(2, {
      commands: 0,
      heartbeats: false,
      termMax,
      network: { duplicates: 0, drops: 0 },
      crashes: null,
    })
    return {
      ...timed(system, { latencies: [10], timeouts: { election: timeouts, heartbeat: [50] } }),
      roles: { ...system.roles, server: { ...system.roles['server']!, observe: openRole().observe! } },
      properties: [
        {
          id: 'elected',
          kind: 'eventually',
          reached: (view) =>
            view.some(({ seen: state }) => (state as { role?: string } | null)?.role === 'leader'),
        },
      ],
    }
  }

  test('with equal timeouts two servers split the vote in every term', () => {
    expect(exploreSystem(election([150], 4)).findings).toHaveLength(1)
  })

  test('with timeouts that may differ by more than a message takes, one of them may win', () => {
    const { findings } = simulateSystem(election([150, 300], 50), { runs: 50, stepsMax: 2_000, seed: 1 })
    expect(findings).toEqual([])
  })
})

test('ten minutes of five servers are some two hundred thousand steps', () => {
  const system = raft(5, { commands: 0, network: { duplicates: 0, drops: 0 }, crashes: null })
  const { steps, seed } = simulateSystem(
    timed(system, {
      latencies: [5],
      spread: { kind: 'exponential', from: 2, mean: 5 },
      timeouts: { election: [150, 300], heartbeat: [50] },
    }),
    { runs: 1, stepsMax: 1_000_000, seed: 1, millisecondsMax: 600_000 },
  )
  expect(seed).toBeNull()
  expect(steps).toBeGreaterThan(100_000)
  expect(steps).toBeLessThan(400_000)
})
