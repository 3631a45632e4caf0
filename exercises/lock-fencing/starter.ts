/** A lock with a token and an expiry, as it should be, and a storage that writes whatever it is asked to. */
import type { Pool, Redis } from 'lockstep'

/** What the holder of a lock has. */
export interface Lease {
  /** By this a lease is told from all others: only who has it gives the lock back. */
  token: string
  /** Larger than that of every lease before it. */
  fence: number
}

const RELEASE = `
if redis.call('get', KEYS[1]) == ARGV[1] then
  return redis.call('del', KEYS[1])
end
return 0`

/** Takes the lock for so many milliseconds. @returns null while somebody else has it */
export async function acquire(redis: Redis, key: string, ttlMs: number): Promise<Lease | null> {
  const token = crypto.randomUUID()
  const reply = await redis.set(key, token, { NX: true, PX: ttlMs })
  // TODO: a number for the lease.
  return reply === null ? null : { token, fence: 0 }
}

/** Gives the lock back, unless the lease has run out and the lock may be somebody else's by now. */
export async function release(redis: Redis, key: string, lease: Lease): Promise<void> {
  await redis.eval(RELEASE, { keys: [key], arguments: [lease.token] })
}

/** Gives a document its text. @returns false if the storage has seen a later lease, and then nothing is written */
export async function write(db: Pool, id: string, value: string, fence: number): Promise<boolean> {
  // TODO: whoever comes too late must be refused.
  void fence
  await db.query('update documents set value = $2 where id = $1', [id, value])
  return true
}
