/** The lock in a table with node-postgres: everything around the learner’s file that production needs. */
import { Pool } from 'pg'
import { acquire, release } from './lock.ts'

export function connect(url: string): Pool {
  const db = new Pool({ connectionString: url, max: 4 })
  db.on('error', (error) => console.error(error))
  return db
}

/**
 * Does some work under the lock.
 * @param owner who this is: no other process, and none before a restart, has ever had this name
 * @returns false where the lock was not to be had in time
 */
export async function withLock(
  db: Pool,
  name: string,
  owner: string,
  work: () => Promise<void>,
  { ttlMs = 10_000, waitMs = 5_000 } = {},
): Promise<boolean> {
  if (!(await acquire(db, name, owner, ttlMs, waitMs))) return false
  try {
    await work()
  } finally {
    // If this fails, the lock frees itself after a while; the work is done all the same.
    await release(db, name, owner).catch((error) => console.error(error))
  }
  return true
}
