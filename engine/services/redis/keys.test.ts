/** Keys, their deadlines to the millisecond, and who watches them. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical, copy } from '../../plain.ts'
import { advance } from '../service.ts'
import type { Redis } from './client.ts'
import { type RedisState, NOT_MODELLED, contentsOf, redisServer } from './server.ts'
import { Room, now } from './testing/room.ts'

const alone = (): { room: Room; redis: Redis; state: RedisState } => {
  const room = new Room({ primary: { persistence: 'none' } })
  return { room, redis: room.client('primary', 'c1'), state: room.states.primary! }
}

/** Time passes without anything that happens by itself, so that a key can have expired and still be there. */
const elapse = (state: RedisState, milliseconds: number): void => redisServer.elapse(state, milliseconds)

// Reference: Redis 7.0, db.c, `keyIsExpired`: `return now > when`; expire.c, `ttlGenericCommand`.
describe('at its deadline', () => {
  test.each([
    { passed: 0, value: 'v', pttl: 100 },
    { passed: 99, value: 'v', pttl: 1 },
    { passed: 100, value: 'v', pttl: 0 },
    { passed: 101, value: null, pttl: -2 },
    { passed: 5000, value: null, pttl: -2 },
  ])('$passed ms after PX 100 a key is $value', ({ passed, value, pttl }) => {
    const { room, redis } = alone()
    now(redis.set('k', 'v', { PX: 100 }))
    room.wait(passed)
    expect(now(redis.pTTL('k'))).toBe(pttl)
    expect(now(redis.get('k'))).toBe(value)
    expect(now(redis.exists('k'))).toBe(value === null ? 0 : 1)
  })

  test('a key can’t be had with NX at its deadline, and can a millisecond later', () => {
    const { room, redis } = alone()
    now(redis.set('lock', 'one', { NX: true, PX: 100 }))
    room.wait(100)
    expect(now(redis.set('lock', 'two', { NX: true, PX: 100 }))).toBeNull()
    room.wait(1)
    expect(now(redis.set('lock', 'two', { NX: true, PX: 100 }))).toBe('OK')
  })

  test.each([
    [1499, 1],
    [1500, 2],
    [499, 0],
    [500, 1],
    [2499, 2],
  ])('TTL of a key with %i ms left is %i s', (left, seconds) => {
    const { redis } = alone()
    now(redis.set('k', 'v', { PX: left }))
    expect(now(redis.ttl('k'))).toBe(seconds)
  })

  test('a key that a command finds expired is deleted by it (lazy expiry)', () => {
    const { redis, state } = alone()
    now(redis.set('k', 'v', { PX: 100 }))
    elapse(state, 101)
    expect(state.entries).toHaveLength(1)
    expect(contentsOf(state)).toEqual([])
    expect(now(redis.get('k'))).toBeNull()
    expect(state.entries).toEqual([])
  })

  test('a key that nobody asks for is deleted all the same (active expiry)', () => {
    const { room, redis, state } = alone()
    now(redis.set('k', 'v', { PX: 100 }))
    expect(redisServer.deadlines(state)).toEqual([{ name: 'expire:k', left: 101 }])
    room.wait(100)
    expect(state.entries).toHaveLength(1)
    room.wait(1)
    expect(state.entries).toEqual([])
    expect(redisServer.deadlines(state)).toEqual([])
  })

  test('without a clock, a deadline may come at any moment', () => {
    const { room, redis, state } = alone()
    now(redis.set('k', 'v', { PX: 10_000 }))
    now(redis.set('l', 'v', { PX: 20_000 }))
    redisServer.due(state, 'expire:k', room.context('primary'))
    expect(now(redis.get('k'))).toBeNull()
    expect(now(redis.pTTL('l'))).toBe(20_000)
  })

  test('a key that expired is new to INCR, NX and EXPIRE', () => {
    const { redis, state } = alone()
    now(redis.set('k', '41', { PX: 1 }))
    elapse(state, 2)
    expect(now(redis.expire('k', 10))).toBe(0)
    now(redis.set('k', '41', { PX: 1 }))
    elapse(state, 2)
    expect(now(redis.incr('k'))).toBe(1)
    expect(now(redis.pTTL('k'))).toBe(-1)
  })

  test('soonest first, and those of one moment by their names', () => {
    const { redis, state } = alone()
    for (const [key, left] of [
      ['b', 50],
      ['c', 20],
      ['a', 50],
    ] as const)
      now(redis.set(key, 'v', { PX: left }))
    expect(redisServer.deadlines(state).map(({ name }) => name)).toEqual(['expire:c', 'expire:a', 'expire:b'])
  })
})

