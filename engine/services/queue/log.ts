/**
 * The log: topics, their partitions, and the records in them. A record's offset is its place in its partition, and
 * nothing is ever taken out. What producers sent lately is kept beside it, so that a batch that comes again is known.
 * Reference: Kafka, "Design", sections "The Producer", "Message Delivery Semantics".
 */
import type { Plain } from '../../api.ts'
import { copy } from '../../plain.ts'
import type { Answer } from '../service.ts'
import { protocolError, refused, wrongType } from './errors.ts'
import { partitionOf } from './murmur2.ts'

/** What a producer hands over. */
export interface Message {
  /** Records with equal keys come into the same partition, in the order in which they were sent. */
  readonly key?: string | null
  /** Null deletes a key in a compacted topic, which the course does not have; it is an ordinary value here. */
  readonly value: string | null
  /** The partition, for who wants to choose it; else the key decides. */
  readonly partition?: number
  readonly headers?: { readonly [name: string]: string }
}

/** The messages of one call for one topic. */
export interface TopicMessages {
  readonly topic: string
  readonly messages: readonly Message[]
}

/** A message in the log. */
export interface StoredRecord {
  readonly key: string | null
  readonly value: string | null
  /** Left out where there are none. */
  readonly headers?: { readonly [name: string]: string }
}

export interface Topic {
  readonly name: string
  /** The records of each partition; the offset of a record is its index. */
  partitions: StoredRecord[][]
}

/** An idempotent producer, known by the connection that it had when it asked for a number. */
export interface Producer {
  readonly connection: string
  /** The number of its next batch. */
  next: number
  /** Its last batches in the log and what was answered. Invariant: ascending, at most BATCHES_REMEMBERED. */
  batches: { readonly sequence: number; readonly answer: Plain }[]
}

/** The number of a batch, by which a broker knows one that comes again. */
export type BatchNumber = {
  readonly producer: string
  readonly sequence: number
}

/** Topics and producers, each sorted by its name. */
export interface Log {
  topics: Topic[]
  producers: Producer[]
}

/**
 * How many batches of a producer are remembered.
 * Reference: Kafka, producer configuration `max.in.flight.requests.per.connection`: at most 5 with idempotence.
 */
export const BATCHES_REMEMBERED = 5

/** The records of a partition, or undefined where there is no such partition. */
export function recordsOf(log: Log, topic: string, partition: number): StoredRecord[] | undefined {
  if (!Number.isInteger(partition)) return undefined
  return log.topics.find(({ name }) => name === topic)?.partitions[partition]
}

/** Gives an idempotent producer the number of its next batch. */
export function nextSequence(log: Log, connection: string): BatchNumber {
  let producer = log.producers.find((known) => known.connection === connection)
  if (producer === undefined) {
    producer = { connection, next: 0, batches: [] }
    log.producers.push(producer)
    log.producers.sort((left, right) => byText(left.connection, right.connection))
  }
  return { producer: connection, sequence: producer.next++ }
}

/** A call of `send`. */
export interface Produce {
  readonly topicMessages: readonly TopicMessages[]
  /** −1: all replicas, 1: the leader, 0: nobody acknowledges; with one broker the first two are the same. */
  readonly acks: number
  /** Null where the producer is not idempotent. */
  readonly batch: BatchNumber | null
}

/** Appends all messages of a call, or none where one of them is wrong. */
export function append(log: Log, { topicMessages, acks, batch }: Produce): Answer {
  const wrong = wrongCall(topicMessages)
  if (wrong !== null) return wrong
  if (batch !== null && acks !== -1)
    return refused(`Not requiring ack for all messages invalidates the idempotent producer's EoS guarantees`)
  if (![-1, 0, 1].includes(acks)) return protocolError('INVALID_REQUIRED_ACKS')
  for (const { topic, messages } of topicMessages)
    for (const { partition } of messages)
      if (recordsOf(log, topic, partition ?? 0) === undefined)
        return protocolError('UNKNOWN_TOPIC_OR_PARTITION')

  const producer = batch && log.producers.find(({ connection }) => connection === batch.producer)
  if (!producer) return { value: appendAll(log, topicMessages) }
  const before = producer.batches.find(({ sequence }) => sequence === batch.sequence)
  if (before) return { value: before.answer }
  const { batches } = producer
  if (batches.length === BATCHES_REMEMBERED && batch.sequence < batches[0]!.sequence)
    return protocolError('DUPLICATE_SEQUENCE_NUMBER')
  const answer = appendAll(log, topicMessages)
  batches.push({ sequence: batch.sequence, answer })
  batches.sort((left, right) => left.sequence - right.sequence)
  if (batches.length > BATCHES_REMEMBERED) batches.shift()
  return { value: answer }
}

/** What kafkajs refuses before it sends anything. */
function wrongCall(topicMessages: readonly TopicMessages[]): Answer | null {
  for (const { topic } of topicMessages)
    if (typeof topic !== 'string' || topic === '') return refused('Invalid topic')
  for (const { topic, messages } of topicMessages) {
    if (!Array.isArray(messages))
      return refused(`Invalid messages array [${String(messages)}] for topic "${topic}"`)
    for (const message of messages as readonly (Partial<Message> | null)[])
      if (message?.value === undefined)
        return refused(`Invalid message without value for topic "${topic}": ${JSON.stringify(message)}`)
    for (const { key, value, headers } of messages)
      for (const text of [key, value, ...Object.values(headers ?? {})] as unknown[])
        if (text !== null && text !== undefined && typeof text !== 'string')
          return wrongType(`Keys, values and headers of messages are strings, not ${typeof text}`)
  }
  return null
}

/** What kafkajs says of each partition: where the first record of the call is in it. */
function appendAll(log: Log, topicMessages: readonly TopicMessages[]): Plain {
  const bases = new Map<StoredRecord[], number>()
  for (const { topic, messages } of topicMessages) {
    const { partitions } = log.topics.find(({ name }) => name === topic)!
    for (const { key: given, value, headers, partition } of messages) {
      const key = given ?? null
      const records = partitions[partition ?? chosen(key, partitions)]!
      if (!bases.has(records)) bases.set(records, records.length)
      const noted = headers && Object.keys(headers).length > 0 ? { headers: copy(headers) } : {}
      records.push({ key, value, ...noted })
    }
  }
  return log.topics.flatMap(({ name, partitions }) =>
    partitions.flatMap((records, partition) => {
      const base = bases.get(records)
      if (base === undefined) return []
      return [{ topicName: name, partition, errorCode: 0, baseOffset: String(base) }]
    }),
  )
}

/**
 * Kafka spreads records without a key over the partitions, by rules that changed with its versions. Here each goes to the
 * partition with the fewest records, the first of several, so that no counter is needed that would tell states apart.
 */
function chosen(key: string | null, partitions: readonly StoredRecord[][]): number {
  if (key !== null) return partitionOf(key, partitions.length)
  let fewest = 0
  for (let partition = 1; partition < partitions.length; partition++)
    if (partitions[partition]!.length < partitions[fewest]!.length) fewest = partition
  return fewest
}

/** The order of texts by their code units, which is the same on every machine. */
export function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
