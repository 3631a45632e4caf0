/** Placing an order whose stock is in another database: each function is one way to go about it. */
import type { Pool } from '../../../../engine/services/database/client.ts'

interface Tools {
  orders: Pool
  stock: Pool
}

/** The order first, then its stock. */
export async function orderFirst({ orders, stock }: Tools) {
  await orders.query(`insert into orders (id, item) values ('order-1', 'book')`)
  await stock.query(`update stock set quantity = quantity - 1 where item = 'book'`)
}

/** The stock first, then the order. */
export async function stockFirst({ orders, stock }: Tools) {
  await stock.query(`update stock set quantity = quantity - 1 where item = 'book'`)
  await orders.query(`insert into orders (id, item) values ('order-1', 'book')`)
}

/** Both in open transactions, and only then the two commits. */
export async function commitsLast({ orders, stock }: Tools) {
  const order = await orders.connect()
  const taking = await stock.connect()
  await order.query('begin')
  await taking.query('begin')
  await order.query(`insert into orders (id, item) values ('order-1', 'book')`)
  await taking.query(`update stock set quantity = quantity - 1 where item = 'book'`)
  await order.query('commit')
  await taking.query('commit')
}
