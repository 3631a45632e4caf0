// caught by: exclusion
/** Puts looking and writing into one transaction, which by itself keeps nobody out in between. */
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
    const { rows } = await client.query<{ owner: string; count: number; expired: boolean }>(
      'select owner, count, expires_at < now() as expired from locks where name = $1',
      [name],
    )
    const [row] = rows
    const free = row === undefined || row.owner === owner || row.expired
    if (free) {
      const count = row?.owner === owner ? row.count + 1 : 1
      await client.query(
        `insert into locks (name, owner, count, expires_at) values ($1, $2, $3, now() + $4 * interval '1 millisecond')
         on conflict (name) do update set
           owner = excluded.owner,
           count = excluded.count,
           expires_at = greatest(locks.expires_at, excluded.expires_at)`,
        [name, owner, count, ttlMs],
      )
    }
    await client.query('commit')
    return free
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
