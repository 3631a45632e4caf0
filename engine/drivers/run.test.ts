/** A run driven by hand or from a trace: the same states as the explorer's, and nothing that could not happen. */
import { describe, expect, test } from 'vitest'
import type { System } from '../actors/system.ts'
import { Fault } from '../fault.ts'
import { type Action, successorRows } from '../model.ts'
import { canonical } from '../plain.ts'
import { paxos } from '../testing/paxos.ts'
import { exploreSystem, exploredRows } from '../testing/search.ts'
import { counter, pingPong, pinger, ponger, seen, small } from '../testing/small-systems.ts'
import { twoPhaseCommit } from '../testing/two-phase-commit.ts'
import { type RunRecord, causalPast } from '../trace/record.ts'
import { Run, replay } from './run.ts'

const ping: Action = { kind: 'deliver', to: 'B', message: { from: 'A', type: 'ping', fields: {} } }
const pong: Action = { kind: 'deliver', to: 'A', message: { from: 'B', type: 'pong', fields: {} } }
const dropPing: Action = { ...ping, kind: 'drop' }
const duplicatePing: Action = { ...ping, kind: 'duplicate' }

function taken(system: System, ...actions: Action[]): Run {
  const run = new Run(system)
  for (const action of actions) run.take(action)
  return run
}

/** What a run refuses with: the parameters of `diverged`. */
function divergence(act: () => unknown): Fault['parameters'] {
  try {
    act()
  } catch (error) {
    if (error instanceof Fault && error.code === 'diverged') return error.parameters
    throw error
  }
  throw new Error('nothing diverged')
}

describe('replay', () => {
  const crashes = { roles: ['acceptor'], limit: 1, restart: 'at once' } as const
  const systems: [string, System][] = [
    [
      'ping and pong with every fault',
      pingPong({
        network: { duplicates: 1, drops: 1 },
        crashes: { roles: ['node'], limit: 1, restart: 'later' },
      }),
    ],
    ['two-phase commit', twoPhaseCommit(2)],
    [
      'Paxos with crashes in the middle of handlers',
      paxos(1, { crashes, network: { duplicates: 'unlimited', drops: 0 } }),
    ],
  ]
  test.each(systems)('of the explorer’s path to each state of %s gives that state', (_, system) => {
    const { model, rows } = exploredRows(system)
    // The path to each row, worked out again from the initial one.
    const paths = new Map<string, Action[]>([[rows[0]!.join(), []]])
    for (const row of rows) {
      const path = paths.get(row.join())!
      successorRows(model, row).forEach((target, index) => {
        if (!paths.has(target.join())) paths.set(target.join(), [...path, model.actionAt(row, index)])
      })
      const run = taken(system, ...path)
      const locals = system.nodes.map(
        (_, node) => model.behaviour.locals.values[model.localAt(node, row[node]!)]!,
      )
      const frame = run.record.frames.at(-1)!
      expect(
        canonical(
          frame.nodes.map(({ up, state, disk, timers }) => [up, state, disk, timers]),
          'run',
        ),
      ).toBe(
        canonical(
          locals.map(({ up, state, disk, timers }) => [up, state, disk, timers]),
          'rows',
        ),
      )
      expect(run.inspection).toBe(model.inspect(row))
      expect(run.stuck).toBe(successorRows(model, row).length === 0)
      if (system.network.duplicates === 'unlimited') continue
      const inFlight = frame.inFlight.map(({ to, from, type, fields }) =>
        JSON.stringify([to, from, type, fields]),
      )
      const inboxes = system.nodes.flatMap(({ id }, node) =>
        model.inboxAt(node, row[node]!).map((message) => {
          const { from, type, fields } = model.messageData(message)
          return JSON.stringify([id, from, type, fields])
        }),
      )
      expect(inFlight.sort()).toEqual(inboxes.sort())
    }
  })

  test('that can’t go on names the step, the action and the node', () => {
    expect(divergence(() => replay(pingPong(), [ping, pong, pong]))).toEqual({
      step: 3,
      action: 'deliver',
      about: 'pong',
      node: 'A',
    })
  })

  test.each<[string, Action[]]>([
    ['a node that does not exist', [{ kind: 'crash', node: 'Z' }]],
    ['a receiver that does not exist', [{ ...ping, to: 'Z' }]],
    ['a partition of nodes that don’t exist', [{ kind: 'partition', groups: [['A'], ['Z']] }]],
    ['a message with other fields', [{ ...ping, message: { ...ping.message, fields: { number: 1 } } }]],
    ['a message that was lost', [dropPing, ping]],
    ['a timer that is not pending', [{ kind: 'fire', node: 'A', timer: 'tick' }]],
    ['a restart of a node that is up', [{ kind: 'restart', node: 'A' }]],
    [
      'a crash of a node that is down',
      [
        { kind: 'crash', node: 'A' },
        { kind: 'crash', node: 'A' },
      ],
    ],
    ['a crash after more effects than the handler has', [{ ...ping, crashAfter: 2 }]],
    ['a resumption of a node that is not paused', [{ kind: 'resume', node: 'A' }]],
    ['a healing of a whole network', [{ kind: 'heal' }]],
    ['an action of a model without nodes', [{ kind: 'act', name: 'Phase1a', parameters: [] }]],
  ])('diverges at %s', (_, actions) => {
    expect(divergence(() => replay(pingPong(), actions))).toMatchObject({ step: actions.length })
  })

  test('of a trace whose handler now throws gives that fault', () => {
    const fragile = { ...ponger, on: { ping: () => JSON.parse('{') as void } }
    expect(() => replay(small({ A: pinger, B: fragile }), [ping])).toThrow(/handler-threw/)
  })
})

