/**
 * The simulator's nodes live on from step to step. What comes of each action has to be what the explorer's model and a
 * run by hand make of it, for every system, and nothing may happen that the model does not allow.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Repetition, SPARSE } from '../actors/repetition.ts'
import type { AnyNodeDefinition, Network, Streams, System, SystemHistory, Time } from '../actors/system.ts'
import { compared, pictureOfLive, pictureOfRow } from '../testing/compared-run.ts'
import { paxos } from '../testing/paxos.ts'
import { raft, raftElection } from '../testing/raft.ts'
import { exploredRows } from '../testing/search.ts'
import { counter, pingPong, small } from '../testing/small-systems.ts'
import { tableSystem, tables } from '../testing/table-protocol.ts'
import { twoPhaseCommit } from '../testing/two-phase-commit.ts'
import { chooserOf } from './simulate.ts'
import type { Choice } from './simulate-choice.ts'
import { LiveSystem } from './simulate-live.ts'

const atOnce = { roles: ['acceptor'], limit: 'unlimited', restart: 'at once' } as const
const everyFault = {
  network: { duplicates: 2, drops: 2 },
  crashes: { roles: ['node'], limit: 2, restart: 'later' },
} as const

/** Who received what from whom, of all steps. */
const everything: SystemHistory = {
  initial: { events: 0, last: null },
  record: ({ node, received, sent }) =>
    received === null && sent.length === 0 ? null : { node, received, sent },
  after: (history: { events: number }, last) => ({ events: Math.min(history.events + 1, 5), last }),
}

/** A handler that keeps what others hold: parts of messages, a list of its module, the same list twice. */
const KEPT: readonly string[] = Object.freeze(['kept'])
const careless: AnyNodeDefinition = {
  init(ctx) {
    ctx.setTimer('tick')
    return { log: [], last: null, same: null, again: null }
  },
  on: {
    ping(state, message, ctx) {
      state.last = message
      state.same = message.list
      message.list.push('received')
      ctx.persist(state)
      message.list.push('persisted')
      ctx.reply('pong', message)
      message.list.push('answered')
      if (state.log.length < 3) state.log.push(message.list)
    },
    pong(state, message) {
      state.same = state.log
      state.again = state.log
      state.log = KEPT
      state.nothing = undefined
      state.zero = -0
      state.last = message
    },
  },
  timers: {
    tick(state, ctx) {
      // Of a list of the module only the copy is changed, and of a list that stands in two places only one.
      if (state.same?.length < 4) state.same.push('tick')
      if (state.log.length < 4) state.log.push('tock')
      const list = state.again ?? []
      ctx.send(ctx.self === 'A' ? 'B' : 'A', 'ping', { list: list.slice(0, 2), undefined })
      ctx.setTimer('tick')
      delete state.nothing
    },
  },
  restart: (disk, ctx) => {
    ctx.setTimer('tick')
    return disk ?? { log: [], last: null, same: null, again: null }
  },
}

/** Pauses and jumps of a role. */
function clockFaults(role: string): Pick<Time, 'pauses' | 'jumps'> {
  return {
    pauses: { roles: [role], milliseconds: [2, 20], limit: 2 },
    jumps: { roles: [role], milliseconds: [3, -4], limit: 2 },
  }
}

/** Two nodes that are parted from each other now and then. */
const parting: Network = {
  duplicates: 1,
  drops: 1,
  partitions: { roles: ['node'], limit: 2, milliseconds: [2, 20] },
}

