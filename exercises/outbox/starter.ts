/** Orders whose stock is in another database, as in the source: a local message table, forwarded to a queue, and a consumer. */
import type { Consumer, Pool, Producer } from 'lockstep'

export interface Order {
  id: string
  item: string
  quantity: number
}

/** Places an order in the database `orders`, and its message with it. It may be called again with an order that is there already. */
export async function placeOrder(
  { orders }: { orders: Pool; producer: Producer },
  { id, item, quantity }: Order,
): Promise<void> {
  const client = await orders.connect()
  try {
    await client.query('begin')
    await client.query('insert into orders (id, item, quantity) values ($1, $2, $3)', [id, item, quantity])
    await client.query('insert into outbox (id, item, quantity) values ($1, $2, $3)', [id, item, quantity])
    await client.query('commit')
    client.release()
  } catch (error) {
    // The connection is closed, and the database rolls back what was begun.
    client.release(true)
    throw error
  }
}

/** Forwards what waits in the outbox to the queue, and deletes it there. It is called again and again. */
export async function relay({ orders, producer }: { orders: Pool; producer: Producer }): Promise<void> {
  const { rows } = await orders.query<Order>('select id, item, quantity from outbox order by number')
  for (const order of rows) {
    await producer.send({ topic: 'orders', messages: [{ key: order.item, value: JSON.stringify(order) }] })
    await orders.query('delete from outbox where id = $1', [order.id])
  }
}

/** Takes messages from the queue, and from the database `stock` what they order. It is called again and again. */
export async function consume({ stock, consumer }: { stock: Pool; consumer: Consumer }): Promise<void> {
  for (const { topic, partition, message } of await consumer.poll(1_000)) {
    const { item, quantity } = JSON.parse(String(message.value)) as Order
    // TODO: the message may have come before.
    await stock.query('update stock set quantity = quantity - $2 where item = $1', [item, quantity])
    await consumer.commitOffsets([{ topic, partition, offset: String(Number(message.offset) + 1) }])
  }
}
