// caught by: answers
/** Asks on in a transaction in which the insert has failed. */
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
    try {
      await client.query(
        `insert into locks (name, owner, expires_at) values ($1, $2, now() + $3 * interval '1 millisecond')`,
        [name, owner, ttlMs],
      )
    } catch {
      const { rowCount } = await client.query(
        `update locks set
           owner = $2,
           count = case when owner = $2 then count + 1 else 1 end,
           expires_at = greatest(expires_at, now() + $3 * interval '1 millisecond')
         where name = $1 and (owner = $2 or expires_at < now())`,
        [name, owner, ttlMs],
      )
      if (rowCount === 0) {
        await client.query('rollback')
        return false
      }
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
