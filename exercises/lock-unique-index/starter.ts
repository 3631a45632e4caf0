/** A lock that is a row of a table, as in the source: inserted to lock, deleted to unlock. */
import type { Pool } from 'lockstep'

/**
 * Takes the lock for at least `ttlMs`, or waits for it, at most `waitMs` long. One that has it already takes it once more.
 * @returns false where `owner` does not have it
 */
export async function acquire(
  db: Pool,
  name: string,
  owner: string,
  ttlMs: number,
  waitMs: number,
): Promise<boolean> {
  // TODO: it should expire after ttlMs, wait up to waitMs, and let its owner in again.
  try {
    await db.query('insert into locks (name, owner) values ($1, $2)', [name, owner])
    return true
  } catch {
    return false
  }
}

/** Gives it back, once for each time that `owner` took it. */
export async function release(db: Pool, name: string, owner: string): Promise<void> {
  await db.query('delete from locks where name = $1', [name])
}