describe('deadlines are set, kept and taken away', () => {
  test.each([
    ['SET takes it away', (redis: Redis) => redis.set('k', 'w'), -1],
    ['SET with KEEPTTL keeps it', (redis: Redis) => redis.set('k', 'w', { KEEPTTL: true }), 5000],
    ['INCR keeps it', (redis: Redis) => redis.incr('k'), 5000],
    ['PEXPIRE changes it', (redis: Redis) => redis.pExpire('k', 77), 77],
    ['EXPIRE 0 deletes the key', (redis: Redis) => redis.expire('k', 0), -2],
    ['PEXPIRE −1 deletes the key', (redis: Redis) => redis.pExpire('k', -1), -2],
    ['GT does not shorten it', (redis: Redis) => redis.pExpire('k', 4999, 'GT'), 5000],
    ['LT does not lengthen it', (redis: Redis) => redis.pExpire('k', 5001, 'LT'), 5000],
    ['NX does not change it', (redis: Redis) => redis.pExpire('k', 6000, 'NX'), 5000],
    ['XX changes it', (redis: Redis) => redis.pExpire('k', 6000, 'XX'), 6000],
  ])('%s', (_, command: (redis: Redis) => PromiseLike<unknown>, left) => {
    const { redis } = alone()
    now(redis.set('k', '1', { PX: 5000 }))
    now(command(redis))
    expect(now(redis.pTTL('k'))).toBe(left)
  })
})

describe('a watching connection', () => {
  const setUp = (): ReturnType<typeof alone> & { other: Redis } => {
    const room = alone()
    return { ...room, other: room.room.client('primary', 'c2') }
  }
  const commits = (redis: Redis): boolean => {
    try {
      now(redis.multi().set('done', 'yes').exec())
      return true
    } catch {
      return false
    }
  }

  test('fails when the key expires after it began to watch, deleted or not', () => {
    for (const active of [true, false]) {
      const { room, redis, state } = setUp()
      now(redis.set('k', 'v', { PX: 100 }))
      now(redis.watch('k'))
      if (active) room.wait(101)
      else elapse(state, 101)
      expect(commits(redis), `active expiry: ${active}`).toBe(false)
    }
  })

  test('does not fail when the key had expired before, and is deleted only now', () => {
    const { redis, other, state } = setUp()
    now(redis.set('k', 'v', { PX: 100 }))
    elapse(state, 101)
    now(redis.watch('k'))
    now(other.get('k'))
    expect(state.entries).toEqual([])
    expect(commits(redis)).toBe(true)
  })

  test('fails when a key that had expired before is set', () => {
    const { redis, other, state } = setUp()
    now(redis.set('k', 'v', { PX: 100 }))
    elapse(state, 101)
    now(redis.watch('k'))
    now(other.set('k', 'new'))
    expect(commits(redis)).toBe(false)
  })

  test('leaves nothing behind when it disconnects', () => {
    const { room, redis, state } = setUp()
    const before = canonical(state, 'state')
    now(redis.watch(['a', 'b']))
    now(redis.sendCommand(['MULTI']))
    now(redis.sendCommand(['SET', 'k', 'v']))
    room.disconnect('primary', 'c1')
    expect(canonical(state, 'state')).toBe(before)
  })

  test('leaves nothing behind when its transaction is over', () => {
    for (const end of ['EXEC', 'DISCARD']) {
      const { redis, state } = setUp()
      const before = canonical(state, 'state')
      now(redis.watch(['b', 'a', 'b']))
      now(redis.sendCommand(['MULTI']))
      now(redis.sendCommand([end]))
      expect(canonical(state, 'state'), end).toBe(before)
    }
  })

  test('in whichever order it watches, the states are equal', () => {
    const [first, second] = [setUp(), setUp()]
    now(first.redis.watch(['a', 'b']))
    now(second.redis.watch('b'))
    now(second.redis.watch(['a', 'b']))
    expect(canonical(first.state, 'state')).toBe(canonical(second.state, 'state'))
  })
})

