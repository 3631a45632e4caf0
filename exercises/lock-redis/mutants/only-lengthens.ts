// caught by: bounded
/** Leaves the lease alone where it lasts longer than is asked for, and says that it is done. */
import { type Redis, sleep } from 'lockstep'

const RELEASE = `
  if redis.call('get', KEYS[1]) == ARGV[1] then
    return redis.call('del', KEYS[1])
  end
  return 0`

const EXTEND = `
  if redis.call('get', KEYS[1]) == ARGV[1] then
    redis.call('pexpire', KEYS[1], ARGV[2], 'GT')
    return 1
  end
  return 0`

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
  return (await redis.eval(RELEASE, { keys: [key], arguments: [token] })) === 1
}

export async function extend(redis: Redis, key: string, token: string, ttlMs: number): Promise<boolean> {
  return (await redis.eval(EXTEND, { keys: [key], arguments: [token, String(ttlMs)] })) === 1
}
