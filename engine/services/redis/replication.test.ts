/** Restarts, replicas and the change of roles. */
import { describe, expect, test } from 'vitest'
import { canonical } from '../../plain.ts'
import type { Redis } from './client.ts'
import { contentsOf, redisServer } from './server.ts'
import { Room, now } from './testing/room.ts'

/** A primary and a replica that is in step with it. */
function pair(persistence: 'none' | 'every-write' = 'none'): { room: Room; primary: Redis; replica: Redis } {
  const room = new Room({
    one: { persistence, replicas: ['two'] },
    two: { persistence, replicaOf: 'one' },
  })
  return { room, primary: room.client('one', 'p'), replica: room.client('two', 'r') }
}

const failure = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return (error as Error).message
  }
  return 'none'
}

describe('a restart', () => {
  test('without persistence leaves nothing, so that a lock is held twice', () => {
    const room = new Room({ one: { persistence: 'none' } })
    const redis = room.client('one', 'c')
    now(redis.set('lock', 'a', { NX: true, PX: 1000 }))
    room.restart('one')
    expect(now(redis.set('lock', 'b', { NX: true, PX: 1000 }))).toBe('OK')
  })

  test('with persistence keeps each write and what is left of its deadline', () => {
    const room = new Room({ one: { persistence: 'every-write' } })
    const redis = room.client('one', 'c')
    now(redis.set('lock', 'a', { NX: true, PX: 1000 }))
    room.wait(400)
    room.restart('one')
    expect(now(redis.pTTL('lock'))).toBe(600)
    room.wait(601)
    expect(now(redis.get('lock'))).toBeNull()
  })

  test('forgets what connections watched and queued', () => {
    const room = new Room({ one: { persistence: 'every-write' } })
    const redis = room.client('one', 'c')
    now(redis.watch('k'))
    now(redis.sendCommand(['MULTI']))
    room.restart('one')
    expect(failure(() => now(redis.sendCommand(['EXEC'])))).toBe('ERR EXEC without MULTI')
  })

  test('shares nothing with the state before', () => {
    const room = new Room({ one: { persistence: 'every-write' } })
    const redis = room.client('one', 'c')
    now(redis.set('k', 'v'))
    const before = room.states.one!
    const text = canonical(before, 'state')
    room.restart('one')
    now(redis.set('k', 'w'))
    expect(canonical(before, 'state')).toBe(text)
  })
})

describe('a replica', () => {
  test('hears of a change only after the client has its answer', () => {
    const { room, primary, replica } = pair()
    expect(now(primary.set('k', 'v'))).toBe('OK')
    expect(now(replica.get('k'))).toBeNull()
    room.deliver()
    expect(now(replica.get('k'))).toBe('v')
  })

  test('hears of a transaction and of a script as one', () => {
    const { room, primary } = pair()
    now(primary.multi().set('a', '1').set('b', '2').exec())
    now(primary.eval("redis.call('set', 'c', 3) redis.call('del', 'a')"))
    expect(room.messages).toHaveLength(2)
  })

  test('is not bothered with commands that change nothing', () => {
    const { room, primary } = pair()
    now(primary.get('k'))
    now(primary.del('k'))
    now(primary.set('k', 'v', { XX: true }))
    now(primary.expire('k', 10))
    expect(room.messages).toEqual([])
  })

  test('refuses writes, by a script as well', () => {
    const { replica } = pair()
    const refusal = "READONLY You can't write against a read only replica."
    expect(failure(() => now(replica.set('k', 'v')))).toBe(refusal)
    expect(failure(() => now(replica.eval("return redis.call('set', 'k', 'v')")))).toContain(refusal)
  })

  test('hides a key that has expired, and deletes it only when its primary says so', () => {
    const { room, primary, replica } = pair()
    now(primary.set('k', 'v', { PX: 100 }))
    room.deliver()
    room.wait(100)
    expect(now(replica.get('k'))).toBe('v')
    room.wait(1)
    expect(now(replica.get('k'))).toBeNull()
    expect(now(replica.exists('k'))).toBe(0)
    expect(now(replica.pTTL('k'))).toBe(-2)
    expect(room.states.two!.entries).toHaveLength(1)
    expect(redisServer.deadlines(room.states.two!)).toEqual([])
    room.deliver()
    expect(room.states.two!.entries).toEqual([])
  })

  test('without a clock may hide a key before its primary has deleted it, and after', () => {
    const { room, primary, replica } = pair()
    now(primary.set('k', 'v', { PX: 100 }))
    room.deliver()
    redisServer.due(room.states.two!, 'expire:k', room.context('two'))
    expect(now(replica.get('k'))).toBeNull()
    expect(now(primary.get('k'))).toBe('v')
    now(primary.pExpire('k', 500))
    room.deliver()
    expect(now(replica.get('k'))).toBe('v')
  })

  test('fails a transaction whose watched key the primary changes', () => {
    const { room, primary, replica } = pair()
    now(replica.watch('k'))
    now(primary.set('k', 'v'))
    room.deliver()
    expect(failure(() => now(replica.multi().get('k').exec()))).toContain('watched keys has been changed')
  })

  test('that was restarted gets all again, and no more of what was sent before', () => {
    const { room, primary, replica } = pair()
    now(primary.set('k', 'v'))
    room.deliver()
    room.restart('two')
    now(primary.set('l', 'w'))
    room.deliver()
    expect(contentsOf(room.states.two!)).toEqual([])
    room.wait(1000)
    room.deliver()
    expect(now(replica.get('k'))).toBe('v')
    expect(now(replica.get('l'))).toBe('w')
  })
})

