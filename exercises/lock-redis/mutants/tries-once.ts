// caught by: patient
/** Tries once, and says at once that the lock is taken. */
import type { Redis } from 'lockstep'

const RELEASE = `
  if redis.call('get', KEYS[1]) == ARGV[1] then
    return redis.call('del', KEYS[1])
  end
  return 0`

const EXTEND = `
  if redis.call('get', KEYS[1]) == ARGV[1] then
    return redis.call('pexpire', KEYS[1], ARGV[2])
  end
  return 0`

export async function acquire(
  redis: Redis,
  key: string,
  ttlMs: number,
  waitMs: number,
): Promise<string | null> {
  const token = crypto.randomUUID()
  return (await redis.set(key, token, { NX: true, PX: ttlMs })) === null ? null : token
}

export async function release(redis: Redis, key: string, token: string): Promise<boolean> {
  return (await redis.eval(RELEASE, { keys: [key], arguments: [token] })) === 1
}

export async function extend(redis: Redis, key: string, token: string, ttlMs: number): Promise<boolean> {
  return (await redis.eval(EXTEND, { keys: [key], arguments: [token, String(ttlMs)] })) === 1
}
