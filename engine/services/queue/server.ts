/**
 * The queue: one broker with what a course needs of Kafka, and with the part of a Kafka client that has to be remembered.
 *
 * There is no Kafka to compare it with among Debian's packages, so it follows what is written down. References, in the
 * documentation of Apache Kafka (kafka.apache.org/documentation, and the Java client's class documentation):
 * - a partition is an ordered log, and records with equal keys share one: "Introduction", Main Concepts and Terminology;
 *   the hash of the key: `murmur2.ts`;
 * - at least once by committing after the work, at most once by committing before it; a producer that doesn't know whether
 *   its record arrived sends it again, and an idempotent one is recognised: "Design", Message Delivery Semantics;
 *   producer configurations `acks`, `retries`, `enable.idempotence`;
 * - the committed offset is the one that will be read next, and the position moves on with every poll: KafkaConsumer,
 *   Offsets and Consumer Position;
 * - each partition goes to one consumer of a group, and is dealt out anew when one comes or goes: KafkaConsumer, Consumer
 *   Groups and Topic Subscriptions; RangeAssignor;
 * - who is silent for `session.timeout.ms` is out, its partitions go to others, and its commits fail: KafkaConsumer,
 *   Detecting Consumer Failures; consumer configuration `session.timeout.ms`;
 * - where to begin without a committed offset, or with one out of range: consumer configuration `auto.offset.reset`;
 * - the errors: "Protocol guide", Error Codes.
 *
 * A real client remembers its subscription, its share and its positions itself. Here the broker does, for the connection,
 * so that the client's library has no state: nothing then is hidden from who looks at a process and its server.
 */
import type { Plain } from '../../api.ts'
import { copy } from '../../plain.ts'
import type { Answer, ConnectionId, Deadline, Server, ServerContext } from '../service.ts'
import {
  type Commit,
  type Poll,
  type QueueState,
  type Subscribe,
  commitOffsets,
  consumerOf,
  groupOf,
  heartbeat,
  poll,
  subscribe,
} from './coordinator.ts'
import { DONE } from './errors.ts'
import { type Consumer, endRebalance, expire, isForgotten, leave, lose, take } from './group.ts'
import { type BatchNumber, type TopicMessages, append, byText, nextSequence } from './log.ts'

export type { OffsetToCommit, QueueState } from './coordinator.ts'

/** What is deliberately not modelled. */
export const NOT_MODELLED: readonly string[] = [
  'There is one broker: no replicas, no leaders, no in-sync set. acks −1 and 1 mean the same, and acks 0 differs in that its sender never learns what happened.',
  'A crash of the broker keeps all of the log or loses all of it (`persistence`), never the end of it alone.',
  'There are no transactions, no transactional ids and no isolation levels.',
  'Nothing is ever taken out of a log: no retention, no compaction, no deletion of records or topics.',
  'Topics are made when the broker is; none is made by itself when it is first named, and none gets more partitions later.',
  'Records have no timestamps, because a server has no clock.',
  'The append of one call to several partitions is one step; Kafka appends to each partition by itself.',
  'Batches, linger times, sizes in bytes and compression make no difference that the course shows, and are left out.',
  'A record without a key goes to the partition with the fewest records; Kafka spreads such records by rules of its own.',
  'An idempotent producer asks the broker for the number of each batch; Kafka’s client counts by itself, from a producer id that it asks for once.',
  'An idempotent producer gives up after `retries` like any other; kafkajs tries without end. Retries follow at once, without the growing pauses of kafkajs.',
  'Rebalancing is eager and assigns ranges: no cooperative or sticky assignment, no static members, no broker-side assignment (KIP-848).',
  'The pause before the first rebalance of a group (`group.initial.rebalance.delay.ms`) is 0.',
  'A consumer shows that it is alive by polling, committing and calling `heartbeat`, as with kafkajs; nothing beats in the background, so there is no `max.poll.interval.ms`.',
  'A consumer whose connection is lost is a new member when it comes back: it subscribes again, and the old member keeps its partitions until its session is over.',
  'A group’s members are forgotten when the broker restarts; its committed offsets are not.',
  'One connection has at most one consumer of a group.',
  'Offsets are committed by members of a group only, without metadata; there is no seek, no pause and no subscription by pattern.',
]

/** What an exercise or a chapter decides about its queue. */
export interface QueueOptions {
  /** The topics, each with its number of partitions. */
  readonly topics: { readonly [name: string]: number }
  /** What a crash of the broker leaves of log and committed offsets: everything, or nothing. Default: `every-write`. */
  readonly persistence?: 'every-write' | 'none'
  /** The shortest session that a consumer may ask for. Default: 6000, as in Kafka (`group.min.session.timeout.ms`). */
  readonly sessionTimeoutMin?: number
  /** The longest. Default: 1800000, as in Kafka (`group.max.session.timeout.ms`). */
  readonly sessionTimeoutMax?: number
}

/** A call of `send`, and how often it was tried. All that the client will do with the answer is in it. */
export interface ProducerCall {
  readonly topicMessages: readonly TopicMessages[]
  readonly acks: number
  /** How often it was sent before without an answer. The broker doesn’t look at it. */
  readonly tried: number
  /** How often it is sent again at most. The broker doesn’t look at it. */
  readonly retries: number
}

/** What a client asks. */
export type QueueCommand =
  /** Is anybody there? */
  | { readonly kind: 'metadata' }
  /** The number of an idempotent producer’s next batch. What it is for says who asks; the broker doesn’t look at it. */
  | ({ readonly kind: 'sequence' } & ProducerCall)
  | ({ readonly kind: 'produce'; readonly batch: BatchNumber | null } & ProducerCall)
  | Subscribe
  | Poll
  | { readonly kind: 'heartbeat'; readonly group: string }
  | Commit
  | { readonly kind: 'leave'; readonly group: string }

