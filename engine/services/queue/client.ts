/**
 * The client’s library of the queue: what a learner’s file calls. Producers, offsets and errors have the shape of kafkajs’s.
 *
 * A consumer is asked for records, `await consumer.poll(500)`, as with Kafka’s own Java client, where kafkajs calls back:
 * `consumer.run({ eachMessage })`. The pull form is the clearer one here. The loop stands in the learner’s file, so that one
 * sees between which two steps a crash strikes and what is committed then; and nothing runs inside the library that a
 * checker would have to know about. Over kafkajs, `run` becomes a `poll` with a queue of one batch in between.
 *
 * The library has no state of its own, and what it does with an answer depends on nothing but the command that was sent.
 */
import type { Plain } from '../../api.ts'
import { described } from '../../clients/library.ts'
import type { ServiceError } from '../service.ts'
import type { BatchNumber, Message, TopicMessages } from './log.ts'
import type { OffsetToCommit, ProducerCall, QueueCommand } from './server.ts'

/** Sends a command and gives its answer; rejected with a ServiceError. Nothing but `then` of the promise is used. */
export type Send = (command: QueueCommand) => PromiseLike<Plain>

/** Where a call’s messages went in one partition. */
export interface RecordMetadata {
  readonly topicName: string
  readonly partition: number
  readonly errorCode: number
  /** The offset of the first of them. */
  readonly baseOffset: string
}

/** A record as `poll` returns it: the payload that kafkajs hands to `eachMessage`. */
export interface ConsumerRecord {
  readonly topic: string
  readonly partition: number
  readonly message: {
    /** Text. kafkajs has a Buffer here, so write `String(message.key)`, which is right with both. */
    readonly key: string | null
    /** Text. kafkajs has a Buffer here, so write `String(message.value)`, which is right with both. */
    readonly value: string | null
    /** Decimal digits. The next record’s is one more: commit `String(Number(offset) + 1)`. */
    readonly offset: string
    readonly headers: { readonly [name: string]: string }
  }
}

export interface ProducerConfig {
  /**
   * Does the broker recognise a message that is sent again because its acknowledgement was lost? Only what the library
   * itself sends again: a second call of `send` is a second message. Default: false.
   */
  readonly idempotent?: boolean
  readonly retry?: {
    /** How often a call is sent again when its connection is lost before the acknowledgement has come. Default: 5. */
    readonly retries?: number
  }
}

export interface ProducerRecord {
  readonly topic: string
  readonly messages: readonly Message[]
  /** −1: when all replicas have it; 1: when the leader has it; 0: don’t wait. Default: −1. */
  readonly acks?: number
}

export interface ProducerBatch {
  readonly topicMessages: readonly TopicMessages[]
  readonly acks?: number
}

export interface Producer {
  /** Resolves when the broker is there. */
  connect(): Promise<void>
  /** Nothing is left to do: every `send` stands for itself. */
  disconnect(): Promise<void>
  /**
   * Appends messages, each to the partition of its key, and says where they are. With `acks: 0` it says nothing.
   * A send whose acknowledgement is lost is sent again: the messages may then be in the log twice.
   * @throws KafkaJSProtocolError, KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded: then it is not known whether the
   *   messages are in the log
   */
  send(record: ProducerRecord): Promise<RecordMetadata[]>
  /** As `send`, for several topics. */
  sendBatch(batch: ProducerBatch): Promise<RecordMetadata[]>
  isIdempotent(): boolean
}

export interface ConsumerConfig {
  /** Consumers with equal ids share the partitions, and the offsets that are committed. */
  readonly groupId: string
  /** Milliseconds without a call after which the consumer is out of its group. Default: 30000. */
  readonly sessionTimeout?: number
  /** Milliseconds that a rebalance waits for this consumer. Default: 60000. */
  readonly rebalanceTimeout?: number
  /** Are the records of one poll committed by the next, and by `disconnect`? Default: true. */
  readonly autoCommit?: boolean
  /** How many records a poll returns at most, as Java’s `max.poll.records`. Default: 500. */
  readonly maxPollRecords?: number
}

