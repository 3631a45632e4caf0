/** Who consumes the orders and takes the books: each function is one way to do with an order that comes twice. */
import type { Consumer, ConsumerRecord, Kafka } from '../../../../engine/services/queue/client.ts'
import type { Pool, PoolClient } from '../../../../engine/services/database/client.ts'

interface Tools {
  stock: Pool
  kafka: Kafka
}

const TAKE = `update stock set quantity = quantity - 1 where item = $1`
const REMEMBER = `insert into applied (id) values ($1) on conflict do nothing`

/** Takes a book for each record that it is handed. */
export async function applies({ stock, kafka }: Tools) {
  const consumer = await subscribed(kafka)
  for (;;) {
    for (const record of await consumer.poll(60_000)) {
      await stock.query(TAKE, [record.message.key])
      await done(consumer, record)
    }
  }
}

/** Remembers what it has applied, in the transaction that applies it. */
export async function remembers({ stock, kafka }: Tools) {
  const consumer = await subscribed(kafka)
  for (;;) {
    for (const record of await consumer.poll(60_000)) {
      await transaction(stock, async (client) => {
        const { rowCount } = await client.query(REMEMBER, [record.message.value])
        if (rowCount === 1) await client.query(TAKE, [record.message.key])
      })
      await done(consumer, record)
    }
  }
}

/** Remembers in a statement of its own, before it applies. */
export async function remembersBefore({ stock, kafka }: Tools) {
  const consumer = await subscribed(kafka)
  for (;;) {
    for (const record of await consumer.poll(60_000)) {
      const { rowCount } = await stock.query(REMEMBER, [record.message.value])
      if (rowCount === 1) await stock.query(TAKE, [record.message.key])
      await done(consumer, record)
    }
  }
}

/** Remembers in a statement of its own, after it has applied. */
export async function remembersAfter({ stock, kafka }: Tools) {
  const consumer = await subscribed(kafka)
  for (;;) {
    for (const record of await consumer.poll(60_000)) {
      const { rows } = await stock.query('select id from applied where id = $1', [record.message.value])
      if (rows.length === 0) {
        await stock.query(TAKE, [record.message.key])
        await stock.query(REMEMBER, [record.message.value])
      }
      await done(consumer, record)
    }
  }
}

/** Tells the queue first that the record is done. */
export async function acknowledgesFirst({ stock, kafka }: Tools) {
  const consumer = await subscribed(kafka)
  for (;;) {
    for (const record of await consumer.poll(60_000)) {
      await done(consumer, record)
      await stock.query(TAKE, [record.message.key])
    }
  }
}

async function subscribed(kafka: Kafka) {
  const consumer = kafka.consumer({ groupId: 'keepers', autoCommit: false, sessionTimeout: 6000 })
  await consumer.subscribe({ topics: ['orders'], fromBeginning: true })
  return consumer
}

async function transaction(pool: Pool, work: (client: PoolClient) => Promise<void>) {
  const client = await pool.connect()
  await client.query('begin')
  await work(client)
  await client.query('commit')
  client.release()
}

/** Commits the offset behind the record: it is not handed out again. */
async function done(consumer: Consumer, { topic, partition, message }: ConsumerRecord) {
  await consumer.commitOffsets([{ topic, partition, offset: String(Number(message.offset) + 1) }])
}
