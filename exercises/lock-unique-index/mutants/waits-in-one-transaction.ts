// caught by: available
/** Waits in a transaction that began before the lock expired, and for which now() never gets there. */
import { type Pool, type PoolClient, sleep } from 'lockstep'

export async function acquire(
  db: Pool,
  name: string,
  owner: string,
  ttlMs: number,
  waitMs: number,
): Promise<boolean> {
  const deadline = performance.now() + waitMs
  const client = await db.connect()
  let failed = true
  try {
    await client.query('begin')
    let taken = await take(client, name, owner, ttlMs)
    while (!taken && performance.now() < deadline) {
      await sleep(50)
      taken = await take(client, name, owner, ttlMs)
    }
    await client.query('commit')
    failed = false
    return taken
  } finally {
    client.release(failed)
  }
}

async function take(db: PoolClient, name: string, owner: string, ttlMs: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into locks (name, owner, count, expires_at)
     values ($1, $2, 1, now() + $3 * interval '1 millisecond')
     on conflict (name) do update set
       owner = excluded.owner,
       count = case when locks.owner = excluded.owner and locks.expires_at >= now() then locks.count + 1 else 1 end,
       expires_at = greatest(locks.expires_at, excluded.expires_at)
     where locks.owner = excluded.owner or locks.expires_at < now()`,
    [name, owner, ttlMs],
  )
  return rowCount === 1
}

export async function release(db: Pool, name: string, owner: string): Promise<void> {
  const { rowCount } = await db.query(
    'update locks set count = count - 1 where name = $1 and owner = $2 and count > 1',
    [name, owner],
  )
  if (rowCount === 0) await db.query('delete from locks where name = $1 and owner = $2', [name, owner])
}
