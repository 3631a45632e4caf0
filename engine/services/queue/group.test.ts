import { describe, expect, test } from 'vitest'
import { TestBroker } from './testing/broker.ts'

/** A broker whose topic `t` has two records in each of its partitions. */
function filled(partitions = 2): TestBroker {
  const broker = new TestBroker({ topics: { t: partitions, u: 1 } })
  for (let partition = 0; partition < partitions; partition++)
    broker.send('t', { value: `a${partition}`, partition }, { value: `b${partition}`, partition })
  return broker
}

/** Consumers of one group that share the partitions. */
function sharing(broker: TestBroker, ...names: string[]): void {
  for (const name of names) broker.subscribe(name)
  for (const name of [...names, ...names]) broker.call(name, { kind: 'poll', group: 'g', timeout: 0 })
}

describe('a consumer', () => {
  test('reads each partition in order, and each record once', () => {
    const broker = filled()
    broker.subscribe('c', { maxPollRecords: 3 })
    expect(broker.poll('c')).toEqual(['t/0@0=a0', 't/0@1=b0', 't/1@0=a1'])
    expect(broker.poll('c')).toEqual(['t/1@1=b1'])
    expect(broker.poll('c')).toEqual([])
  })

  test('reads partitions by turns when it takes few records at a time', () => {
    const broker = filled()
    broker.subscribe('c', { maxPollRecords: 1 })
    const polls = [1, 2, 3, 4].flatMap(() => broker.poll('c'))
    expect(polls).toEqual(['t/0@0=a0', 't/1@0=a1', 't/0@1=b0', 't/1@1=b1'])
  })

  test('waits for a record and gets it as soon as it is sent', () => {
    const broker = new TestBroker({ topics: { t: 1 } })
    broker.subscribe('c')
    const answers = broker.wait('c', 500)
    broker.advance(499)
    expect(answers).toEqual([])
    broker.send('t', { value: 'x' })
    expect(answers).toEqual([['t/0@0=x']])
  })

  test('waits no longer than it said', () => {
    const broker = new TestBroker({ topics: { t: 1 } })
    broker.subscribe('c')
    const answers = broker.wait('c', 500)
    broker.advance(499)
    expect(answers).toEqual([])
    broker.advance(1)
    expect(answers).toEqual([[]])
  })

  test('begins with what comes next, unless it asked for the beginning', () => {
    const broker = filled(1)
    const settings = { sessionTimeout: 10_000, rebalanceTimeout: 1, autoCommit: false, maxPollRecords: 9 }
    broker.value('c', { kind: 'subscribe', group: 'g', topics: ['t'], fromBeginning: false, settings })
    expect(broker.poll('c')).toEqual([])
    broker.send('t', { value: 'later' })
    expect(broker.poll('c')).toEqual(['t/0@2=later'])
  })

  test('begins with the committed offset, whatever it asked for', () => {
    const broker = filled(1)
    broker.subscribe('c')
    broker.poll('c')
    expect(broker.commit('c', 0, 1)).toBe('done')
    broker.disconnect('c')
    broker.advance(10_000)
    broker.subscribe('d')
    expect(broker.poll('d')).toEqual(['t/0@1=b0'])
  })

  test('begins where one without an offset would, if the committed one is past the end', () => {
    const broker = filled(1)
    broker.subscribe('c')
    broker.poll('c')
    expect(broker.commit('c', 0, 99)).toBe('done')
    broker.value('c', { kind: 'leave', group: 'g' })
    broker.subscribe('d')
    expect(broker.poll('d')).toEqual(['t/0@0=a0', 't/0@1=b0'])
  })

  test('of another group reads the same records', () => {
    const broker = filled(1)
    broker.subscribe('c')
    broker.subscribe('d', {}, ['t'], 'other')
    expect(broker.poll('c')).toEqual(broker.poll('d', 'other'))
  })

  test('of several topics reads them all, and may subscribe to them one by one', () => {
    const broker = filled(1)
    broker.send('u', { value: 'x' })
    broker.subscribe('c', {}, ['u'])
    broker.subscribe('c', {}, ['t'])
    expect(broker.poll('c')).toEqual(['t/0@0=a0', 't/0@1=b0', 'u/0@0=x'])
    const other = filled(1)
    other.send('u', { value: 'x' })
    other.subscribe('c', {}, ['t', 'u', 't'])
    other.poll('c')
    expect(other.state, 'all at once is the same, and so is a topic that is named twice').toEqual(
      broker.state,
    )
  })
})

