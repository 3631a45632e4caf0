/** Waits longer each time, and lets the lock expire instead of deleting it. */
import { type Pool, sleep } from 'lockstep'

export async function acquire(
  db: Pool,
  name: string,
  owner: string,
  ttlMs: number,
  waitMs: number,
): Promise<boolean> {
  const deadline = performance.now() + waitMs
  for (let pause = 20; ; pause *= 2) {
    if (await take(db, name, owner, ttlMs)) return true
    const left = deadline - performance.now()
    if (left <= 0) return false
    await sleep(Math.min(pause, 500, left))
  }
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
  await db.query(
    `update locks set
       expires_at = case when count > 1 then expires_at else now() - interval '1 millisecond' end,
       owner = case when count > 1 then owner else 'nobody' end,
       count = count - 1
     where name = $1 and owner = $2`,
    [name, owner],
  )
}
