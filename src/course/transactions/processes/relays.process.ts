/** Relays of messages that belong together: an order, and how many books it is for. The later message counts. */
import type { ConsumerRecord, Kafka } from '../../../../engine/services/queue/client.ts'
import type { Pool } from '../../../../engine/services/database/client.ts'

interface Tools {
  orders: Pool
  kafka: Kafka
}

interface Row {
  readonly number: number
  readonly item: string
  readonly body: string
}

const OLDEST = 'select number, item, body from outbox order by number limit 1'
const DELETE = 'delete from outbox where number = $1'

/** Several relays share the table: each takes the oldest message that no other one has. */
export async function oneOfSeveral({ orders, kafka }: Tools) {
  const producer = kafka.producer()
  for (let more = true; more;) {
    const client = await orders.connect()
    await client.query('begin')
    const { rows } = await client.query<Row>(`${OLDEST} for update skip locked`)
    for (const { number, item, body } of rows) {
      await producer.send({ topic: 'orders', messages: [{ key: item, value: body }] })
      await client.query(DELETE, [number])
    }
    await client.query('commit')
    client.release()
    more = rows.length > 0
  }
}

/** One relay: the next message goes out when the queue has the one before. */
export async function inOrder({ orders, kafka }: Tools) {
  const producer = kafka.producer()
  for (let more = true; more;) {
    const { rows } = await orders.query<Row>(OLDEST)
    for (const { number, item, body } of rows) {
      await producer.send({ topic: 'orders', messages: [{ key: item, value: body }] })
      await orders.query(DELETE, [number])
    }
    more = rows.length > 0
  }
}

/** Messages of different items at once, those of one item in order. */
export async function perKey({ orders, kafka }: Tools) {
  const producer = kafka.producer()
  const { rows } = await orders.query<Row>('select number, item, body from outbox order by number')
  const items = [...new Set(rows.map(({ item }) => item))]
  await Promise.all(
    items.map(async (item) => {
      for (const row of rows) {
        if (row.item !== item) continue
        await producer.send({ topic: 'orders', messages: [{ key: item, value: row.body }] })
        await orders.query(DELETE, [row.number])
      }
    }),
  )
}

/** Everything at once. */
export async function atOnce({ orders, kafka }: Tools) {
  const producer = kafka.producer()
  const { rows } = await orders.query<Row>('select number, item, body from outbox order by number')
  await Promise.all(
    rows.map(async ({ number, item, body }) => {
      await producer.send({ topic: 'orders', messages: [{ key: item, value: body }] })
      await orders.query(DELETE, [number])
    }),
  )
}

/** Whoever consumes sets the reservation to what the record says, so that one which comes twice does no harm. */
export async function reserves({ stock, kafka }: { stock: Pool; kafka: Kafka }) {
  const consumer = kafka.consumer({ groupId: 'keepers', autoCommit: false })
  await consumer.subscribe({ topics: ['orders'], fromBeginning: true })
  for (;;) {
    for (const { topic, partition, message } of await consumer.poll(60_000)) {
      await stock.query('update reserved set quantity = $1 where item = $2', [booksOf(message), message.key])
      await consumer.commitOffsets([{ topic, partition, offset: String(Number(message.offset) + 1) }])
    }
  }
}

/** `order-1: 3` is for three. */
function booksOf({ value }: ConsumerRecord['message']) {
  return Number(String(value).split(': ')[1])
}
