/**
 * The group coordinator: answers what consumers ask, but for the records themselves, which come when there are any.
 * Reference: Kafka, "Protocol guide"; the words of what is refused are kafkajs's (`src/consumer/index.js`) and, for `poll`, those
 * of Kafka's own client.
 */
import type { Answer, ConnectionId } from '../service.ts'
import { DONE, protocolError, refused } from './errors.ts'
import {
  type Consumer,
  type ConsumerSettings,
  type Group,
  commit,
  emptyGroup,
  join,
  mayCommit,
} from './group.ts'
import { type Log, byText, recordsOf } from './log.ts'

/** Everything that the broker holds. Groups are sorted by their ids. */
export interface QueueState extends Log {
  groups: Group[]
  readonly sessionTimeoutMin: number
  readonly sessionTimeoutMax: number
}

/** An offset to commit: that of the record which will be read next. */
export interface OffsetToCommit {
  readonly topic: string
  readonly partition: number
  /** Decimal digits, as in kafkajs, whose offsets have 64 bits. */
  readonly offset: string
}

export interface Subscribe {
  readonly kind: 'subscribe'
  readonly group: string
  readonly topics: readonly string[]
  readonly fromBeginning: boolean
  readonly settings: ConsumerSettings
}

/** Records, as soon as there are any; none after `timeout` milliseconds. */
export interface Poll {
  readonly kind: 'poll'
  readonly group: string
  readonly timeout: number
}

export interface Commit {
  readonly kind: 'commit'
  readonly group: string
  readonly offsets: readonly OffsetToCommit[]
}

/** Says what a consumer will read. It is in its group when it polls. */
export function subscribe(state: QueueState, connection: ConnectionId, command: Subscribe): Answer {
  const { group: id, topics, fromBeginning, settings } = command
  const group = groupOf(state, id)
  let consumer = consumerOf(group, connection)
  if (consumer && consumer.standing !== 'subscribed')
    return refused('Cannot subscribe to topic while consumer is running')
  if (!Array.isArray(topics)) return refused('Argument "topics" must be an array')
  for (const topic of topics as readonly unknown[])
    if (typeof topic !== 'string')
      return refused(
        `Invalid topic ${String(topic)} (${typeof topic}), the topic name has to be a String or a RegExp`,
      )
  if (topics.some((topic) => recordsOf(state, topic, 0) === undefined))
    return protocolError('UNKNOWN_TOPIC_OR_PARTITION')
  if (!consumer) {
    const empty = { shares: [], waiting: null, session: null }
    consumer = { connection, settings, subscriptions: [], standing: 'subscribed', ...empty }
    group.consumers.push(consumer)
    group.consumers.sort((left, right) => byText(left.connection, right.connection))
  }
  consumer.settings = settings
  const others = consumer.subscriptions.filter(({ topic }) => !topics.includes(topic))
  const added = [...new Set(topics)].map((topic) => ({ topic, fromBeginning }))
  consumer.subscriptions = [...others, ...added].sort((left, right) => byText(left.topic, right.topic))
  return DONE
}

/** Asks for records. Null: the answer comes when there are any, or when the time is over. */
export function poll(
  state: QueueState,
  connection: ConnectionId,
  request: number,
  { group: id, timeout }: Poll,
): Answer | null {
  const group = groupOf(state, id)
  const consumer = consumerOf(group, connection)
  if (!(timeout >= 0 && timeout < Infinity)) return refused('Timeout must not be negative')
  if (!consumer || consumer.subscriptions.length === 0)
    return refused('Consumer is not subscribed to any topics or assigned any partitions')
  if (consumer.waiting) return refused('KafkaConsumer is not safe for multi-threaded access')
  const { sessionTimeout } = consumer.settings
  if (!(sessionTimeout >= state.sessionTimeoutMin && sessionTimeout <= state.sessionTimeoutMax))
    return protocolError('INVALID_SESSION_TIMEOUT')
  consumer.waiting = { request, left: timeout }
  consumer.session = null
  join(group, consumer, state)
  return null
}

/** Shows that a consumer is alive. */
export function heartbeat(state: QueueState, connection: ConnectionId, id: string): Answer {
  const group = groupOf(state, id)
  const consumer = consumerOf(group, connection)
  if (!consumer || consumer.standing === 'subscribed') return refused(NOT_RUNNING)
  if (consumer.standing === 'removed') return protocolError('UNKNOWN_MEMBER_ID')
  beat(consumer)
  return group.rebalancing === null ? DONE : protocolError('REBALANCE_IN_PROGRESS')
}

/** Commits offsets of a group, if the consumer still has a say in it. */
export function commitOffsets(
  state: QueueState,
  connection: ConnectionId,
  { group: id, offsets }: Commit,
): Answer {
  if (!Array.isArray(offsets)) return refused('topicPartitions must be an array')
  for (const entry of offsets as readonly (Partial<OffsetToCommit> | null)[]) {
    const { topic, partition, offset } = entry ?? {}
    if (!topic) return refused(`Invalid topic ${String(topic)}`)
    if (!Number.isInteger(partition))
      return refused(`Invalid partition, expected a number received ${String(partition)}`)
    if (!/^-?\d+$/.test(String(offset)))
      return refused(`Invalid offset, expected a long received ${String(offset)}`)
    if (Number(offset) < 0) return refused('Offset must not be a negative number')
  }
  const group = groupOf(state, id)
  const consumer = consumerOf(group, connection)
  if (!consumer || consumer.standing === 'subscribed') return refused(NOT_RUNNING)
  const error = mayCommit(consumer)
  if (error) return error
  beat(consumer)
  // Each partition is answered for itself, as in Kafka: those that exist are committed whatever the others are.
  let unknown = false
  for (const { topic, partition, offset } of offsets)
    if (recordsOf(state, topic, partition) === undefined) unknown = true
    else commit(group, topic, partition, Number(offset))
  return unknown ? protocolError('UNKNOWN_TOPIC_OR_PARTITION') : DONE
}

/** kafkajs says it of `run`, which stands for the first poll. */
const NOT_RUNNING = 'Consumer group was not initialized, consumer#poll must be called first'

function beat(consumer: Consumer): void {
  if (consumer.session !== null) consumer.session = consumer.settings.sessionTimeout
}

/** The group of an id. One that is new is forgotten again if nothing comes of it. */
export function groupOf(state: QueueState, id: string): Group {
  let group = state.groups.find((known) => known.id === id)
  if (!group) {
    group = emptyGroup(id)
    state.groups.push(group)
    state.groups.sort((left, right) => byText(left.id, right.id))
  }
  return group
}

/** A connection's consumer in a group. */
export function consumerOf(group: Group, connection: ConnectionId): Consumer | undefined {
  return group.consumers.find((consumer) => consumer.connection === connection)
}