const commands = fc.array(
  fc.oneof(
    fc.tuple(fc.constantFrom('SET'), fc.constantFrom('a', 'b', '__proto__'), fc.constantFrom('1', 'x')),
    fc.tuple(
      fc.constantFrom('SET'),
      fc.constantFrom('a', 'b', '__proto__'),
      fc.constantFrom('1', 'x'),
      fc.constant('PX'),
      fc.integer({ min: 0, max: 50 }).map(String),
    ),
    fc.tuple(fc.constantFrom('GET', 'DEL', 'INCR', 'PTTL', 'WATCH'), fc.constantFrom('a', 'b', '__proto__')),
    fc.tuple(fc.constantFrom('MULTI', 'EXEC', 'DISCARD', 'UNWATCH')),
    fc.tuple(fc.constant('PEXPIRE'), fc.constantFrom('a', 'b'), fc.integer({ min: -1, max: 50 }).map(String)),
    fc.tuple(fc.constant('wait'), fc.integer({ min: 0, max: 40 }).map(String)),
  ),
  { maxLength: 30 },
)

/** Runs commands of two connections; `between` may replace the state after each. */
function take(steps: readonly (readonly string[])[], between: (state: RedisState) => RedisState): string {
  const room = new Room({ primary: { persistence: 'none', replicas: ['replica'] } })
  const seen: unknown[] = []
  steps.forEach((words, index) => {
    if (words[0] === 'wait') room.wait(Number(words[1]))
    else {
      try {
        seen.push(now(room.client('primary', `c${index % 2}`).sendCommand([...words])))
      } catch (error) {
        seen.push((error as Error).message)
      }
    }
    room.states.primary = between(room.states.primary!)
  })
  const answers = JSON.stringify(seen, (_, part: unknown) => (part instanceof Error ? part.message : part))
  return `${answers} ${canonical(room.states.primary, 'state')} ${canonical(room.messages, 'messages')}`
}

test('the state is plain data: written as JSON and read again, nothing differs', () => {
  fc.assert(
    fc.property(commands, (steps) => {
      const same = take(steps, (state) => state)
      expect(take(steps, (state) => JSON.parse(JSON.stringify(state)) as RedisState)).toBe(same)
      expect(take(steps, copy)).toBe(same)
    }),
  )
})

test('time may pass in two parts or at once', () => {
  fc.assert(
    fc.property(commands, fc.nat(60), fc.nat(60), (steps, first, second) => {
      let [parts, whole]: RedisState[] = []
      take(steps, (state) => {
        parts = copy(state)
        whole = copy(state)
        return state
      })
      if (parts === undefined || whole === undefined) return
      const { context } = new Room({})
      const nowhere = context.call(new Room({}), 'primary')
      advance(redisServer, parts, first, nowhere)
      advance(redisServer, parts, second, nowhere)
      advance(redisServer, whole, first + second, nowhere)
      expect(canonical(parts, 'state')).toBe(canonical(whole, 'state'))
    }),
  )
})

test('a value is never changed by time, and a key goes exactly when its deadline has passed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.array(fc.nat(40), { maxLength: 6 }), (life, waits) => {
      const { room, redis } = alone()
      now(redis.set('k', 'v', { PX: life }))
      let passed = 0
      for (const milliseconds of waits) {
        room.wait(milliseconds)
        passed += milliseconds
        expect(now(redis.get('k'))).toBe(passed > life ? null : 'v')
      }
    }),
  )
})

test('what is not modelled is said in whole sentences', () => {
  for (const sentence of NOT_MODELLED) expect(sentence).toMatch(/^[A-Z].*\.$/)
})