describe('what was returned and not committed', () => {
  test('is returned to another consumer after a crash, once the session is over', () => {
    const broker = filled(1)
    broker.subscribe('c')
    broker.poll('c')
    broker.commit('c', 0, 1)
    broker.advance(4000)
    broker.disconnect('c')
    expect(broker.shares()).toEqual({ lost: '0' })
    broker.subscribe('d')
    const answers = broker.wait('d', 60_000)
    broker.advance(5999)
    expect(answers).toEqual([])
    broker.advance(1)
    expect(answers).toEqual([['t/0@1=b0']])
  })

  test('is returned to the same process when it comes back, which has to wait for its own old session', () => {
    const broker = filled(1)
    broker.subscribe('c')
    broker.poll('c')
    broker.disconnect('c')
    broker.subscribe('c')
    expect(broker.poll('c')).toEqual([])
    expect(broker.shares()).toEqual({ lost: '0' })
    broker.due(broker.deadlines().find((name) => name.startsWith('session lost'))!)
    expect(broker.poll('c')).toEqual(['t/0@0=a0', 't/0@1=b0'])
  })

  test('is returned again after a rebalance, even to the consumer that had it', () => {
    const broker = filled(2)
    broker.subscribe('c')
    expect(broker.poll('c')).toHaveLength(4)
    broker.subscribe('d')
    expect(broker.poll('d')).toEqual([])
    expect(broker.poll('c')).toEqual(['t/0@0=a0', 't/0@1=b0'])
    expect(broker.poll('d')).toEqual(['t/1@0=a1', 't/1@1=b1'])
  })

  test('is returned to another consumer when its own was silent for too long, and the late commit fails', () => {
    const broker = filled(1)
    broker.subscribe('c')
    broker.poll('c')
    broker.subscribe('d')
    const answers = broker.wait('d', 60_000)
    broker.advance(9999)
    expect(answers).toEqual([])
    broker.advance(1)
    expect(answers).toEqual([['t/0@0=a0', 't/0@1=b0']])
    expect(broker.commit('c', 0, 2)).toBe('UNKNOWN_MEMBER_ID')
    expect(broker.commit('d', 0, 2)).toBe('done')
  })

  test('is not returned again to a consumer that keeps its share: its position moves on by itself', () => {
    const broker = filled(1)
    broker.subscribe('c')
    broker.poll('c')
    expect(broker.poll('c')).toEqual([])
  })
})

describe('with autoCommit', () => {
  test('the next poll commits what the last one returned', () => {
    const broker = filled(1)
    broker.subscribe('c', { autoCommit: true, maxPollRecords: 1 })
    broker.poll('c')
    expect(broker.state.groups[0]!.committed).toEqual([])
    broker.poll('c')
    expect(broker.state.groups[0]!.committed).toEqual([{ topic: 't', partition: 0, offset: 1 }])
  })

  test('leaving commits as well, and a crash does not', () => {
    for (const [end, offset] of [
      ['leave', 2],
      ['crash', 0],
    ] as const) {
      const broker = filled(1)
      broker.subscribe('c', { autoCommit: true })
      broker.poll('c')
      if (end === 'leave') broker.value('c', { kind: 'leave', group: 'g' })
      else broker.disconnect('c')
      expect(broker.state.groups[0]?.committed[0]?.offset ?? 0).toBe(offset)
    }
  })

  test('coming back for a new share commits the old one first', () => {
    const broker = filled(1)
    broker.subscribe('c', { autoCommit: true })
    broker.poll('c')
    broker.subscribe('d')
    broker.poll('d')
    broker.poll('c')
    expect(broker.state.groups[0]!.committed).toEqual([{ topic: 't', partition: 0, offset: 2 }])
  })
})

describe('partitions are dealt out', () => {
  test.each([
    [3, ['a', 'b'], { a: '0 1', b: '2' }],
    [2, ['a', 'b', 'c'], { a: '0', b: '1', c: '' }],
    [7, ['a', 'b', 'c'], { a: '0 1 2', b: '3 4', c: '5 6' }],
    [4, ['b', 'a'], { a: '0 1', b: '2 3' }],
  ])('in ranges: %j partitions to %j', (partitions, names, shares) => {
    const broker = filled(partitions)
    sharing(broker, ...names)
    expect(broker.shares()).toEqual(shares)
  })

  test('to those who subscribed to their topic', () => {
    const broker = filled(2)
    broker.subscribe('a', {}, ['t'])
    broker.subscribe('b', {}, ['t', 'u'])
    for (const name of ['a', 'b', 'a', 'b']) broker.call(name, { kind: 'poll', group: 'g', timeout: 0 })
    const [a, b] = broker.state.groups[0]!.consumers
    expect(a!.shares.map(({ topic, partition }) => `${topic}/${partition}`)).toEqual(['t/0'])
    expect(b!.shares.map(({ topic, partition }) => `${topic}/${partition}`).sort()).toEqual(['t/1', 'u/0'])
  })

  test('anew at once when one leaves', () => {
    const broker = filled(2)
    sharing(broker, 'a', 'b')
    const answers = broker.wait('b')
    broker.value('a', { kind: 'leave', group: 'g' })
    expect(broker.shares()).toEqual({ b: '0 1' })
    expect(answers).toEqual([['t/0@0=a0', 't/0@1=b0', 't/1@0=a1', 't/1@1=b1']])
  })

  test('anew when the session of one is over, without a word from it', () => {
    const broker = filled(2)
    sharing(broker, 'a', 'b')
    broker.due('session "a" of "g"')
    expect(broker.shares()).toEqual({ b: '1' })
    expect(broker.poll('b')).toHaveLength(4)
    expect(broker.shares()).toEqual({ b: '0 1' })
  })
})

