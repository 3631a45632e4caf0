/** Placing an order whose stock is in the same database: in one transaction, and in two statements. */
import type { Pool } from '../../../../engine/services/database/client.ts'

interface Tools {
  db: Pool
}

/** The order and its stock in one local transaction. */
export async function main({ db }: Tools) {
  const client = await db.connect()
  await client.query('begin')
  await client.query(`insert into orders (id, item) values ('order-1', 'book')`)
  await client.query(`update stock set quantity = quantity - 1 where item = 'book'`)
  await client.query('commit')
  client.release()
}

/** The same two statements, each for itself. */
export async function statements({ db }: Tools) {
  await db.query(`insert into orders (id, item) values ('order-1', 'book')`)
  await db.query(`update stock set quantity = quantity - 1 where item = 'book'`)
}
