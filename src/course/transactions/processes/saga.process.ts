/** A saga: the book is taken and the order written, each in a local transaction, and what is done is undone where the rest fails. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { Pool, PoolClient } from '../../../../engine/services/database/client.ts'

interface Tools {
  orders: Pool
  stock: Pool
  notes: Notes
  sleep(milliseconds: number): Promise<void>
}

/** Takes the book, and then writes the order, which may be refused. Started again after a crash it goes on, or back. */
export async function saga({ orders, stock }: Tools, price: number) {
  await orders.query(`insert into sagas (id, state) values ('order-1', 'begun') on conflict do nothing`)
  const { rows } = await orders.query<{ state: string }>(`select state from sagas where id = 'order-1'`)
  if (rows[0]!.state !== 'begun') return

  await transaction(stock, take)
  try {
    await orders.query(`insert into orders (id, price) values ('order-1', $1) on conflict do nothing`, [
      price,
    ])
  } catch (error) {
    if ((error as { code?: string }).code !== '23514') throw error // it costs more than the customer may spend
    await transaction(stock, putBack)
    await orders.query(`update sagas set state = 'undone' where id = 'order-1'`)
    return
  }
  await orders.query(`update sagas set state = 'done' where id = 'order-1'`)
}

/** One less, once. */
async function take(client: PoolClient) {
  const { rowCount } = await client.query(`insert into taken (id) values ('order-1') on conflict do nothing`)
  if (rowCount === 1) await client.query(`update stock set quantity = quantity - 1 where item = 'book'`)
}

/** The compensation: one more, if one was taken. */
async function putBack(client: PoolClient) {
  const { rowCount } = await client.query(`delete from taken where id = 'order-1'`)
  if (rowCount === 1) await client.query(`update stock set quantity = quantity + 1 where item = 'book'`)
}

async function transaction(pool: Pool, work: (client: PoolClient) => Promise<void>) {
  const client = await pool.connect()
  await client.query('begin')
  await work(client)
  await client.query('commit')
  client.release()
}

/** Somebody who looks whether there is a book. */
export async function reader({ stock, notes, sleep }: Tools) {
  await sleep(100)
  const { rows } = await stock.query<{ quantity: number }>(`select quantity from stock where item = 'book'`)
  notes.note('told', rows[0]!.quantity > 0 ? 'one left' : 'sold out')
}