describe('a failover', () => {
  test('loses what the replica had not heard of: two clients hold one lock', () => {
    const { room, primary, replica } = pair('every-write')
    expect(now(primary.set('lock', 'a', { NX: true, PX: 1000 }))).toBe('OK')
    room.restart('one')
    now(replica.replicaOf('NO', 'ONE'))
    expect(now(replica.set('lock', 'b', { NX: true, PX: 1000 }))).toBe('OK')
  })

  test('keeps what it had heard of, with its deadline', () => {
    const { room, primary, replica } = pair()
    now(primary.set('lock', 'a', { NX: true, PX: 1000 }))
    room.deliver()
    now(replica.replicaOf('NO', 'ONE'))
    expect(now(replica.set('lock', 'b', { NX: true, PX: 1000 }))).toBeNull()
    room.wait(1001)
    expect(now(replica.set('lock', 'b', { NX: true, PX: 1000 }))).toBe('OK')
  })

  test('makes hidden keys go', () => {
    const { room, primary, replica } = pair()
    now(primary.set('k', 'v', { PX: 100 }))
    room.deliver()
    redisServer.due(room.states.two!, 'expire:k', room.context('two'))
    now(replica.replicaOf('NO', 'ONE'))
    expect(redisServer.deadlines(room.states.two!)).toEqual([{ name: 'expire:k', left: 0 }])
    room.wait(0)
    expect(room.states.two!.entries).toEqual([])
  })

  test('leaves two primaries, until the old one is told to follow; then its own writes are lost', () => {
    const { room, primary, replica } = pair()
    now(replica.replicaOf('NO', 'ONE'))
    now(primary.set('k', 'old'))
    now(replica.set('k', 'new'))
    room.deliver()
    expect([now(primary.get('k')), now(replica.get('k'))]).toEqual(['old', 'new'])
    now(primary.replicaOf('two', 6379))
    room.deliver()
    expect(now(primary.get('k'))).toBe('new')
    now(replica.set('k', 'newer'))
    room.deliver()
    expect(now(primary.get('k'))).toBe('newer')
  })

  test('is not undone by the old primary when it comes back', () => {
    const { room, replica } = pair('every-write')
    now(replica.replicaOf('NO', 'ONE'))
    room.restart('one')
    now(replica.set('k', 'new'))
    room.wait(1000)
    room.deliver()
    expect(now(replica.get('k'))).toBe('new')
    expect(room.states.one!.replicas).toEqual([])
  })
})

test('a primary that comes back empty empties its replica', () => {
  const { room, primary, replica } = pair()
  now(primary.set('lock', 'a'))
  room.deliver()
  room.restart('one')
  expect(now(replica.get('lock'))).toBe('a')
  room.wait(999)
  expect(room.messages).toEqual([])
  room.wait(1)
  room.deliver()
  expect(now(replica.get('lock'))).toBeNull()
})

test('a replica of a replica gets what it gets', () => {
  const room = new Room({
    one: { persistence: 'none' },
    two: { persistence: 'none' },
    three: { persistence: 'none' },
  })
  const [one, two, three] = ['one', 'two', 'three'].map((name) => room.client(name, 'c')) as [
    Redis,
    Redis,
    Redis,
  ]
  now(one.set('k', 'v'))
  now(three.replicaOf('two', 6379))
  room.deliver()
  now(two.replicaOf('one', 6379))
  room.deliver()
  now(one.set('l', 'w'))
  room.deliver()
  expect([now(three.get('k')), now(three.get('l'))]).toEqual(['v', 'w'])
})

test('servers that hold the same are in the same state, however they got there', () => {
  const { room, primary, replica } = pair()
  const before = [canonical(room.states.one, 'one'), canonical(room.states.two, 'two')]
  now(primary.set('k', 'v', { PX: 100 }))
  room.deliver()
  room.wait(101)
  room.deliver()
  now(replica.get('k'))
  expect([canonical(room.states.one, 'one'), canonical(room.states.two, 'two')]).toEqual(before)
})
