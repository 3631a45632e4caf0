/** Draws a new token after a lost connection: if the key was set, its deadline frees it. */
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
  const deadline = performance.now() + waitMs
  for (let delay = 20; ; delay = Math.min(2 * delay, 240)) {
    const token = crypto.randomUUID()
    try {
      if ((await redis.set(key, token, { NX: true, PX: ttlMs })) === 'OK') return token
    } catch {
      // Whether it was set is not known.
    }
    if (performance.now() + delay > deadline) return null
    await sleep(delay)
  }
}

export async function release(redis: Redis, key: string, token: string): Promise<boolean> {
  return (await redis.eval(RELEASE, { keys: [key], arguments: [token] })) === 1
}

export async function extend(redis: Redis, key: string, token: string, ttlMs: number): Promise<boolean> {
  return (await redis.eval(EXTEND, { keys: [key], arguments: [token, String(ttlMs)] })) === 1
}