describe('by hand', () => {
  test('what is enabled are the deliveries, timers and restarts that may come next', () => {
    expect(new Run(pingPong()).enabled()).toEqual([ping])
    expect(taken(pingPong(), ping).enabled()).toEqual([pong])
    expect(new Run(small({ A: counter(1) })).enabled()).toEqual([{ kind: 'fire', node: 'A', timer: 'tick' }])
    expect(taken(small({ A: counter(1) }), { kind: 'crash', node: 'A' }).enabled()).toEqual([
      { kind: 'restart', node: 'A' },
    ])
  })

  test('every enabled and every hand action can be taken', () => {
    const run = taken(pingPong(), { kind: 'partition', groups: [['A'], ['B']] })
    for (const action of [...run.enabled(), ...run.handActions()]) {
      run.take(action)
      run.backTo(1)
    }
    expect(run.handActions().map(({ kind }) => kind)).toEqual([
      'drop',
      'duplicate',
      'crash',
      'pause',
      'crash',
      'pause',
      'heal',
    ])
  })

  test('a message that was lost does not arrive, one that was repeated arrives twice', () => {
    expect(taken(pingPong(), dropPing).enabled()).toEqual([])
    const run = taken(pingPong(), duplicatePing, ping, ping)
    expect(seen(run.view, 'B')).toEqual({ pings: 2 })
    expect(divergence(() => run.take(ping))).toMatchObject({ step: 4 })
  })

  test('in a network that repeats, a message that has arrived may arrive again', () => {
    const run = taken(pingPong({ network: { duplicates: 'unlimited', drops: 0 } }), ping, ping, ping)
    expect(seen(run.view, 'B')).toEqual({ pings: 3 })
  })

  test('messages wait for a node that is paused, and for a network that is cut', () => {
    const pause: Action = { kind: 'pause', node: 'B' }
    const run = taken(pingPong(), pause)
    expect(run.enabled()).toEqual([])
    expect(divergence(() => run.take(ping))).toMatchObject({ step: 2 })
    run.take({ kind: 'resume', node: 'B' })
    expect(run.enabled()).toEqual([ping])

    const cut = taken(pingPong(), { kind: 'partition', groups: [['A'], ['B']] })
    expect(cut.enabled()).toEqual([])
    expect(divergence(() => cut.take(ping))).toMatchObject({ step: 2 })
    cut.take({ kind: 'heal' })
    expect(cut.enabled()).toEqual([ping])
    expect(taken(pingPong(), { kind: 'partition', groups: [['A', 'B'], []] }).enabled()).toEqual([ping])
  })

  test('a crash leaves the disk, and a restart starts from it', () => {
    const tick: Action = { kind: 'fire', node: 'A', timer: 'tick' }
    const run = taken(small({ A: counter(2) }), tick, { kind: 'crash', node: 'A' })
    expect(run.record.frames.at(-1)!.nodes[0]).toMatchObject({
      up: false,
      state: null,
      disk: { count: 1 },
      timers: [],
    })
    run.take({ kind: 'restart', node: 'A' })
    expect(run.record.frames.at(-1)!.nodes[0]).toMatchObject({
      up: true,
      state: { count: 1, restarted: true },
      timers: ['tick'],
    })
  })

  test('a crash in the middle of a handler names what it undid', () => {
    const tick: Action = { kind: 'fire', node: 'A', timer: 'tick', crashAfter: 1 }
    const crashes = { roles: ['node'], limit: 1, restart: 'at once' } as const
    const run = taken(small({ A: counter(2) }, { crashes }), tick)
    expect(run.record.steps[0]).toMatchObject({ lost: ['setTimer'], node: 'A' })
    expect(run.record.frames[1]!.nodes[0]).toMatchObject({ state: { count: 1, restarted: true } })
  })

  test('undo gives back the run as it was, and the same steps may be taken again', () => {
    const system = pingPong({ network: { duplicates: 'unlimited', drops: 0 } })
    const run = taken(system, ping, pong)
    const whole = run.record
    run.backTo(1)
    expect(run.record).toEqual(replay(system, [ping]))
    run.take(pong)
    expect(run.record).toEqual(whole)
    run.backTo(0)
    expect(divergence(() => run.take(pong))).toMatchObject({ step: 1 })
    run.backTo(5)
    expect(run.length).toBe(0)
  })
})

