/** RedLock with node-redis, a client for each instance: everything around the learner’s file that production needs. */
import { createClient } from 'redis'
import { acquire, release } from './lock.ts'

export type Client = ReturnType<typeof clientOf>

function clientOf(url: string) {
  // An instance that is down has to say so at once: a command that waits for it would be carried out long after.
  const redis = createClient({ url, disableOfflineQueue: true, socket: { reconnectStrategy: 100 } })
  redis.on('error', () => {})
  return redis
}

/** Gives each instance a second to be there; those that are late join when they are up. */
export async function connect(urls: readonly string[]): Promise<readonly Client[]> {
  const instances = urls.map(clientOf)
  const connected = instances.map((redis) => redis.connect())
  await Promise.race([Promise.all(connected), new Promise((resolve) => setTimeout(resolve, 1_000))])
  return instances
}

/**
 * Does some work under the lock.
 * @param work is told for how many milliseconds from now on it has the lock
 * @returns false where the lock was not to be had
 */
export async function withLock(
  instances: readonly Client[],
  key: string,
  work: (validMs: number) => Promise<void>,
  { ttlMs = 10_000 } = {},
): Promise<boolean> {
  const lease = await acquire(instances, key, ttlMs)
  if (lease === null) return false
  try {
    await work(lease.validMs)
  } finally {
    // If this fails, the lock frees itself after a while; the work is done all the same.
    await release(instances, key, lease.token).catch((error) => console.error(error))
  }
  return true
}
