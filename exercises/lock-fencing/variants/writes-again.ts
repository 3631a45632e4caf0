/** A write whose answer is lost is done again; if it is refused then, nobody knows what became of the first, and the error goes on. */
import { DatabaseError, type Pool, type Redis } from 'lockstep'

/** What the holder of a lock has. */
export interface Lease {
  /** By this a lease is told from all others: only who has it gives the lock back. */
  token: string
  /** Larger than that of every lease before it. */
  fence: number
}

/** The lock and its number are taken in one step. The counter is never deleted and never expires. */
const ACQUIRE = `
if redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  return redis.call('incr', KEYS[2])
end
return false`

const RELEASE = `
if redis.call('get', KEYS[1]) == ARGV[1] then
  return redis.call('del', KEYS[1])
end
return 0`

/** Takes the lock for so many milliseconds. @returns null while somebody else has it */
export async function acquire(redis: Redis, key: string, ttlMs: number): Promise<Lease | null> {
  const token = crypto.randomUUID()
  const fence = await redis.eval(ACQUIRE, {
    keys: [key, `${key}:fence`],
    arguments: [token, String(ttlMs)],
  })
  return fence === null ? null : { token, fence: Number(fence) }
}

/** Gives the lock back, unless the lease has run out and the lock may be somebody else's by now. */
export async function release(redis: Redis, key: string, lease: Lease): Promise<void> {
  await redis.eval(RELEASE, { keys: [key], arguments: [lease.token] })
}

/** Gives a document its text. @returns false if the storage has seen a later lease, and then nothing is written */
export async function write(db: Pool, id: string, value: string, fence: number): Promise<boolean> {
  let lost: Error | null = null
  for (let attempt = 1; ; attempt++) {
    let count: number | null
    try {
      const answer = await db.query(
        'update documents set value = $2, fence = $3 where id = $1 and fence <= $3',
        [id, value, fence],
      )
      count = answer.rowCount
    } catch (error) {
      if (attempt === 3 || error instanceof DatabaseError) throw error
      lost = error as Error
      continue
    }
    if (count === 0 && lost !== null) throw lost
    return count === 1
  }
}