/** Pings in two streams, of which one may break: what comes behind it is lost, and B is told. */
function streamed(timed: boolean, pings: readonly number[] = [1, 2, 3, 4], drops = 2): System {
  const sender: AnyNodeDefinition = {
    init: (ctx) => {
      for (const n of pings) ctx.send('B', 'ping', { n, stream: n % 2 })
      return { pongs: [] }
    },
    on: { pong: (state, message) => void state.pongs.push(message) },
  }
  const receiver: AnyNodeDefinition = {
    init: () => ({ pings: [] }),
    on: {
      ping(state, message, ctx) {
        state.pings.push(message)
        ctx.reply('pong', message)
      },
    },
  }
  const streams: Streams = {
    of: ({ fields }) => String((fields as { stream: number }).stream),
    broken: ([first, ...behind]) => ({
      ...first!,
      fields: { ...(first!.fields as object), n: 0, behind: behind.length },
    }),
  }
  const system = small({ A: sender, B: receiver }, { network: { duplicates: 0, drops, streams } })
  return timed ? { ...system, time: { latencies: [1, 4] } } : system
}

const SYSTEMS: readonly [string, System, number][] = [
  ['ping and pong with every fault', pingPong(everyFault), 40],
  [
    'ping and pong in a network that repeats',
    pingPong({ network: { duplicates: 'unlimited', drops: 1 } }),
    25,
  ],
  [
    'ping and pong with crashes for good',
    pingPong({ crashes: { roles: ['node'], limit: 1, restart: 'never' } }),
    25,
  ],
  [
    'a counter with crashes',
    small({ A: counter(3) }, { crashes: { ...everyFault.crashes, restart: 'at once' } }),
    25,
  ],
  ['a system with a history', { ...pingPong(everyFault), history: everything }, 40],
  ['handlers that keep what others hold', small({ A: careless, B: careless }, everyFault), 60],
  [
    'handlers that keep what others hold, repeated',
    small({ A: careless, B: careless }, { network: { duplicates: 'unlimited', drops: 0 } }),
    60,
  ],
  ['two-phase commit', twoPhaseCommit(3), 40],
  ['Paxos with two proposers', paxos(2, { crashes: atOnce, network: { duplicates: 1, drops: 1 } }), 50],
  [
    'Paxos in a network that repeats',
    paxos(2, { crashes: atOnce, network: { duplicates: 'unlimited', drops: 0 } }),
    60,
  ],
  ['leader election', raftElection(3), 40],
  [
    'ping and pong with clocks',
    {
      ...pingPong(everyFault),
      time: { latencies: [1, 3], ...clockFaults('node') },
    },
    40,
  ],
  [
    'a counter with clocks',
    {
      ...small({ A: counter(3), B: counter(2) }, { crashes: everyFault.crashes }),
      time: {
        latencies: [1],
        timeouts: { tick: [4, 5] },
        drift: { A: 300, B: -250 },
        readers: ['node'],
        ...clockFaults('node'),
      },
    },
    40,
  ],
  [
    'a system with clocks and a history',
    { ...pingPong(everyFault), history: everything, time: { latencies: [2, 3] } },
    40,
  ],
  [
    'leader election with clocks',
    {
      ...raftElection(3),
      network: { duplicates: 1, drops: 1 },
      time: { latencies: [5, 6], timeouts: { election: [150, 151, 152] }, ...clockFaults('server') },
    },
    60,
  ],
  ['ping and pong that are parted', { ...pingPong({ network: parting }), history: everything }, 40],
  [
    'ping and pong that are parted, in a network that repeats',
    pingPong({ network: { ...parting, duplicates: 'unlimited' } }),
    40,
  ],
  [
    'ping and pong that are parted, with clocks',
    { ...pingPong({ ...everyFault, network: parting }), time: { latencies: [1, 3], ...clockFaults('node') } },
    60,
  ],
  [
    'leader election that is parted, with clocks',
    {
      ...raftElection(3),
      network: {
        duplicates: 0,
        drops: Infinity,
        partitions: { roles: ['server'], limit: 3, milliseconds: [20, 300] },
      },
      time: { latencies: [5, 6], timeouts: { election: [150, 151, 152] } },
    },
    90,
  ],
  [
    'Raft whose servers are parted, and whose client is not',
    raft(5, { network: { duplicates: 2, drops: 2, partitions: { roles: ['server'], limit: 3 } } }),
    120,
  ],
  [
    'messages in streams whose ends are parted, with clocks',
    {
      ...streamed(true),
      network: {
        ...streamed(true).network,
        partitions: { roles: ['node'], limit: 2, milliseconds: [1, 9] },
      },
    },
    40,
  ],
  ['messages in streams', streamed(false), 40],
  ['messages in streams, with clocks', streamed(true), 40],
  ['Raft with three servers', raft(3), 120],
  [
    'Raft with five servers and five crashes',
    raft(5, { crashes: { roles: ['server'], limit: 5, restart: 'later' } }),
    120,
  ],
]

