import { describe, expect, test } from 'vitest'
import type { Plain } from '../../api.ts'
import {
  type ConsumerRecord,
  type Kafka,
  KafkaJSConnectionClosedError,
  KafkaJSError,
  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
  type Producer,
  kafkaClient,
} from './client.ts'
import type { QueueCommand } from './server.ts'
import { TestBroker } from './testing/broker.ts'

const MESSAGES = { topic: 't', messages: [{ key: 'k', value: 'x' }] }

/** A client of which the replies to the first so many sends are lost, and its broker. */
function losing(lost: number, more: { requests?: boolean } = {}): { broker: TestBroker; kafka: Kafka } {
  const broker = new TestBroker({ topics: { t: 1 } })
  let left = lost
  const kafka = broker.kafka('p', ({ kind }) => kind !== 'produce' || left-- <= 0)
  if (!more.requests) return { broker, kafka }
  // The requests are lost as well: the broker never sees them.
  const through = kafkaClient((command) =>
    command.kind === 'produce' && left-- > 0
      ? Promise.reject(new Error('lost'))
      : new Promise((resolve) => broker.call('p', command, (answer) => resolve((answer as never)['value']))),
  )
  return { broker, kafka: through }
}

function log(broker: TestBroker): (string | null)[] {
  return broker.state.topics[0]!.partitions[0]!.map(({ value }) => value)
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('it should have failed'),
    (error: unknown) => error,
  )
}

describe('a producer', () => {
  test('sends, and learns where its messages are', async () => {
    const { broker, kafka } = losing(0)
    const producer = kafka.producer()
    await producer.connect()
    expect(await producer.send(MESSAGES)).toEqual([
      { topicName: 't', partition: 0, errorCode: 0, baseOffset: '0' },
    ])
    expect(await producer.sendBatch({ topicMessages: [MESSAGES, MESSAGES] })).toMatchObject([
      { baseOffset: '1' },
    ])
    await producer.disconnect()
    expect(log(broker)).toEqual(['x', 'x', 'x'])
  })

  test('whose acknowledgement is lost sends again, so that the message is there twice', async () => {
    const { broker, kafka } = losing(1)
    expect(await kafka.producer().send(MESSAGES)).toMatchObject([{ baseOffset: '1' }])
    expect(log(broker)).toEqual(['x', 'x'])
  })

  test('that is idempotent sends again, and the message is there once', async () => {
    const { broker, kafka } = losing(3)
    const producer = kafka.producer({ idempotent: true })
    expect(producer.isIdempotent()).toBe(true)
    expect(await producer.send(MESSAGES)).toMatchObject([{ baseOffset: '0' }])
    expect(await producer.send(MESSAGES)).toMatchObject([{ baseOffset: '1' }])
    expect(log(broker)).toEqual(['x', 'x'])
  })

  test('whose request itself was lost sends again, and the message is there once', async () => {
    for (const idempotent of [false, true]) {
      const { broker, kafka } = losing(2, { requests: true })
      await kafka.producer({ idempotent }).send(MESSAGES)
      expect(log(broker)).toEqual(['x'])
    }
  })

  test('gives up after its retries, and says what the last one failed with', async () => {
    for (const [retries, copies] of [
      [undefined, 6],
      [2, 3],
      [0, 1],
    ] as const) {
      const { broker, kafka } = losing(100)
      const producer = kafka.producer(retries === undefined ? {} : { retry: { retries } })
      const error = await failure(producer.send(MESSAGES))
      expect(error).toBeInstanceOf(KafkaJSNumberOfRetriesExceeded)
      expect(error).toMatchObject({
        name: 'KafkaJSNumberOfRetriesExceeded',
        message: 'Closed connection',
        retriable: false,
        retryCount: copies - 1,
      })
      expect((error as Error).cause).toBeInstanceOf(KafkaJSConnectionClosedError)
      expect(log(broker)).toHaveLength(copies)
    }
  })

  test('with acks 0 is told nothing, neither where the message is nor that the connection is lost', async () => {
    for (const lost of [0, 1]) {
      const { broker, kafka } = losing(lost)
      expect(await kafka.producer().send({ ...MESSAGES, acks: 0 })).toEqual([])
      expect(log(broker)).toEqual(['x'])
    }
  })

  test('whose number for a batch is lost asks for another one', async () => {
    const broker = new TestBroker({ topics: { t: 1 } })
    let lost = 1
    const kafka = broker.kafka('p', ({ kind }) => kind !== 'sequence' || lost-- <= 0)
    await kafka.producer({ idempotent: true }).send(MESSAGES)
    expect(log(broker)).toEqual(['x'])
  })

  test('shows in each command all that it will do with the answer', async () => {
    const seen: QueueCommand[] = []
    const broker = new TestBroker({ topics: { t: 1 } })
    let lost = 1
    const kafka = broker.kafka('p', (command) => {
      seen.push(command)
      return command.kind !== 'produce' || lost-- <= 0
    })
    await kafka.producer({ idempotent: true, retry: { retries: 3 } }).send(MESSAGES)
    const call = { topicMessages: [MESSAGES], acks: -1, retries: 3 }
    const batch = { producer: 'p', sequence: 0 }
    expect(seen).toEqual([
      { kind: 'sequence', ...call, tried: 0 },
      { kind: 'produce', ...call, tried: 0, batch },
      { kind: 'produce', ...call, tried: 1, batch },
    ])
  })
})