export interface Consumer {
  /** Resolves when the broker is there. */
  connect(): Promise<void>
  /** Leaves the group at once: its partitions go to the others without waiting for the session to be over. */
  disconnect(): Promise<void>
  /**
   * Says what to read, before the first poll. `fromBeginning` is for partitions in which the group has committed nothing:
   * false, the default, begins with what is sent after the partition was assigned.
   */
  subscribe(subscription: {
    readonly topics: readonly string[]
    readonly fromBeginning?: boolean
  }): Promise<void>
  /**
   * The next records of the partitions that are assigned to this consumer, in order within each partition; it joins the
   * group first if need be. Waits until there are any, at most so many milliseconds; then the list is empty.
   * After a rebalance it begins again with the committed offsets: what was returned and not committed is returned again.
   */
  poll(timeout: number): Promise<ConsumerRecord[]>
  /**
   * Commits offsets of the group. The committed offset is that of the record to be read next, one past the last that is done.
   * @throws KafkaJSProtocolError UNKNOWN_MEMBER_ID: the session is over, and others may have these partitions;
   *   REBALANCE_IN_PROGRESS: its partitions are given up, and new ones come with the next poll
   */
  commitOffsets(offsets: readonly OffsetToCommit[]): Promise<void>
  /**
   * A sign of life during long work. kafkajs hands it to `eachMessage`.
   * @throws KafkaJSProtocolError UNKNOWN_MEMBER_ID, or REBALANCE_IN_PROGRESS: the next poll will join again
   */
  heartbeat(): Promise<void>
}

/** The entry: `new Kafka(…)` of kafkajs is handed to a learner’s file ready made. */
export interface Kafka {
  producer(config?: ProducerConfig): Producer
  /** @throws KafkaJSNonRetriableError where the configuration is wrong */
  consumer(config: ConsumerConfig): Consumer
}

/** The class of all errors of the library. */
export class KafkaJSError extends Error {
  override readonly name: string = 'KafkaJSError'
  /** Would it be sensible to try again? */
  readonly retriable: boolean

  constructor(message: string, retriable = true) {
    super(message)
    this.retriable = retriable
  }
}

/** A wrong call. */
export class KafkaJSNonRetriableError extends KafkaJSError {
  override readonly name: string = 'KafkaJSNonRetriableError'

  constructor(message: string) {
    super(message, false)
  }
}

/** The broker says no. */
export class KafkaJSProtocolError extends KafkaJSError {
  override readonly name = 'KafkaJSProtocolError'
  /** Kafka’s name of the error, such as `UNKNOWN_MEMBER_ID`. */
  readonly type: string
  /** Kafka’s number of the error. */
  readonly code: number

  constructor({ message, code, details = {} }: ServiceError) {
    super(message, details.retriable === true)
    this.type = code
    this.code = Number(details.number)
  }
}

/** The connection was lost before the answer came: it is not known whether the request was carried out. */
export class KafkaJSConnectionClosedError extends KafkaJSError {
  override readonly name = 'KafkaJSConnectionClosedError'
}

/** A send was tried as often as the configuration allows, and no acknowledgement came. */
export class KafkaJSNumberOfRetriesExceeded extends KafkaJSNonRetriableError {
  override readonly name = 'KafkaJSNumberOfRetriesExceeded'
  readonly retryCount: number
  override readonly cause: KafkaJSError

  constructor(cause: KafkaJSError, retryCount: number) {
    super(cause.message)
    this.cause = cause
    this.retryCount = retryCount
  }
}

/** Makes a client over a connection. */
export function kafkaClient(send: Send): Kafka {
  return {
    producer: (config = {}) => producer(send, config),
    consumer: (config) => consumer(send, config),
  }
}

const RETRIES = 5

function producer(send: Send, { idempotent = false, retry }: ProducerConfig): Producer {
  const retriesMax = retry?.retries ?? RETRIES
  const sendBatch = ({ topicMessages, acks = -1 }: ProducerBatch): Promise<RecordMetadata[]> => {
    // Who does not wait for an acknowledgement does not learn that it is missing.
    const retries = acks === 0 ? 0 : retriesMax
    const call: ProducerCall = { topicMessages, acks, tried: 0, retries }
    return promised(idempotent ? sendNumbered(send, call) : sendUntilAcknowledged(send, call, null))
  }
  const made: Producer = {
    connect: () => promised(ask(send, { kind: 'metadata' }).then(nothing)),
    disconnect: () => promised(ask(send, { kind: 'metadata' }).then(nothing)),
    send: ({ topic, messages, acks }) =>
      sendBatch({ topicMessages: [{ topic, messages }], ...(acks === undefined ? {} : { acks }) }),
    sendBatch,
    isIdempotent: () => idempotent,
  }
  return described(made, 'Producer', () => [idempotent, retriesMax])
}

