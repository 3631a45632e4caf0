/** The lock with fences, with node-redis and node-postgres: everything around the learner’s file that production needs. */
import { Pool } from 'pg'
import { createClient } from 'redis'
import { acquire, release, write } from './lock.ts'

export type Client = Awaited<ReturnType<typeof connect>>

export async function connect(redisUrl: string, databaseUrl: string) {
  const redis = createClient({ url: redisUrl })
  redis.on('error', (error) => console.error(error))
  await redis.connect()
  const db = new Pool({ connectionString: databaseUrl, max: 4 })
  db.on('error', (error) => console.error(error))
  return { redis, db }
}

/**
 * Does some work under the lock of a document.
 * @param work is handed what writes the document; false from it says that somebody else has the lock by now
 * @returns false where the lock is taken
 */
export async function withLock(
  { redis, db }: Client,
  id: string,
  work: (save: (value: string) => Promise<boolean>) => Promise<void>,
  { ttlMs = 10_000 } = {},
): Promise<boolean> {
  const lease = await acquire(redis, `lock:${id}`, ttlMs)
  if (lease === null) return false
  try {
    await work((value) => write(db, id, value, lease.fence))
  } finally {
    // If this fails, the lock frees itself after a while; the work is done all the same.
    await release(redis, `lock:${id}`, lease).catch((error) => console.error(error))
  }
  return true
}
