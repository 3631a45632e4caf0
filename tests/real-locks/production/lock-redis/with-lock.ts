/** The lock in Redis with node-redis: everything around the learner’s file that production needs. */
import { createClient } from 'redis'
import { acquire, release } from './lock.ts'

export type Client = Awaited<ReturnType<typeof connect>>

export async function connect(url: string) {
  const redis = createClient({ url })
  redis.on('error', (error) => console.error(error))
  await redis.connect()
  return redis
}

/** Does some work under the lock. @returns false where the lock was not to be had in time */
export async function withLock(
  redis: Client,
  key: string,
  work: () => Promise<void>,
  { ttlMs = 10_000, waitMs = 5_000 } = {},
): Promise<boolean> {
  const token = await acquire(redis, key, ttlMs, waitMs)
  if (token === null) return false
  try {
    await work()
  } finally {
    // If this fails, the lock frees itself after a while; the work is done all the same.
    await release(redis, key, token).catch((error) => console.error(error))
  }
  return true
}
