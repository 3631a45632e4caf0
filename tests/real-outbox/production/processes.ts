/** The three processes with node-postgres: everything around the learner’s file that production needs. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer, Producer } from 'lockstep'
import { Pool } from 'pg'
import { type Order, consume, placeOrder, relay } from './outbox.ts'

export function connect(url: string): Pool {
  const db = new Pool({ connectionString: url, max: 4 })
  db.on('error', (error) => console.error(error))
  return db
}

/** Places an order, and tries again until it is known to be placed. */
export async function order(orders: Pool, producer: Producer, wanted: Order): Promise<void> {
  while (!(await succeeds(() => placeOrder({ orders, producer }, wanted)))) await sleep(50)
}

export async function relays(orders: Pool, producer: Producer): Promise<never> {
  for (;;) {
    await succeeds(() => relay({ orders, producer }))
    await sleep(50)
  }
}

export async function keepsStock(stock: Pool, consumer: Consumer): Promise<never> {
  for (;;)
    // After an error it begins again where the group has committed.
    if (!(await succeeds(() => consume({ stock, consumer })))) await consumer.disconnect()
}

/** Calls it. @returns false where it throws: whoever calls tries again */
export async function succeeds(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call()
    return true
  } catch (error) {
    console.error(error)
    return false
  }
}
