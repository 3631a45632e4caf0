// caught by: exclusion
/** Looks whether anybody has the lock, and writes the row in a second statement, whoever was there in between. */
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
  const { rows } = await db.query<{ owner: string }>(
    'select owner from locks where name = $1 and expires_at >= now()',
    [name],
  )
  const [row] = rows
  if (row !== undefined && row.owner !== owner) return false
  await db.query(
    `insert into locks (name, owner, count, expires_at)
     values ($1, $2, 1, now() + $3 * interval '1 millisecond')
     on conflict (name) do update set
       owner = excluded.owner,
       count = case when locks.owner = excluded.owner and locks.expires_at >= now() then locks.count + 1 else 1 end,
       expires_at = greatest(locks.expires_at, excluded.expires_at)`,
    [name, owner, ttlMs],
  )
  return true
}

export async function release(db: Pool, name: string, owner: string): Promise<void> {
  const { rowCount } = await db.query(
    'update locks set count = count - 1 where name = $1 and owner = $2 and count > 1',
    [name, owner],
  )
  if (rowCount === 0) await db.query('delete from locks where name = $1 and owner = $2', [name, owner])
}
