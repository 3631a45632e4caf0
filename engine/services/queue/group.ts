/**
 * A consumer group: who is in it, who reads which partition, and from where. A change of the members begins a rebalance;
 * it ends when every member has come back for a new share, or when the time for that is over and who stayed away is out.
 * Reference: Kafka, "Design", section "The Consumer"; KafkaConsumer's documentation, sections "Offsets and Consumer
 * Position", "Consumer Groups and Topic Subscriptions" and "Detecting Consumer Failures". The protocol is the classic one
 * with eager rebalancing: whoever comes back for a new share has given up the old one.
 */
import { protocolError } from './errors.ts'
import { type Log, byText, recordsOf } from './log.ts'

/** What a consumer says about itself when it subscribes. */
export interface ConsumerSettings {
  /** Milliseconds without a word from the consumer after which it is out of its group. */
  readonly sessionTimeout: number
  /** Milliseconds that a rebalance waits for this consumer to come back. */
  readonly rebalanceTimeout: number
  /** Are the records that a poll returned committed by the next one? */
  readonly autoCommit: boolean
  /** How many records a poll returns at most. */
  readonly maxPollRecords: number
}

/** A topic, and where a group without a committed offset begins in it: with its first record or with the next one. */
export interface Subscription {
  readonly topic: string
  readonly fromBeginning: boolean
}

/** A partition that is read, and the offset of the record that comes next. */
export interface Share {
  readonly topic: string
  readonly partition: number
  position: number
}

/**
 * - `subscribed`: has not asked for records yet, and is not in the group.
 * - `joined`: is in the group and waits for its share. Invariant: only during a rebalance.
 * - `assigned`: has its share. During a rebalance it has yet to notice, and reads and commits as before.
 * - `removed`: was in the group and is not any more. It learns so when it commits; when it polls it joins anew.
 */
export type Standing = 'subscribed' | 'joined' | 'assigned' | 'removed'

export interface Consumer {
  readonly connection: string
  settings: ConsumerSettings
  /** Sorted by topic. */
  subscriptions: Subscription[]
  standing: Standing
  /** In the order in which they will be read. Invariant: empty unless `assigned`. */
  shares: Share[]
  /** The poll that waits for records or for a share. Invariant: not while `assigned` during a rebalance. */
  waiting: { readonly request: number; left: number } | null
  /** Milliseconds until it is out of the group. Null: it isn't in the group, or a poll of it waits, which is a sign of life. */
  session: number | null
}

/** A consumer whose connection is gone. Nobody else gets its partitions until its session is over. */
export interface Lost {
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[]
  left: number
}

/** The offset that a group will read next, if nothing else happens. */
export interface Committed {
  readonly topic: string
  readonly partition: number
  offset: number
}

export interface Group {
  readonly id: string
  /** Sorted by topic and partition; on the disk. */
  committed: Committed[]
  /** Sorted by connection. */
  consumers: Consumer[]
  /** Sorted by their first partition. Invariant: each has one. */
  lost: Lost[]
  /** Milliseconds until the rebalance goes on without those who haven't come back. Null: there is none. */
  rebalancing: number | null
}

/** A group that nobody has heard of yet. */
export function emptyGroup(id: string): Group {
  return { id, committed: [], consumers: [], lost: [], rebalancing: null }
}

/** Is it no different from a group that nobody has heard of? */
export function isForgotten({ committed, consumers, lost }: Group): boolean {
  return committed.length === 0 && consumers.length === 0 && lost.length === 0
}

function isMember({ standing }: Consumer): boolean {
  return standing === 'joined' || standing === 'assigned'
}

/** A consumer asks for records: it joins the group, or comes back for a new share, or goes on with the one that it has. */
export function join(group: Group, consumer: Consumer, log: Log): void {
  if (consumer.settings.autoCommit) commitPositions(group, consumer)
  if (!isMember(consumer)) {
    consumer.standing = 'joined'
    rebalance(group)
  } else if (group.rebalancing !== null) {
    comeBack(consumer)
  }
  completeIfAllAreBack(group, log)
}

/** A consumer leaves for good. Its partitions are free at once. */
export function leave(group: Group, consumer: Consumer, log: Log): void {
  if (consumer.settings.autoCommit) commitPositions(group, consumer)
  const wasMember = isMember(consumer)
  forget(group, consumer)
  if (wasMember) rebalance(group)
  completeIfAllAreBack(group, log)
}

/** A consumer's connection is gone: it may have crashed or not, and what it has is kept for it until its session is over. */
export function lose(group: Group, consumer: Consumer, log: Log): void {
  const { shares, session, settings } = consumer
  forget(group, consumer)
  if (shares.length > 0) {
    const partitions = shares.map(({ topic, partition }) => ({ topic, partition }))
    partitions.sort(byPartition)
    group.lost.push({ partitions, left: session ?? settings.sessionTimeout })
    group.lost.sort((left, right) => byPartition(left.partitions[0]!, right.partitions[0]!))
  }
  completeIfAllAreBack(group, log)
}

/** Nothing was heard of a consumer for too long. */
export function expire(group: Group, gone: Consumer | Lost, log: Log): void {
  if ('connection' in gone) remove(gone)
  else group.lost = group.lost.filter((lost) => lost !== gone)
  rebalance(group)
  completeIfAllAreBack(group, log)
}

