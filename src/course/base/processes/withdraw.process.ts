/** Somebody has two accounts, which together may not be overdrawn: each of two processes takes 60 from one of them, if both together have it. */
import type { Pool } from '../../../../engine/services/database/client.ts'

interface Tools {
  db: Pool
}

/** Each transaction sees the database as it was when it began. */
export async function snapshot(tools: Tools, account: string) {
  await withdraw(tools, account, 'begin isolation level repeatable read')
}

/** Transactions come to what they would come to one after the other. */
export async function serializable(tools: Tools, account: string) {
  await withdraw(tools, account, 'begin isolation level serializable')
}

async function withdraw({ db }: Tools, account: string, begin: string) {
  const client = await db.connect()
  try {
    await client.query(begin)
    const { rows } = await client.query<{ amount: number }>('select amount from accounts')
    let together = 0
    for (const row of rows) together += row.amount
    if (together >= 60) {
      await client.query('update accounts set amount = amount - 60 where name = $1', [account])
    }
    await client.query('commit')
  } catch {
    await client.query('rollback')
  }
  client.release()
}