describe('a rebalance', () => {
  test('leaves a member its share until it polls, and lets it commit what it has done', () => {
    const broker = filled(2)
    broker.subscribe('a')
    broker.poll('a')
    broker.subscribe('b')
    broker.poll('b')
    expect(broker.shares()).toEqual({ a: '0 1' })
    expect(broker.commit('a', 1, 2)).toBe('done')
    const answers = broker.wait('b')
    broker.poll('a')
    expect(broker.shares()).toEqual({ a: '0', b: '1' })
    expect(answers, 'nothing is left in partition 1').toEqual([])
  })

  test('refuses the commit of a member that has given up its share', () => {
    const broker = filled(2)
    sharing(broker, 'a', 'b')
    broker.subscribe('c')
    broker.poll('c')
    broker.poll('a')
    expect(broker.commit('a', 0, 1)).toBe('REBALANCE_IN_PROGRESS')
  })

  test('goes on without those who don’t come back in time', () => {
    const broker = filled(2)
    sharing(broker, 'a', 'b')
    for (const name of ['a', 'b']) broker.value(name, { kind: 'heartbeat', group: 'g' })
    broker.subscribe('c')
    const answers = broker.wait('c', 100_000)
    for (let turn = 0; turn < 6; turn++) {
      broker.advance(9000)
      for (const name of ['a', 'b'])
        expect(broker.call(name, { kind: 'heartbeat', group: 'g' })).toMatchObject({
          error: { code: 'REBALANCE_IN_PROGRESS' },
        })
    }
    broker.poll('b')
    broker.advance(5999)
    expect(answers).toEqual([])
    broker.advance(1)
    expect(broker.shares()).toEqual({ b: '0', c: '1' })
    expect(broker.commit('a', 0, 1)).toBe('UNKNOWN_MEMBER_ID')
  })

  test('goes on when the one that it waits for crashes and its session is over', () => {
    const broker = filled(2)
    sharing(broker, 'a', 'b')
    broker.subscribe('c')
    broker.wait('c', 100_000)
    broker.wait('a', 100_000)
    broker.disconnect('b')
    expect(broker.shares()).toEqual({ lost: '1' })
    broker.advance(10_000)
    expect(broker.shares()).toEqual({ a: '0', c: '1' })
  })

  test('goes on without one that crashed when the time is over, however long its session', () => {
    const broker = filled(1)
    broker.subscribe('a', { sessionTimeout: 500_000 })
    broker.poll('a')
    broker.disconnect('a')
    broker.subscribe('b')
    broker.wait('b', 100_000)
    broker.advance(59_999)
    expect(broker.shares()).toEqual({ lost: '0' })
    broker.advance(1)
    expect(broker.shares()).toEqual({ b: '0' })
  })

  test('does not wait for a member that crashed without a share', () => {
    const broker = filled(1)
    broker.subscribe('a')
    broker.poll('a')
    broker.subscribe('b')
    broker.wait('b')
    broker.disconnect('b')
    broker.poll('a')
    expect(broker.shares()).toEqual({ a: '0' })
  })

  test('leads to the same state whoever comes first', () => {
    const one = filled(2)
    sharing(one, 'a', 'b')
    const other = filled(2)
    sharing(other, 'b', 'a')
    const positions = (broker: TestBroker): unknown =>
      broker.state.groups[0]!.consumers.map(({ connection, shares }) => [connection, shares.length])
    expect(positions(one)).toEqual(positions(other))
    for (const broker of [one, other])
      for (const name of ['a', 'b'])
        while (broker.poll(name).length > 0) {
          // Until there is nothing left, so that both have read the same.
        }
    expect(one.state).toEqual(other.state)
  })
})

