/**
 * What becomes of a server whose time of day is set forward or back, held against servers that know instants instead of distances:
 * what the real one measures by the time of day comes sooner or later, or is to come again, and all else stays as it is.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { System, Time } from '../actors/system.ts'
import { Run } from '../drivers/run.ts'
import type { Action } from '../model.ts'
import { describeAction, describeStep } from '../trace/transcript.ts'
import { en } from '../text/en.ts'
import { lockClients } from '../testing/redis-lock.ts'
import { Bench } from './database/testing/bench.ts'
import { database } from './database/server.ts'
import { queueServer } from './queue/server.ts'
import { type RedisState, redisServer } from './redis/server.ts'
import { Room, now } from './redis/testing/room.ts'
import { serverNode } from './server-node.ts'
import { zookeeper } from './zookeeper/server.ts'

const BACK_MAX = 40

/** Time passes, or the clock is set; and something that a test makes of a third kind. */
type Event = readonly ['pass' | 'jump', number] | readonly ['do', number, number]

/** Events in which the clock is set back by no more than `BACK_MAX` in all. */
const events = fc
  .array(
    fc.oneof(
      fc.tuple(fc.constant('pass' as const), fc.integer({ min: 1, max: 25 })),
      fc.tuple(fc.constant('jump' as const), fc.integer({ min: -30, max: 30 })),
      fc.tuple(fc.constant('do' as const), fc.nat(3), fc.integer({ min: 1, max: 30 })),
    ),
    { minLength: 1, maxLength: 25 },
  )
  .map((some) => {
    let back = 0
    return some.filter((event: Event) => {
      if (event[0] !== 'jump' || event[1] >= 0) return true
      if (back - event[1] > BACK_MAX) return false
      back -= event[1]
      return true
    })
  })

describe('Redis', () => {
  const lefts = (state: RedisState): Record<string, number | 'past'> =>
    Object.fromEntries(
      state.entries.map(({ key, left }) => [key, left === null || left < 0 ? 'past' : left] as const),
    )

  test('has the keys that a server with a time of day and instants has, expired or not', () => {
    fc.assert(
      fc.property(events, (some) => {
        const room = new Room({ primary: { persistence: 'none' } })
        const redis = room.client('primary', 'c1')
        const state = room.states['primary']!
        let clock = 0
        const deadlines = new Map<string, number>()
        for (const event of some) {
          if (event[0] === 'pass') redisServer.elapse(state, event[1], BACK_MAX)
          if (event[0] === 'jump') redisServer.jump!(state, event[1], BACK_MAX)
          if (event[0] !== 'do') clock += event[1]
          else if (event[1] === 3) {
            // Whoever looks for a key that has expired deletes it.
            now(redis.get('0'))
            if ((deadlines.get('0') ?? clock) < clock) deadlines.delete('0')
          } else {
            now(redis.set(String(event[1]), 'v', { PX: event[2] }))
            deadlines.set(String(event[1]), clock + event[2])
          }
          const expected = [...deadlines].map(([key, deadline]) => [
            key,
            deadline < clock ? 'past' : deadline - clock,
          ])
          expect(lefts(state)).toEqual(Object.fromEntries(expected))
        }
      }),
      { numRuns: 500, seed: 1 },
    )
  })

  test('knows no more of what is past than a clock that may be set back needs', () => {
    const [one, other] = [30, 1_000].map((passed) => {
      const room = new Room({ primary: { persistence: 'none' } })
      now(room.client('primary', 'c1').set('k', 'v', { PX: 10 }))
      redisServer.elapse(room.states['primary']!, passed)
      return room.states['primary']!
    })
    expect(one).toEqual(other)
  })

  test('is asked by replicas when it would have been: replication counts on another clock', () => {
    const room = new Room({
      primary: { persistence: 'none', replicas: ['replica'] },
      replica: { persistence: 'none', replicaOf: 'primary' },
    })
    for (const [server, options] of [
      ['primary', { persistence: 'none', replicas: ['replica'] }],
      ['replica', { persistence: 'none', replicaOf: 'primary' }],
    ] as const) {
      const state = redisServer.restart(room.states[server]!, options)
      const before = redisServer.deadlines(state)
      redisServer.jump!(state, -500)
      expect(before).toHaveLength(1)
      expect(redisServer.deadlines(state)).toEqual(before)
    }
  })
})