describe('every step of a random run is the model’s, of', () => {
  test.each(SYSTEMS)('%s', (_, system, steps) => {
    let taken = 0
    for (const seed of [1, 2, 3, 4, 5, 6]) taken += compared(system, seed, steps)
    taken += compared(system, 7, steps, { choice: 'uniform' })
    taken += compared(system, 8, steps, { closely: true })
    taken += compared(system, 9, steps, { calmFrom: steps >> 1 })
    expect(taken).toBeGreaterThan(0)
  })

  test('systems made at random', () => {
    fc.assert(
      fc.property(
        tables,
        fc.nat(1_000),
        fc.constantFrom<Choice>('weighted', 'uniform'),
        (given, seed, choice) => {
          compared(tableSystem(given), seed, 30, { choice })
        },
      ),
      { numRuns: 150, seed: 1 },
    )
  })
})

describe('random runs leave nothing out: together they come to every state of', () => {
  const systems: readonly [string, System, number][] = [
    [
      'ping and pong with a fault of each kind',
      pingPong({ network: { duplicates: 1, drops: 1 }, crashes: { ...everyFault.crashes, limit: 1 } }),
      20,
    ],
    [
      'a counter with crashes',
      small({ A: counter(3) }, { crashes: { ...everyFault.crashes, limit: 1 } }),
      20,
    ],
    ['two-phase commit', twoPhaseCommit(2), 30],
    [
      'ping and pong that are parted, with clocks',
      {
        ...pingPong({
          network: {
            duplicates: 0,
            drops: 1,
            partitions: { roles: ['node'], limit: 1, milliseconds: [1, 2] },
          },
        }),
        time: { latencies: [1, 3] },
      },
      20,
    ],
    ['messages in streams', streamed(false, [1, 2, 4], 1), 20],
    ['messages in streams, with clocks', streamed(true, [1, 2], 1), 40],
    [
      'a counter with clocks',
      {
        ...small({ A: counter(2) }, { crashes: { ...everyFault.crashes, limit: 1 } }),
        time: {
          latencies: [1],
          timeouts: { tick: [2, 3] },
          pauses: { roles: ['node'], milliseconds: [5], limit: 1 },
          drift: { A: 500 },
        },
      },
      40,
    ],
    ['Paxos with crashes', paxos(1, { acceptors: 2, crashes: { ...atOnce, limit: 1 } }), 30],
  ]
  test.each(systems)('%s', (_, system, steps) => {
    const { model, rows } = exploredRows(system)
    const text = ({ nodes, inFlight }: { nodes: string; inFlight: string }): string => `${nodes} ${inFlight}`
    const missing = new Set(rows.map((row) => text(pictureOfRow(model, row))))
    const all = missing.size
    for (let seed = 1; seed <= 20_000 && missing.size > 0; seed++) {
      const live = new LiveSystem(system, seed <= 50 ? new Repetition(system, SPARSE) : null)
      const chooser = chooserOf(live, seed)
      do missing.delete(text(pictureOfLive(live)))
      while (live.steps < steps && chooser.step())
    }
    expect(all).toBeGreaterThan(1)
    expect([...missing]).toEqual([])
  })
})
