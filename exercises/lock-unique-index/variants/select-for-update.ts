/** Locks the row of the table for as long as it looks and writes, in one transaction. */
import { type Pool, type PoolClient, sleep } from 'lockstep'

export async function acquire(
  db: Pool,
  name: string,
  owner: string,
  ttlMs: number,
  waitMs: number,
): Promise<boolean> {
  const deadline = performance.now() + waitMs
  while (!(await take(db, name, owner, ttlMs))) {
    if (performance.now() >= deadline) return false
    await sleep(50)
  }
  return true
}

interface Row {
  owner: string
  count: number
  expired: boolean
}

async function take(db: Pool, name: string, owner: string, ttlMs: number): Promise<boolean> {
  return transaction(db, async (client) => {
    const made = await client.query(
      `insert into locks (name, owner, expires_at) values ($1, $2, now() + $3 * interval '1 millisecond')
       on conflict (name) do nothing`,
      [name, owner, ttlMs],
    )
    if (made.rowCount === 1) return true
    const row = await locked(client, name)
    if (row === undefined) return false
    if (row.owner !== owner && !row.expired) return false
    await client.query(
      `update locks set owner = $2, count = $3, expires_at = greatest(expires_at, now() + $4 * interval '1 millisecond')
       where name = $1`,
      [name, owner, row.owner === owner && !row.expired ? row.count + 1 : 1, ttlMs],
    )
    return true
  })
}

export async function release(db: Pool, name: string, owner: string): Promise<void> {
  await transaction(db, async (client) => {
    const row = await locked(client, name)
    if (row?.owner !== owner) return
    if (row.count > 1)
      await client.query('update locks set count = $2 where name = $1', [name, row.count - 1])
    else await client.query('delete from locks where name = $1', [name])
  })
}

async function locked(client: PoolClient, name: string): Promise<Row | undefined> {
  const { rows } = await client.query<Row>(
    'select owner, count, expires_at < now() as expired from locks where name = $1 for update',
    [name],
  )
  return rows[0]
}

async function transaction<T>(db: Pool, run: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await db.connect()
  let failed = true
  try {
    await client.query('begin')
    const result = await run(client)
    await client.query('commit')
    failed = false
    return result
  } finally {
    // A connection on which something failed is not used again, and its end rolls the transaction back.
    client.release(failed)
  }
}
