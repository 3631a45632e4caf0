/** One command takes the lock and sets its deadline; a script compares the token before it deletes or extends. */
import { type Redis, sleep } from 'lockstep'

const POLL_MS = 50

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
  const token = crypto.randomUUID()
  for (;;) {
    // An error goes to the caller: nobody knows then whether the key is there. If it is, its deadline frees it.
    if ((await redis.set(key, token, { NX: true, PX: ttlMs })) !== null) return token
    const left = deadline - performance.now()
    if (left <= 0) return null
    await sleep(Math.min(POLL_MS, left))
  }
}

export async function release(redis: Redis, key: string, token: string): Promise<boolean> {
  return (await redis.eval(RELEASE, { keys: [key], arguments: [token] })) === 1
}

export async function extend(redis: Redis, key: string, token: string, ttlMs: number): Promise<boolean> {
  return (await redis.eval(EXTEND, { keys: [key], arguments: [token, String(ttlMs)] })) === 1
}
