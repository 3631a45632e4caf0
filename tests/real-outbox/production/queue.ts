/**
 * A queue in PostgreSQL, with the producer and the consumer of the learner’s file. A partition is appended to under the lock of its row,
 * and read by whoever got the lock of its share: `for update skip locked` leaves to the others what one has. When a process dies, so does
 * its connection, and the lock with it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer, ConsumerRecord, Producer, RecordMetadata } from 'lockstep'
import type { Pool, PoolClient } from 'pg'

/** Milliseconds until a poll looks again. */
const PAUSE = 20

interface Share {
  readonly partition: number
  position: number
}

export function producerOf(db: Pool): Producer {
  const sendBatch: Producer['sendBatch'] = async ({ topicMessages }) => {
    const client = await db.connect()
    try {
      await client.query('begin')
      const where: RecordMetadata[] = []
      for (const { topic, messages } of topicMessages)
        for (const { key = null, value } of messages) {
          // Those of one key share a partition; the others go anywhere.
          const { rows } = await client.query<{ partition: number; position: string }>(
            `update partitions set next = next + 1
             where topic = $1 and partition = coalesce(hashtext($2) & 1, floor(random() * 2))
             returning partition, next - 1 as position`,
            [topic, key],
          )
          const { partition, position } = rows[0]!
          await client.query(
            'insert into records (topic, partition, position, key, value) values ($1, $2, $3, $4, $5)',
            [topic, partition, position, key, value],
          )
          where.push({ topicName: topic, partition, errorCode: 0, baseOffset: position })
        }
      await client.query('commit')
      client.release()
      return where
    } catch (error) {
      client.release(true)
      throw error
    }
  }
  return {
    async connect() {},
    async disconnect() {},
    send: ({ topic, messages }) => sendBatch({ topicMessages: [{ topic, messages }] }),
    sendBatch,
    isIdempotent: () => false,
  }
}

/** @param consumers the name of the group */
export function consumerOf(db: Pool, consumers: string, topic: string): Consumer {
  let holder: PoolClient | null = null
  let shares: Share[] = []

  /** Takes all partitions that nobody else has, and begins where the group has committed. */
  async function takeShares(): Promise<void> {
    holder = await db.connect()
    holder.on('error', () => undefined)
    await holder.query('begin')
    const free = await holder.query<{ partition: number }>(
      `select partition from shares where consumers = $1 and topic = $2
       order by partition for update skip locked`,
      [consumers, topic],
    )
    for (const { partition } of free.rows) {
      const { rows } = await holder.query<{ next: string }>(
        'select next from readers where consumers = $1 and topic = $2 and partition = $3',
        [consumers, topic, partition],
      )
      shares.push({ partition, position: Number(rows[0]!.next) })
    }
  }

  function giveBack(): void {
    shares = []
    holder?.release(true)
    holder = null
  }

  async function take(): Promise<ConsumerRecord[]> {
    const taken: ConsumerRecord[] = []
    for (const share of shares) {
      const { partition } = share
      const { rows } = await holder!.query<{ position: string; key: string | null; value: string | null }>(
        `select position, key, value from records
         where topic = $1 and partition = $2 and position >= $3 order by position`,
        [topic, partition, share.position],
      )
      for (const { position, key, value } of rows)
        taken.push({ topic, partition, message: { key, value, offset: position, headers: {} } })
      share.position += rows.length
    }
    return taken
  }

  return {
    async connect() {},
    async subscribe() {},
    async heartbeat() {},
    disconnect: () => Promise.resolve(giveBack()),
    async poll(timeout) {
      const end = performance.now() + timeout
      try {
        for (;;) {
          if (holder === null) await takeShares()
          const records = await take()
          if (records.length > 0) return records
          // Who has got nothing asks again later, and another client takes the place of its own.
          if (shares.length === 0) giveBack()
          if (performance.now() >= end) return []
          await sleep(PAUSE)
        }
      } catch (error) {
        giveBack()
        throw error
      }
    },
    async commitOffsets(offsets) {
      for (const { topic, partition, offset } of offsets)
        await db.query(
          'update readers set next = $4 where consumers = $1 and topic = $2 and partition = $3',
          [consumers, topic, partition, offset],
        )
    },
  }
}
