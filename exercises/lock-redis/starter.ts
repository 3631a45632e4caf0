/** A lock in Redis, as it is often described: SETNX takes it, EXPIRE sees to it that it does not stay for ever, DEL frees it. */
import type { Redis } from 'lockstep'

/** The token of whoever holds the lock, or null where it was not to be had in `waitMs`. */
export async function acquire(
  redis: Redis,
  key: string,
  ttlMs: number,
  waitMs: number,
): Promise<string | null> {
  // TODO: This tries once. What can happen between the two commands? And whose lock is it?
  if ((await redis.setNX(key, '1')) === 0) return null
  await redis.expire(key, ttlMs / 1000)
  return '1'
}

/** Gives the lock back. Was it still the caller's? */
export async function release(redis: Redis, key: string, token: string): Promise<boolean> {
  return (await redis.del(key)) === 1
}

/** The lock lasts `ttlMs` from now on. False, and nothing is changed, where it is no longer the caller's. */
export async function extend(redis: Redis, key: string, token: string, ttlMs: number): Promise<boolean> {
  return (await redis.expire(key, ttlMs / 1000)) === 1
}
