// caught by: available
/** Returns in the middle of a transaction, which goes on holding the row. */
import { type Pool, sleep } from 'lockstep'

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

async function take(db: Pool, name: string, owner: string, ttlMs: number): Promise<boolean> {
  const client = await db.connect()
  try {
    await client.query('begin')
    const made = await client.query(
      `insert into locks (name, owner, expires_at) values ($1, $2, now() + $3 * interval '1 millisecond')
       on conflict (name) do nothing`,
      [name, owner, ttlMs],
    )
    if (made.rowCount === 0) {
      const { rows } = await client.query<{ owner: string; count: number; expired: boolean }>(
        'select owner, count, expires_at < now() as expired from locks where name = $1 for update',
        [name],
      )
      const [row] = rows
      if (row === undefined || (row.owner !== owner && !row.expired)) return false
      await client.query(
        `update locks set owner = $2, count = $3, expires_at = greatest(expires_at, now() + $4 * interval '1 millisecond')
         where name = $1`,
        [name, owner, row.owner === owner ? row.count + 1 : 1, ttlMs],
      )
    }
    await client.query('commit')
    return true
  } finally {
    client.release()
  }
}

export async function release(db: Pool, name: string, owner: string): Promise<void> {
  const { rowCount } = await db.query(
    'update locks set count = count - 1 where name = $1 and owner = $2 and count > 1',
    [name, owner],
  )
  if (rowCount === 0) await db.query('delete from locks where name = $1 and owner = $2', [name, owner])
}
