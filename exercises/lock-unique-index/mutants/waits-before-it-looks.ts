// caught by: available
/** Looks only while there is time left, and so never where nobody wants to wait. */
import { type Pool, sleep } from 'lockstep'

export async function acquire(
  db: Pool,
  name: string,
  owner: string,
  ttlMs: number,
  waitMs: number,
): Promise<boolean> {
  const deadline = performance.now() + waitMs
  while (performance.now() < deadline) {
    if (await take(db, name, owner, ttlMs)) return true
    await sleep(50)
  }
  return false
}

async function take(db: Pool, name: string, owner: string, ttlMs: number): Promise<boolean> {
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