describe('PostgreSQL', () => {
  const setup = 'create table t (id integer primary key, e timestamptz not null)'
  const PAST = 'select id from t where e < now() order by id'
  const put = (id: number, after: number): string =>
    `insert into t values (${id}, now() + interval '${after} milliseconds') on conflict (id) do update set e = excluded.e`

  test.each([
    ['outside of a transaction', false, 0],
    ['in one, for which now() is its beginning', true, 60_000],
  ])('compares times as a server with a time of day does, %s', (_, inside, pastMax) => {
    fc.assert(
      fc.property(events, (some) => {
        const db = new Bench(setup, database.init({ setup, pastMax }))
        let clock = 0
        let start: number | null = null
        const times = new Map<number, number>()
        for (const event of some) {
          if (event[0] === 'pass') database.elapse(db.state, event[1], BACK_MAX)
          if (event[0] === 'jump') database.jump!(db.state, event[1], BACK_MAX)
          if (event[0] !== 'do') clock += event[1]
          else if (event[1] === 3) {
            if (!inside) continue
            db.query('a', start === null ? 'begin' : 'commit')
            start = start === null ? clock : null
          } else {
            expect(db.query('a', put(event[1], event[2]))).toBe(1)
            times.set(event[1], (start ?? clock) + event[2])
          }
          const past = [...times].filter(([, time]) => time < (start ?? clock))
          const expected = past.map(([id]) => ({ id })).sort((one, other) => one.id - other.id)
          expect(db.query('a', PAST)).toEqual(expected)
        }
      }),
      { numRuns: 300, seed: 1 },
    )
  })
})

test('ZooKeeper and the queue measure by a clock that nobody can set', () => {
  expect([zookeeper.jump, queueServer.jump]).toEqual([undefined, undefined])
  const jumps = { roles: ['server'], milliseconds: [-500], limit: 1 }
  const system: System = {
    nodes: [{ id: 'zookeeper', role: 'server', definition: serverNode(zookeeper, {}) }],
    roles: { server: { sends: {}, observe: () => null } },
    network: { duplicates: 0, drops: 0 },
    crashes: null,
    time: { latencies: [1], jumps },
    properties: [],
  }
  const run = new Run(system)
  const { changed } = run.take({ kind: 'jump', node: 'zookeeper', milliseconds: -500 })
  expect(changed).toEqual([])
})

describe('driven by hand', () => {
  const jump = (milliseconds: number): Action => ({ kind: 'jump', node: 'redis', milliseconds })
  const time: Time = { latencies: [1], jumps: { roles: ['server'], milliseconds: [-300, 300], limit: 1 } }
  const expiry = (run: Run): number | undefined => {
    const { timers, clock } = run.record.frames.at(-1)!.nodes.at(-1)!
    return clock!.left[timers.indexOf('due:expire:lock')]
  }
  /** A run in which A has the lock for 1,000 ms. */
  const held = (): Run => {
    const run = new Run(lockClients(1, { expiry: 1_000, time }))
    run.take({ kind: 'pass', milliseconds: 1 })
    run.take(run.enabled()[0]!)
    return run
  }

  test('a key comes to its deadline that much later or sooner', () => {
    const run = held()
    expect(expiry(run)).toBe(1_001)
    expect(run.handActions().filter(({ kind }) => kind === 'jump')).toEqual([jump(-300), jump(300)])
    run.take(jump(-300))
    expect(expiry(run)).toBe(1_301)
    run.take(jump(300))
    run.take(jump(300))
    expect(expiry(run)).toBe(701)
  })

  test('a key whose time had come is there again, unless it was deleted before', () => {
    const run = held()
    run.take(jump(300))
    for (let step = 0; step < 3; step++) run.take(jump(300))
    expect(run.enabled()).toContainEqual({ kind: 'fire', node: 'redis', timer: 'due:expire:lock' })
    run.take(jump(-300))
    expect(run.enabled()).not.toContainEqual({ kind: 'fire', node: 'redis', timer: 'due:expire:lock' })
    expect(expiry(run)).toBe(101)
  })

  test('it is told in words', () => {
    const run = held()
    expect(run.handActions().map((action) => describeAction(action, en))).toContain(
      'set the clock of redis back by 300 ms',
    )
    expect([jump(-300), jump(300)].map((action) => describeStep(run.take(action), en, run.record))).toEqual([
      'The clock of redis jumps back by 300 ms.',
      'The clock of redis jumps forward by 300 ms.',
    ])
  })
})