/** The time to come back for a new share is over. */
export function endRebalance(group: Group, log: Log): void {
  for (const consumer of group.consumers) if (consumer.standing === 'assigned') remove(consumer)
  group.lost = []
  completeIfAllAreBack(group, log)
}

/** Sets what the group will read next. It may go back, and may go past the end: a broker does not look. */
export function commit(group: Group, topic: string, partition: number, offset: number): void {
  const known = group.committed.find((entry) => entry.topic === topic && entry.partition === partition)
  if (known) {
    known.offset = offset
    return
  }
  group.committed.push({ topic, partition, offset })
  group.committed.sort(byPartition)
}

/** May it commit? A consumer that does not know yet of a rebalance may, so that what it has done isn't done again. */
export function mayCommit({ standing }: Consumer): ReturnType<typeof protocolError> | null {
  if (standing === 'removed') return protocolError('UNKNOWN_MEMBER_ID')
  return standing === 'joined' ? protocolError('REBALANCE_IN_PROGRESS') : null
}

/** A record as a consumer gets it. */
export type Delivered = {
  readonly topic: string
  readonly partition: number
  readonly message: {
    readonly key: string | null
    readonly value: string | null
    readonly offset: string
    readonly headers: { readonly [name: string]: string }
  }
}

/**
 * Takes the next records of a consumer's share, up to its limit, and moves its positions past them. Partitions take
 * turns: the next call begins after the one at which this call ended.
 */
export function take(consumer: Consumer, log: Log): Delivered[] {
  const taken: Delivered[] = []
  const { maxPollRecords } = consumer.settings
  let last = -1
  for (const [index, share] of consumer.shares.entries()) {
    const { topic, partition } = share
    const records = recordsOf(log, topic, partition) ?? []
    // A committed offset past the end is out of range: the consumer begins where one without an offset would.
    if (share.position > records.length) share.position = beginning(consumer, topic, records.length)
    for (; share.position < records.length && taken.length < maxPollRecords; share.position++) {
      const { key, value, headers = {} } = records[share.position]!
      taken.push({ topic, partition, message: { key, value, offset: String(share.position), headers } })
      last = index
    }
  }
  consumer.shares.push(...consumer.shares.splice(0, last + 1))
  return taken
}

function beginning({ subscriptions }: Consumer, topic: string, end: number): number {
  return subscriptions.find((subscription) => subscription.topic === topic)?.fromBeginning ? 0 : end
}

function commitPositions(group: Group, { shares }: Consumer): void {
  for (const { topic, partition, position } of shares) commit(group, topic, partition, position)
}

function forget(group: Group, consumer: Consumer): void {
  group.consumers = group.consumers.filter((other) => other !== consumer)
}

function remove(consumer: Consumer): void {
  consumer.standing = 'removed'
  consumer.shares = []
  consumer.session = null
}

function comeBack(consumer: Consumer): void {
  consumer.standing = 'joined'
  consumer.shares = []
}

/** Begins a rebalance. Members that wait for records hear of it and come back at once. */
function rebalance(group: Group): void {
  if (group.rebalancing !== null) return
  const members = group.consumers.filter(isMember)
  if (members.length === 0) return
  group.rebalancing = Math.max(...members.map(({ settings }) => settings.rebalanceTimeout))
  for (const member of members) if (member.waiting) comeBack(member)
}

function completeIfAllAreBack(group: Group, log: Log): void {
  const members = group.consumers.filter(isMember)
  if (members.length === 0) group.rebalancing = null
  if (group.rebalancing === null || group.lost.length > 0) return
  if (members.some(({ standing }) => standing === 'assigned')) return
  group.rebalancing = null
  for (const member of members) member.standing = 'assigned'
  const topics = new Set(members.flatMap(({ subscriptions }) => subscriptions.map(({ topic }) => topic)))
  for (const { name, partitions } of log.topics)
    if (topics.has(name)) assignRange(group, members, name, partitions)
}

/**
 * Deals out the partitions of one topic: they and the members stand in order, each member gets a range, and the first
 * ones get one more where it doesn't come out even. Reference: Kafka, `RangeAssignor`.
 */
function assignRange(
  group: Group,
  members: readonly Consumer[],
  topic: string,
  partitions: readonly (readonly unknown[])[],
): void {
  const readers = members.filter(({ subscriptions }) => subscriptions.some((entry) => entry.topic === topic))
  const each = Math.floor(partitions.length / readers.length)
  const more = partitions.length % readers.length
  let partition = 0
  for (const [index, reader] of readers.entries())
    for (let count = each + (index < more ? 1 : 0); count > 0; count--, partition++) {
      const known = group.committed.find((entry) => entry.topic === topic && entry.partition === partition)
      const position = known?.offset ?? beginning(reader, topic, partitions[partition]!.length)
      reader.shares.push({ topic, partition, position })
    }
}

function byPartition(
  left: { readonly topic: string; readonly partition: number },
  right: { readonly topic: string; readonly partition: number },
): number {
  return byText(left.topic, right.topic) || left.partition - right.partition
}
