/** The row is made once and stays: whoever finds it free or expired writes the own name into it. */
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
  await db.query(`insert into locks (name, owner, count) values ($1, '', 0) on conflict (name) do nothing`, [
    name,
  ])
  const { rowCount } = await db.query(
    `update locks set
       owner = $2,
       count = case when owner = $2 and expires_at >= now() then count + 1 else 1 end,
       expires_at = greatest(coalesce(expires_at, now()), now() + $3 * interval '1 millisecond')
     where name = $1 and (owner = '' or owner = $2 or expires_at < now())`,
    [name, owner, ttlMs],
  )
  return rowCount === 1
}

export async function release(db: Pool, name: string, owner: string): Promise<void> {
  await db.query(
    `update locks set
       owner = case when count > 1 then owner else '' end,
       count = count - 1,
       expires_at = case when count > 1 then expires_at else null end
     where name = $1 and owner = $2`,
    [name, owner],
  )
}
