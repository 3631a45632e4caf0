/** Counts in the memory of the process, and asks the database each time whether the row is still its own. */
import { type Pool, sleep } from 'lockstep'

/** By lock and owner. */
const counts = new Map<string, number>()

export async function acquire(
  db: Pool,
  name: string,
  owner: string,
  ttlMs: number,
  waitMs: number,
): Promise<boolean> {
  const patience = AbortSignal.timeout(waitMs)
  for (;;) {
    if (await take(db, name, owner, ttlMs)) return true
    if (patience.aborted || waitMs === 0) return false
    await sleep(Math.min(120, waitMs))
  }
}

async function take(db: Pool, name: string, owner: string, ttlMs: number): Promise<boolean> {
  const key = `${name} ${owner}`
  const renewed = await db.query(
    `update locks set expires_at = greatest(expires_at, now() + $3 * interval '1 millisecond')
     where name = $1 and owner = $2 and expires_at >= now()`,
    [name, owner, ttlMs],
  )
  if (renewed.rowCount === 1) {
    counts.set(key, (counts.get(key) ?? 0) + 1)
    return true
  }
  const taken = await db.query(
    `insert into locks (name, owner, expires_at) values ($1, $2, now() + $3 * interval '1 millisecond')
     on conflict (name) do update set owner = excluded.owner, expires_at = excluded.expires_at
     where locks.expires_at < now()`,
    [name, owner, ttlMs],
  )
  if (taken.rowCount === 1) counts.set(key, 1)
  return taken.rowCount === 1
}

export async function release(db: Pool, name: string, owner: string): Promise<void> {
  const key = `${name} ${owner}`
  const count = (counts.get(key) ?? 0) - 1
  if (count > 0) counts.set(key, count)
  else {
    counts.delete(key)
    await db.query('delete from locks where name = $1 and owner = $2', [name, owner])
  }
}
