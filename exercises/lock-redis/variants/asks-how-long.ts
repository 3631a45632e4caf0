/** Sleeps as long as the holder has the lock at most, and counts what it has waited by that. */
import { type Redis, sleep } from 'lockstep'

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
  const token = `${key} ${crypto.randomUUID()}`
  for (let left = waitMs; ;) {
    const before = Date.now()
    if ((await redis.set(key, token, { condition: 'NX', expiration: { type: 'PX', value: ttlMs } })) !== null)
      return token
    if (left <= 0) return null
    const leaseLeft = await redis.pTTL(key)
    if (leaseLeft > 0) await sleep(Math.min(leaseLeft, left, 100))
    left -= Date.now() - before
  }
}

export async function release(redis: Redis, key: string, token: string): Promise<boolean> {
  return (await redis.eval(RELEASE, { keys: [key], arguments: [token] })) === 1
}

export async function extend(redis: Redis, key: string, token: string, ttlMs: number): Promise<boolean> {
  return (await redis.eval(EXTEND, { keys: [key], arguments: [token, String(ttlMs)] })) === 1
}
