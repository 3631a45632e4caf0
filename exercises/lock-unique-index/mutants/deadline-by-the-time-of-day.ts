// caught by: deadline
/** Waits until a time of day, which comes later if somebody sets the clock back. */
import { type Pool, sleep } from 'lockstep'

/** Whoever waits looks again after so long, in milliseconds. */
const PAUSE = 50

/**
 * Makes the row, counts one more for its owner, or takes over a row that has expired. In one statement, so that nothing comes
 * between looking and taking. A row that stays as it is does not count as changed.
 */
const TAKE = `
  insert into locks (name, owner, count, expires_at)
  values ($1, $2, 1, now() + $3 * interval '1 millisecond')
  on conflict (name) do update set
    owner = excluded.owner,
    count = case when locks.owner = excluded.owner and locks.expires_at >= now() then locks.count + 1 else 1 end,
    expires_at = greatest(locks.expires_at, excluded.expires_at)
  where locks.owner = excluded.owner or locks.expires_at < now()`

export async function acquire(
  db: Pool,
  name: string,
  owner: string,
  ttlMs: number,
  waitMs: number,
): Promise<boolean> {
  const deadline = Date.now() + waitMs
  for (;;) {
    // An error goes to the caller: if the connection was lost, nobody here knows whether the row was made.
    const { rowCount } = await db.query(TAKE, [name, owner, ttlMs])
    if (rowCount === 1) return true
    const left = deadline - Date.now()
    if (left <= 0) return false
    await sleep(Math.min(PAUSE, left))
  }
}

export async function release(db: Pool, name: string, owner: string): Promise<void> {
  const { rowCount } = await db.query(
    'update locks set count = count - 1 where name = $1 and owner = $2 and count > 1',
    [name, owner],
  )
  if (rowCount === 0) await db.query('delete from locks where name = $1 and owner = $2', [name, owner])
}
