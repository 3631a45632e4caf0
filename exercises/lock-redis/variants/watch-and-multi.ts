/** Compares and deletes in a transaction that fails if the key has changed since it was looked at. */
import { type Redis, type RedisTransaction, WatchError, sleep } from 'lockstep'

export async function acquire(
  redis: Redis,
  key: string,
  ttlMs: number,
  waitMs: number,
): Promise<string | null> {
  const deadline = performance.now() + waitMs
  const token = crypto.randomUUID()
  for (;;) {
    if ((await redis.set(key, token, { NX: true, PX: ttlMs })) !== null) return token
    if (performance.now() >= deadline) return null
    await sleep(50)
  }
}

export async function release(redis: Redis, key: string, token: string): Promise<boolean> {
  return ifMine(redis, key, token, (transaction) => transaction.del(key))
}

export async function extend(redis: Redis, key: string, token: string, ttlMs: number): Promise<boolean> {
  return ifMine(redis, key, token, (transaction) => transaction.pExpire(key, ttlMs))
}

/** One task at a time may do this on a connection, as the connection has one list of what it watches. */
async function ifMine(
  redis: Redis,
  key: string,
  token: string,
  change: (transaction: RedisTransaction) => RedisTransaction,
): Promise<boolean> {
  await redis.watch(key)
  if ((await redis.get(key)) !== token) {
    await redis.unwatch()
    return false
  }
  try {
    const [changed] = await change(redis.multi()).exec()
    return changed === 1
  } catch (error) {
    if (error instanceof WatchError) return false
    throw error
  }
}
