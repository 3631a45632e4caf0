import { describe, expect, test } from 'vitest'
import { copy } from '../../plain.ts'
import type { Answer } from '../service.ts'
import { partitionOf } from './murmur2.ts'
import type { Message } from './log.ts'
import { type QueueCommand, queueServer } from './server.ts'
import { TestBroker } from './testing/broker.ts'

const CALL = { acks: -1, tried: 0, retries: 0, batch: null }

function produce(messages: unknown, more: object = {}): QueueCommand {
  const topicMessages = [{ topic: 't', messages: messages as Message[] }]
  return { kind: 'produce', ...CALL, topicMessages, ...more }
}

function code(answer: Answer | null): string {
  if (answer === null || !('error' in answer)) return 'no error'
  return answer.error.code || `${answer.error.name}: ${answer.error.message}`
}

describe('a log', () => {
  test('keeps records of one key in one partition, in the order in which they were sent', () => {
    const broker = new TestBroker({ topics: { t: 3 } })
    for (let turn = 0; turn < 4; turn++)
      for (const key of ['a', 'b', 'c', 'd', 'e']) broker.send('t', { key, value: `${key}${turn}` })
    const { partitions } = broker.state.topics[0]!
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      const records = partitions[partitionOf(key, 3)]!.filter((record) => record.key === key)
      expect(records.map(({ value }) => value)).toEqual([0, 1, 2, 3].map((turn) => `${key}${turn}`))
    }
    expect(partitions.flat()).toHaveLength(20)
  })

  test('takes a record to the partition that its sender names', () => {
    const broker = new TestBroker({ topics: { t: 3 } })
    expect(broker.send('t', { key: 'a', value: 'x', partition: 2 })).toEqual([
      { topicName: 't', partition: 2, errorCode: 0, baseOffset: '0' },
    ])
  })

  test('takes a record without a key to the partition with the fewest records', () => {
    const broker = new TestBroker({ topics: { t: 2 } })
    broker.send('t', { value: '1', partition: 0 }, { value: '2', partition: 0 }, { value: '3' })
    broker.send('t', { key: null, value: '4' }, { value: '5' })
    expect(broker.state.topics[0]!.partitions.map((records) => records.map(({ value }) => value))).toEqual([
      ['1', '2', '5'],
      ['3', '4'],
    ])
  })

  test('answers with the first offset of the call in each partition', () => {
    const broker = new TestBroker({ topics: { t: 2 } })
    broker.send('t', { value: 'x', partition: 1 })
    const message = (partition: number): Message => ({ value: 'y', partition })
    expect(broker.send('t', message(1), message(0), message(1))).toEqual([
      { topicName: 't', partition: 0, errorCode: 0, baseOffset: '0' },
      { topicName: 't', partition: 1, errorCode: 0, baseOffset: '1' },
    ])
  })

  test('keeps headers, and a value of null', () => {
    const broker = new TestBroker({ topics: { t: 1 } })
    broker.send('t', { key: 'k', value: null, headers: { id: '7' } }, { value: 'x', headers: {} })
    expect(broker.state.topics[0]!.partitions[0]).toEqual([
      { key: 'k', value: null, headers: { id: '7' } },
      { key: null, value: 'x' },
    ])
  })

  test('takes topics, groups and connections whose names mean something to the language', () => {
    const broker = new TestBroker({
      topics: JSON.parse('{"__proto__": 1, "constructor": 1}') as Record<string, number>,
    })
    broker.send('__proto__', { value: 'x' })
    broker.subscribe('__proto__', {}, ['__proto__', 'constructor'], '__proto__')
    expect(broker.poll('__proto__', '__proto__')).toEqual(['__proto__/0@0=x'])
  })
})

describe('a wrong call is answered with kafkajs’s error, and appends nothing:', () => {
  test.each<[string, QueueCommand]>([
    [
      'KafkaJSNonRetriableError: Invalid topic',
      produce([], { topicMessages: [{ topic: '', messages: [] }] }),
    ],
    ['KafkaJSNonRetriableError: Invalid messages array [undefined] for topic "t"', produce(undefined)],
    [
      'KafkaJSNonRetriableError: Invalid message without value for topic "t": {"key":"k"}',
      produce([{ value: 'good' }, { key: 'k' }]),
    ],
    ['KafkaJSNonRetriableError: Invalid message without value for topic "t": null', produce([null])],
    ['ERR_INVALID_ARG_TYPE', produce([{ value: 7 }])],
    ['ERR_INVALID_ARG_TYPE', produce([{ key: 7, value: 'x' }])],
    ['ERR_INVALID_ARG_TYPE', produce([{ value: 'x', headers: { id: 7 } }])],
    ['UNKNOWN_TOPIC_OR_PARTITION', produce([{ value: 'good' }, { value: 'x', partition: 1 }])],
    ['UNKNOWN_TOPIC_OR_PARTITION', produce([{ value: 'x', partition: 'length' }])],
    [
      'UNKNOWN_TOPIC_OR_PARTITION',
      produce([], {
        topicMessages: [
          { topic: 't', messages: [{ value: 'good' }] },
          { topic: 'u', messages: [{ value: 'x' }] },
        ],
      }),
    ],
    ['INVALID_REQUIRED_ACKS', produce([{ value: 'x' }], { acks: 2 })],
    [
      "KafkaJSNonRetriableError: Not requiring ack for all messages invalidates the idempotent producer's EoS guarantees",
      produce([{ value: 'x' }], { acks: 1, batch: { producer: 'p', sequence: 0 } }),
    ],
  ])('%s', (expected, command) => {
    const broker = new TestBroker({ topics: { t: 1 } })
    const before = copy(broker.state)
    expect(code(broker.call('p', command))).toBe(expected)
    expect(broker.state).toEqual(before)
  })
})