/** The simulated broker. */
export const queueServer: Server<QueueState, QueueOptions, QueueCommand> = {
  init({ topics, sessionTimeoutMin = 6000, sessionTimeoutMax = 1_800_000 }) {
    for (const [name, partitions] of Object.entries(topics))
      if (!Number.isInteger(partitions) || partitions < 1)
        throw new Error(`Topic ${name} needs a whole number of partitions, 1 or more`)
    return {
      topics: Object.keys(topics)
        .sort(byText)
        .map((name) => ({ name, partitions: Array.from({ length: topics[name]! }, () => []) })),
      producers: [],
      groups: [],
      sessionTimeoutMin,
      sessionTimeoutMax,
    }
  },

  connect() {
    // A connection shows in the state once it subscribes or sends as an idempotent producer.
  },

  request(state, connection, request, command, ctx) {
    const answer = handle(state, connection, request, command, ctx)
    if (answer) ctx.reply(connection, request, answer)
    serve(state, ctx)
    tidy(state)
  },

  disconnect(state, connection, ctx) {
    for (const group of state.groups) {
      const consumer = consumerOf(group, connection)
      if (consumer) lose(group, consumer, state)
    }
    serve(state, ctx)
    tidy(state)
  },

  elapse(state, milliseconds) {
    for (const group of state.groups) {
      for (const consumer of group.consumers) {
        if (consumer.waiting) consumer.waiting.left -= milliseconds
        if (consumer.session !== null) consumer.session -= milliseconds
      }
      for (const lost of group.lost) lost.left -= milliseconds
      if (group.rebalancing !== null) group.rebalancing -= milliseconds
    }
  },

  // No `jump`: the broker's timers run on a clock that nobody can set.
  // Reference: Kafka, SystemTimer and `Time.hiResClockMs`, which is `System.nanoTime`.

  deadlines(state) {
    return timers(state).map(({ name, left }): Deadline => ({ name, left }))
  },

  due(state, name, ctx) {
    timers(state)
      .find((timer) => timer.name === name)
      ?.happen(ctx)
    serve(state, ctx)
    tidy(state)
  },

  restart(state, { persistence = 'every-write' }) {
    const kept = copy(state)
    for (const group of kept.groups) {
      group.consumers = []
      group.lost = []
      group.rebalancing = null
    }
    if (persistence === 'none') {
      for (const topic of kept.topics) topic.partitions = topic.partitions.map(() => [])
      // The numbers that were given out stay: they are the clients', which go on with them.
      for (const producer of kept.producers) producer.batches = []
      kept.groups = []
    }
    tidy(kept)
    return kept
  },
}

/** Does what a command says. Null: the answer comes later, when there are records or the time is over. */
function handle(
  state: QueueState,
  connection: ConnectionId,
  request: number,
  command: QueueCommand,
  ctx: ServerContext,
): Answer | null {
  switch (command.kind) {
    case 'metadata':
      return DONE
    case 'sequence':
      return { value: nextSequence(state, connection) }
    case 'produce':
      return append(state, command)
    case 'subscribe':
      return subscribe(state, connection, command)
    case 'poll':
      return poll(state, connection, request, command)
    case 'heartbeat':
      return heartbeat(state, connection, command.group)
    case 'commit':
      return commitOffsets(state, connection, command)
    case 'leave': {
      const group = groupOf(state, command.group)
      const consumer = consumerOf(group, connection)
      if (consumer) {
        answerPoll(consumer, [], ctx)
        leave(group, consumer, state)
      }
      return DONE
    }
  }
}

/** Answers all polls that can be answered: those for which there are records, and those that wait no longer. */
function serve(state: QueueState, ctx: ServerContext): void {
  for (const group of state.groups)
    for (const consumer of group.consumers) {
      if (!consumer.waiting) continue
      const records = take(consumer, state)
      if (records.length > 0 || consumer.waiting.left === 0) answerPoll(consumer, records, ctx)
    }
}

function answerPoll(consumer: Consumer, records: Plain, ctx: ServerContext): void {
  if (!consumer.waiting) return
  ctx.reply(consumer.connection, consumer.waiting.request, { value: records })
  consumer.waiting = null
  consumer.session = consumer.settings.sessionTimeout
}

/** Something that will happen by itself, and what it is. */
interface Timer extends Deadline {
  happen(ctx: ServerContext): void
}

function timers(state: QueueState): Timer[] {
  const all: Timer[] = []
  for (const group of state.groups) {
    // Quoted, so that no two names can run into one.
    const of = JSON.stringify(group.id)
    for (const consumer of group.consumers) {
      const { connection, waiting, session } = consumer
      const who = `${JSON.stringify(connection)} of ${of}`
      if (waiting)
        all.push({ name: `poll ${who}`, left: waiting.left, happen: (ctx) => answerPoll(consumer, [], ctx) })
      if (session !== null)
        all.push({ name: `session ${who}`, left: session, happen: () => expire(group, consumer, state) })
    }
    for (const [index, lost] of group.lost.entries())
      all.push({
        name: `session lost ${index} of ${of}`,
        left: lost.left,
        happen: () => expire(group, lost, state),
      })
    if (group.rebalancing !== null)
      all.push({
        name: `rebalance of ${of}`,
        left: group.rebalancing,
        happen: () => endRebalance(group, state),
      })
  }
  return all.sort((left, right) => left.left - right.left || byText(left.name, right.name))
}

function tidy(state: QueueState): void {
  state.groups = state.groups.filter((group) => !isForgotten(group))
}
