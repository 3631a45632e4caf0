/** The note's table of messages: a shop that writes the order and its message together, and a relay that forwards them. */
import type { Kafka } from '../../../../engine/services/queue/client.ts'
import type { Pool } from '../../../../engine/services/database/client.ts'

interface Tools {
  orders: Pool
  kafka: Kafka
  sleep(milliseconds: number): Promise<void>
}

/** The order and its message, in one local transaction. */
export async function shop({ orders }: Tools) {
  const client = await orders.connect()
  await client.query('begin')
  await client.query(`insert into orders (id, item) values ('order-1', 'book')`)
  await client.query(`insert into outbox (id, item) values ('order-1', 'book')`)
  await client.query('commit')
  client.release()
}

/** Forwards a message, and deletes it once the queue has it. */
export async function relay({ orders, kafka, sleep }: Tools) {
  const producer = kafka.producer()
  for (;;) {
    const { rows } = await orders.query<{ id: string; item: string }>('select id, item from outbox limit 1')
    for (const { id, item } of rows) {
      await producer.send({ topic: 'orders', messages: [{ key: item, value: id }] })
      await orders.query('delete from outbox where id = $1', [id])
    }
    if (rows.length === 0) await sleep(1000)
  }
}

/** Deletes first, so that nothing is forwarded twice. */
export async function deletesFirst({ orders, kafka, sleep }: Tools) {
  const producer = kafka.producer()
  for (;;) {
    const { rows } = await orders.query<{ id: string; item: string }>('select id, item from outbox limit 1')
    for (const { id, item } of rows) {
      await orders.query('delete from outbox where id = $1', [id])
      await producer.send({ topic: 'orders', messages: [{ key: item, value: id }] })
    }
    if (rows.length === 0) await sleep(1000)
  }
}

/** The order and its message, each for itself. */
export async function twoStatements({ orders }: Tools) {
  await orders.query(`insert into orders (id, item) values ('order-1', 'book')`)
  await orders.query(`insert into outbox (id, item) values ('order-1', 'book')`)
}

/** No table: the message goes to the queue while the transaction is open. */
export async function publishesInside({ orders, kafka }: Tools) {
  const client = await orders.connect()
  await client.query('begin')
  await client.query(`insert into orders (id, item) values ('order-1', 'book')`)
  await kafka.producer().send({ topic: 'orders', messages: [{ key: 'book', value: 'order-1' }] })
  await client.query('commit')
  client.release()
}