describe('a batch that comes twice', () => {
  test('is in the log twice if its producer is not idempotent', () => {
    const broker = new TestBroker({ topics: { t: 1 } })
    broker.call('p', produce([{ value: 'x' }]))
    broker.call('p', produce([{ value: 'x' }]))
    expect(broker.state.topics[0]!.partitions[0]).toHaveLength(2)
  })

  test('is in the log once if its producer is, and has the same answer, though others wrote in between', () => {
    const broker = new TestBroker({ topics: { t: 2 } })
    const batch = broker.value('p', { kind: 'sequence', ...CALL, topicMessages: [] })
    const command = produce([{ value: 'x' }, { value: 'y' }], { batch })
    const answer = broker.call('p', command)
    broker.send('t', { value: 'z' })
    broker.disconnect('p')
    broker.restart()
    expect(broker.call('p again', command)).toEqual(answer)
    expect(broker.state.topics[0]!.partitions.flat()).toHaveLength(3)
  })

  test('is told from a new one with the same messages', () => {
    const broker = new TestBroker({ topics: { t: 1 } })
    for (const producer of ['p', 'p', 'q']) {
      const batch = broker.value(producer, { kind: 'sequence', ...CALL, topicMessages: [] })
      broker.call(producer, produce([{ value: 'x' }], { batch }))
    }
    expect(broker.state.topics[0]!.partitions[0]).toHaveLength(3)
  })

  test('is in the log whatever the order of two sends under way', () => {
    const broker = new TestBroker({ topics: { t: 1 } })
    const sequence: QueueCommand = { kind: 'sequence', ...CALL, topicMessages: [] }
    const first = broker.value('p', sequence)
    const second = broker.value('p', sequence)
    broker.call('p', produce([{ value: '2' }], { batch: second }))
    broker.call('p', produce([{ value: '1' }], { batch: first }))
    broker.call('p', produce([{ value: '2' }], { batch: second }))
    expect(broker.state.topics[0]!.partitions[0]!.map(({ value }) => value)).toEqual(['2', '1'])
  })

  test('is refused when it is older than all that the broker remembers', () => {
    const broker = new TestBroker({ topics: { t: 1 } })
    const batches = Array.from({ length: 6 }, () =>
      broker.value('p', { kind: 'sequence', ...CALL, topicMessages: [] }),
    )
    for (const batch of batches) broker.call('p', produce([{ value: 'x' }], { batch }))
    expect(broker.state.producers[0]!.batches).toHaveLength(5)
    expect(code(broker.call('p', produce([{ value: 'x' }], { batch: batches[0] })))).toBe(
      'DUPLICATE_SEQUENCE_NUMBER',
    )
    expect(broker.state.topics[0]!.partitions[0]).toHaveLength(6)
  })
})

describe('a broker that restarts', () => {
  test('has its log and the committed offsets, where they are on the disk', () => {
    const broker = new TestBroker({ topics: { t: 1 } })
    broker.send('t', { value: 'x' }, { value: 'y' })
    broker.subscribe('c')
    broker.poll('c')
    broker.commit('c', 0, 1)
    broker.restart()
    expect(broker.deadlines()).toEqual([])
    broker.subscribe('c')
    expect(broker.poll('c')).toEqual(['t/0@1=y'])
  })

  test('has its topics and nothing in them, where it keeps nothing', () => {
    const options = { topics: { t: 1 }, persistence: 'none' } as const
    const broker = new TestBroker(options)
    broker.send('t', { value: 'x' })
    broker.subscribe('c')
    broker.poll('c')
    broker.commit('c', 0, 1)
    broker.restart()
    expect(broker.state).toEqual(queueServer.init(options))
  })

  test('never gives out the number of a batch that a client may still send', () => {
    const broker = new TestBroker({ topics: { t: 1 }, persistence: 'none' })
    const sequence: QueueCommand = { kind: 'sequence', ...CALL, topicMessages: [] }
    const first = broker.value('p', sequence)
    broker.restart()
    expect(broker.value('p', sequence)).not.toEqual(first)
  })
})
