// caught by: order
/** Nobody waits for the broker: the next message is sent while this one is under way, and a row is deleted before it has arrived. */
import type { Consumer, Pool, PoolClient, Producer } from 'lockstep'

export interface Order {
  id: string
  item: string
  quantity: number
}

/** Places an order: it and its message are committed together, or neither is. An order that is there already is placed. */
export async function placeOrder(
  { orders }: { orders: Pool; producer: Producer },
  { id, item, quantity }: Order,
): Promise<void> {
  await transaction(orders, async (client) => {
    const { rowCount } = await client.query(
      'insert into orders (id, item, quantity) values ($1, $2, $3) on conflict (id) do nothing',
      [id, item, quantity],
    )
    if (rowCount === 1)
      await client.query('insert into outbox (id, item, quantity) values ($1, $2, $3)', [id, item, quantity])
  })
}

/** Sends what waits in the outbox, in its order. A message goes out again until its row is gone. */
export async function relay({ orders, producer }: { orders: Pool; producer: Producer }): Promise<void> {
  const { rows } = await orders.query<Order>('select id, item, quantity from outbox order by number')
  for (const order of rows) {
    void producer
      .send({ topic: 'orders', messages: [{ key: order.item, value: JSON.stringify(order) }] })
      .catch(() => undefined)
    await orders.query('delete from outbox where id = $1', [order.id])
  }
}

/** Takes the stock for what comes, and remembers in the same transaction for which order. Only then is the offset committed. */
export async function consume({ stock, consumer }: { stock: Pool; consumer: Consumer }): Promise<void> {
  for (const { topic, partition, message } of await consumer.poll(1_000)) {
    const { id, item, quantity } = JSON.parse(String(message.value)) as Order
    await transaction(stock, async (client) => {
      const { rowCount } = await client.query(
        'insert into applied (id) values ($1) on conflict (id) do nothing',
        [id],
      )
      if (rowCount === 1)
        await client.query('update stock set quantity = quantity - $2 where item = $1', [item, quantity])
    })
    await consumer.commitOffsets([{ topic, partition, offset: String(Number(message.offset) + 1) }])
  }
}

/** Does something in one transaction. If that fails, the connection is closed, and the database rolls it back. */
async function transaction(db: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await db.connect()
  try {
    await client.query('begin')
    await work(client)
    await client.query('commit')
  } catch (error) {
    client.release(true)
    throw error
  }
  client.release()
}