describe('a session', () => {
  test.each(['heartbeat', 'poll', 'commit'] as const)('is kept alive by a %s', (kind) => {
    const broker = filled(1)
    broker.subscribe('c')
    broker.poll('c')
    for (let turn = 0; turn < 3; turn++) {
      broker.advance(9999)
      if (kind === 'heartbeat') broker.value('c', { kind, group: 'g' })
      else if (kind === 'poll') broker.poll('c')
      else broker.commit('c', 0, 1)
    }
    broker.advance(9999)
    expect(broker.shares()).toEqual({ c: '0' })
    broker.advance(1)
    expect(broker.shares()).toEqual({})
  })

  test('does not run while a poll waits', () => {
    const broker = new TestBroker({ topics: { t: 1 } })
    broker.subscribe('c')
    broker.wait('c', 50_000)
    broker.advance(49_999)
    expect(broker.shares()).toEqual({ c: '0' })
    expect(broker.deadlines()).toEqual(['poll "c" of "g"'])
  })

  test('that is over ends with the next poll: the consumer joins anew', () => {
    const broker = filled(1)
    broker.subscribe('c')
    broker.poll('c')
    broker.advance(10_000)
    expect(broker.call('c', { kind: 'heartbeat', group: 'g' })).toMatchObject({
      error: { code: 'UNKNOWN_MEMBER_ID' },
    })
    expect(broker.poll('c')).toEqual(['t/0@0=a0', 't/0@1=b0'])
  })

  test('of a length that the broker doesn’t allow is refused', () => {
    for (const sessionTimeout of [5999, 1_800_001, -1]) {
      const broker = filled(1)
      broker.subscribe('c', { sessionTimeout })
      expect(() => broker.poll('c')).toThrow('INVALID_SESSION_TIMEOUT')
    }
    const broker = new TestBroker({ topics: { t: 1 }, sessionTimeoutMin: 100 })
    broker.subscribe('c', { sessionTimeout: 100 })
    expect(broker.poll('c')).toEqual([])
  })
})

describe('a wrong call of a consumer is answered with an error:', () => {
  const offset = { topic: 't', partition: 0, offset: '1' }
  test.each([
    ['Consumer is not subscribed to any topics or assigned any partitions', { kind: 'poll', timeout: 0 }],
    ['Timeout must not be negative', { kind: 'poll', timeout: -1 }],
    ['Timeout must not be negative', { kind: 'poll', timeout: undefined }],
    ['Timeout must not be negative', { kind: 'poll', timeout: Infinity }],
    ['Consumer group was not initialized, consumer#poll must be called first', { kind: 'heartbeat' }],
    [
      'Consumer group was not initialized, consumer#poll must be called first',
      { kind: 'commit', offsets: [offset] },
    ],
    ['topicPartitions must be an array', { kind: 'commit', offsets: null }],
    ['Invalid topic undefined', { kind: 'commit', offsets: [null] }],
    [
      'Invalid partition, expected a number received x',
      { kind: 'commit', offsets: [{ ...offset, partition: 'x' }] },
    ],
    [
      'Invalid offset, expected a long received one',
      { kind: 'commit', offsets: [{ ...offset, offset: 'one' }] },
    ],
    ['Offset must not be a negative number', { kind: 'commit', offsets: [{ ...offset, offset: '-1' }] }],
    ['Argument "topics" must be an array', { kind: 'subscribe', topics: 't' }],
    [
      'Invalid topic 7 (number), the topic name has to be a String or a RegExp',
      { kind: 'subscribe', topics: [7] },
    ],
    ['This server does not host this topic-partition', { kind: 'subscribe', topics: ['t', 'nowhere'] }],
  ])('%s', (message, command) => {
    const broker = filled(1)
    const before = JSON.stringify(broker.state)
    expect(broker.call('c', { group: 'g', ...command } as never)).toMatchObject({ error: { message } })
    expect(JSON.stringify(broker.state)).toBe(before)
  })

  test('a subscription while it runs, and a second poll while one waits', () => {
    const broker = new TestBroker({ topics: { t: 1 } })
    broker.subscribe('c')
    const answers = broker.wait('c')
    expect(() => broker.poll('c')).toThrow('KafkaJSNonRetriableError')
    expect(() => broker.subscribe('c')).toThrow('KafkaJSNonRetriableError')
    broker.value('c', { kind: 'leave', group: 'g' })
    expect(answers).toEqual([[]])
    expect(broker.state.groups).toEqual([])
  })

  test('an offset of a partition that isn’t there, though those that are there are committed', () => {
    const broker = filled(1)
    broker.subscribe('c')
    broker.poll('c')
    const offsets = [
      { topic: 't', partition: 5, offset: '1' },
      { topic: 't', partition: 0, offset: '1' },
    ]
    expect(broker.call('c', { kind: 'commit', group: 'g', offsets })).toMatchObject({
      error: { code: 'UNKNOWN_TOPIC_OR_PARTITION' },
    })
    expect(broker.state.groups[0]!.committed).toEqual([{ topic: 't', partition: 0, offset: 1 }])
  })
})