/** Asks for a number first, so that the broker knows the batch if it comes again. A number that is lost is not missed. */
function sendNumbered(send: Send, call: ProducerCall): PromiseLike<Plain> {
  return ask(send, { kind: 'sequence', ...call }).then(
    (batch) => sendUntilAcknowledged(send, { ...call, tried: 0 }, batch as BatchNumber),
    (error: unknown) => sendNumbered(send, againAfter(call, error)),
  )
}

function sendUntilAcknowledged(
  send: Send,
  call: ProducerCall,
  batch: BatchNumber | null,
): PromiseLike<Plain> {
  return ask(send, { kind: 'produce', ...call, batch }).then(
    (metadata) => (call.acks === 0 ? [] : metadata),
    (error: unknown) => {
      if (call.acks === 0 && error instanceof KafkaJSConnectionClosedError) return []
      return sendUntilAcknowledged(send, againAfter(call, error), batch)
    },
  )
}

/** The call as it is tried again. @throws what it failed with, where that does no good */
function againAfter(call: ProducerCall, error: unknown): ProducerCall {
  if (!(error instanceof KafkaJSConnectionClosedError)) throw error
  if (call.tried >= call.retries) throw new KafkaJSNumberOfRetriesExceeded(error, call.tried)
  return { ...call, tried: call.tried + 1 }
}

function consumer(send: Send, config: ConsumerConfig): Consumer {
  const { groupId: group, sessionTimeout = 30_000, rebalanceTimeout = 60_000 } = config
  const { autoCommit = true, maxPollRecords = 500 } = config
  if (typeof group !== 'string' || group === '')
    throw new KafkaJSNonRetriableError('Consumer groupId must be a non-empty string.')
  if (!Number.isInteger(maxPollRecords) || maxPollRecords < 1)
    throw new KafkaJSNonRetriableError(
      `maxPollRecords must be an integer of 1 or more, not ${maxPollRecords}`,
    )
  if (!(rebalanceTimeout >= 0 && rebalanceTimeout < Infinity))
    throw new KafkaJSNonRetriableError(
      `rebalanceTimeout must be a number of milliseconds, not ${rebalanceTimeout}`,
    )
  const settings = { sessionTimeout, rebalanceTimeout, autoCommit, maxPollRecords }
  const made: Consumer = {
    connect: () => promised(ask(send, { kind: 'metadata' }).then(nothing)),
    disconnect: () => promised(ask(send, { kind: 'leave', group }).then(nothing)),
    subscribe: ({ topics, fromBeginning = false }) =>
      promised(ask(send, { kind: 'subscribe', group, topics, fromBeginning, settings }).then(nothing)),
    poll: (timeout) => promised(ask(send, { kind: 'poll', group, timeout })),
    commitOffsets: (offsets) => promised(ask(send, { kind: 'commit', group, offsets }).then(nothing)),
    heartbeat: () => promised(ask(send, { kind: 'heartbeat', group }).then(nothing)),
  }
  return described(made, 'Consumer', () => [group, settings])
}

/** Sends a command. What it fails with is made an error of the library’s. */
function ask(send: Send, command: QueueCommand): PromiseLike<Plain> {
  return send(command).then(undefined, (reason: unknown) => {
    throw errorOf(reason as ServiceError)
  })
}

/** Whatever is not the broker’s own error is a connection that ended before the answer came. */
function errorOf(reason: ServiceError): Error {
  const { name, message, code } = reason
  if (name === 'KafkaJSProtocolError') return new KafkaJSProtocolError(reason)
  if (name === 'KafkaJSNonRetriableError') return new KafkaJSNonRetriableError(message)
  if (name === 'TypeError') return Object.assign(new TypeError(message), { code })
  return new KafkaJSConnectionClosedError('Closed connection')
}

function nothing(): undefined {
  return undefined
}

/** The promise as learners see it. It is the engine’s, which has all that the language’s has, and awaits like it. */
function promised<T>(answer: PromiseLike<unknown>): Promise<T> {
  return answer as Promise<T>
}