describe('a consumer', () => {
  test('works off a topic and commits after the work', async () => {
    const broker = new TestBroker({ topics: { orders: 2 } })
    const producer = broker.kafka('shop').producer()
    for (let order = 1; order <= 5; order++)
      await producer.send({
        topic: 'orders',
        messages: [{ key: `customer ${order % 3}`, value: `${order}` }],
      })

    const consumer = broker.kafka('billing').consumer({ groupId: 'billing', autoCommit: false })
    await consumer.connect()
    await consumer.subscribe({ topics: ['orders'], fromBeginning: true })
    const done: string[] = []
    for (let records: ConsumerRecord[]; (records = await consumer.poll(0)).length > 0;) {
      for (const { topic, partition, message } of records) {
        done.push(String(message.value))
        await consumer.heartbeat()
        await consumer.commitOffsets([{ topic, partition, offset: String(Number(message.offset) + 1) }])
      }
    }
    await consumer.disconnect()
    expect(done.sort()).toEqual(['1', '2', '3', '4', '5'])
    expect(broker.state.groups[0]).toMatchObject({ consumers: [], lost: [] })
    expect(broker.state.groups[0]!.committed.reduce((sum, { offset }) => sum + offset, 0)).toBe(5)
  })

  test('commits by itself unless told otherwise', async () => {
    const broker = new TestBroker({ topics: { t: 1 } })
    broker.send('t', { value: 'x' })
    const consumer = broker.kafka('c').consumer({ groupId: 'g' })
    await consumer.subscribe({ topics: ['t'], fromBeginning: true })
    await consumer.poll(0)
    await consumer.disconnect()
    expect(broker.state.groups[0]!.committed).toEqual([{ topic: 't', partition: 0, offset: 1 }])
  })

  test('that doesn’t ask for the beginning gets what comes later', async () => {
    const broker = new TestBroker({ topics: { t: 1 } })
    broker.send('t', { value: 'before' })
    const consumer = broker.kafka('c').consumer({ groupId: 'g' })
    await consumer.subscribe({ topics: ['t'] })
    const records = consumer.poll(1000)
    broker.send('t', { value: 'after' })
    expect((await records).map(({ message }) => message)).toEqual([
      { key: null, value: 'after', offset: '1', headers: {} },
    ])
  })

  test('needs the name of a group, and settings that make sense', () => {
    const { kafka } = losing(0)
    expect(() => kafka.consumer({ groupId: '' })).toThrow('Consumer groupId must be a non-empty string.')
    expect(() => kafka.consumer({} as never)).toThrow(KafkaJSNonRetriableError)
    expect(() => kafka.consumer({ groupId: 'g', maxPollRecords: 0 })).toThrow(KafkaJSNonRetriableError)
    expect(() => kafka.consumer({ groupId: 'g', rebalanceTimeout: Number.NaN })).toThrow(
      KafkaJSNonRetriableError,
    )
  })
})

describe('an error', () => {
  test('of the broker has Kafka’s name and number', async () => {
    const { kafka } = losing(0)
    const error = await failure(kafka.producer().send({ topic: 'nowhere', messages: [{ value: 'x' }] }))
    expect(error).toBeInstanceOf(KafkaJSProtocolError)
    expect(error).toBeInstanceOf(KafkaJSError)
    expect(error).toMatchObject({
      name: 'KafkaJSProtocolError',
      type: 'UNKNOWN_TOPIC_OR_PARTITION',
      code: 3,
      retriable: true,
      message: 'This server does not host this topic-partition',
    })
  })

  test('of a wrong call has kafkajs’s class', async () => {
    const producer: Producer = losing(0).kafka.producer()
    expect(await failure(producer.send({ topic: '', messages: [] }))).toBeInstanceOf(KafkaJSNonRetriableError)
    expect(await failure(producer.send({ topic: 't', messages: [{ value: 7 as never }] }))).toMatchObject({
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_TYPE',
    })
  })

  test('of a lost connection can be told from one of the broker', async () => {
    const broker = new TestBroker({ topics: { t: 1 } })
    const consumer = broker.kafka('c', ({ kind }) => kind !== 'poll').consumer({ groupId: 'g' })
    await consumer.subscribe({ topics: ['t'] })
    expect(await failure(consumer.poll(0))).toBeInstanceOf(KafkaJSConnectionClosedError)
  })
})

test('the library uses nothing of a promise but `then`, and no promise of its own', () => {
  const broker = new TestBroker({ topics: { t: 1 } })
  /** A promise that is settled at once and calls back within `then`. */
  const settled = (value: Plain): PromiseLike<Plain> => ({
    then: (resolved) => settled((resolved ? resolved(value) : value) as Plain) as never,
  })
  const kafka = kafkaClient((command) => settled(broker.value('p', command)))
  let metadata: unknown
  void kafka
    .producer({ idempotent: true })
    .send(MESSAGES)
    .then((value) => (metadata = value))
  expect(log(broker)).toEqual(['x'])
  expect(metadata).toBeDefined()
})
