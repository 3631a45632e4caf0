/** Two shops sell the last book: in one transaction, or by writing the order now and finding out later. */
import type { Consumer, ConsumerRecord, Kafka } from '../../../../engine/services/queue/client.ts'
import type { Pool } from '../../../../engine/services/database/client.ts'

interface ShopTools {
  db: Pool
}

interface KeeperTools {
  stock: Pool
  kafka: Kafka
}

interface RelayTools {
  db: Pool
  kafka: Kafka
  sleep(milliseconds: number): Promise<void>
}

/** The book is taken and the order written in one local transaction: who comes too late has no order. */
export async function acid({ db }: ShopTools, order: string) {
  const client = await db.connect()
  await client.query('begin')
  const { rowCount } = await client.query(
    `update stock set quantity = quantity - 1 where item = 'book' and quantity > 0`,
  )
  if (rowCount === 1) await client.query('insert into orders (id, item) values ($1, $2)', [order, 'book'])
  await client.query('commit')
  client.release()
}

/** The order is written, with a message to whom it may concern. */
export async function base({ db }: ShopTools, order: string) {
  const client = await db.connect()
  await client.query('begin')
  await client.query('insert into orders (id, item) values ($1, $2)', [order, 'book'])
  await client.query('insert into outbox (id, item) values ($1, $2)', [order, 'book'])
  await client.query('commit')
  client.release()
}

/** Forwards a message, and deletes it once the queue has it. */
export async function relay({ db, kafka, sleep }: RelayTools) {
  const producer = kafka.producer()
  for (;;) {
    const { rows } = await db.query<{ id: string; item: string }>('select id, item from outbox limit 1')
    for (const { id, item } of rows) {
      await producer.send({ topic: 'orders', messages: [{ key: item, value: id }] })
      await db.query('delete from outbox where id = $1', [id])
    }
    if (rows.length === 0) await sleep(100)
  }
}

/** Takes a book for each order, once; where there is none, it notes whom to apologise to. */
export async function keeper({ stock, kafka }: KeeperTools) {
  const consumer = await subscribed(kafka)
  for (;;) {
    for (const record of await consumer.poll(60_000)) {
      const client = await stock.connect()
      await client.query('begin')
      const order = record.message.value
      const applied = await client.query('insert into applied (id) values ($1) on conflict do nothing', [
        order,
      ])
      if (applied.rowCount === 1) {
        const taken = await client.query(
          'update stock set quantity = quantity - 1 where item = $1 and quantity > 0',
          [record.message.key],
        )
        if (taken.rowCount === 0) await client.query('insert into apologies (id) values ($1)', [order])
      }
      await client.query('commit')
      client.release()
      await done(consumer, record)
    }
  }
}

async function subscribed(kafka: Kafka) {
  const consumer = kafka.consumer({ groupId: 'keepers', autoCommit: false, sessionTimeout: 6000 })
  await consumer.subscribe({ topics: ['orders'], fromBeginning: true })
  return consumer
}

/** Commits the offset behind the record: it is not handed out again. */
async function done(consumer: Consumer, { topic, partition, message }: ConsumerRecord) {
  await consumer.commitOffsets([{ topic, partition, offset: String(Number(message.offset) + 1) }])
}