describe('a step knows', () => {
  test('which fields it changed, and what it sent', () => {
    const { steps } = replay(small({ A: counter(2) }), [{ kind: 'fire', node: 'A', timer: 'tick' }])
    expect(steps[0]).toMatchObject({ changed: ['count', 'disk'], sent: [], persisted: [0], ignored: false })
    expect(replay(pingPong(), [ping]).steps[0]).toMatchObject({
      sent: [{ id: '1.0', type: 'pong', sentAt: 1 }],
      ignored: false,
    })
  })

  test('that a message was ignored', () => {
    const deaf = { ...ponger, on: { ping: () => undefined } }
    expect(replay(small({ A: pinger, B: deaf }), [ping]).steps[0]).toMatchObject({
      ignored: true,
      changed: [],
    })
  })

  test('what happened before it, as Lamport defines it, and nothing else', () => {
    const { findings } = exploreSystem(paxos(2, { broken: true }))
    const actions = findings.find(({ property }) => property === 0)!.actions
    const record = replay(paxos(2, { broken: true }), actions)
    const before = happenedBefore(record)
    for (const { number } of record.steps)
      expect([...causalPast(record, number)].sort()).toEqual(before(number))
    // Two steps of the run know nothing of each other.
    expect(record.steps.some(({ number }) => before(number).length < number)).toBe(true)
  })
})

/** Happened-before as the closure of two rules, by vector clocks: independent of `causes`. */
function happenedBefore({ steps }: RunRecord): (number: number) => number[] {
  const clockOfStep: Set<number>[] = [new Set()]
  const clockOfNode = new Map<string, Set<number>>()
  for (const { number, node, received } of steps) {
    const clock = new Set([
      ...(clockOfNode.get(node!) ?? []),
      ...(received ? clockOfStep[received.sentAt]! : []),
      number,
    ])
    clockOfStep.push(clock)
    clockOfNode.set(node!, clock)
  }
  return (number) => [...clockOfStep[number]!].sort()
}
