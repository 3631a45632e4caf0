// caught by: kept
/** Deletes the key when it gives up, although it never had the lock. */
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
  const token = crypto.randomUUID()
  let taken = false
  try {
    while (!taken && performance.now() <= deadline) {
      taken = (await redis.set(key, token, { NX: true, PX: ttlMs })) !== null
      if (!taken) await sleep(50)
    }
  } finally {
    if (!taken) await redis.del(key)
  }
  return taken ? token : null
}

export async function release(redis: Redis, key: string, token: string): Promise<boolean> {
  return (await redis.eval(RELEASE, { keys: [key], arguments: [token] })) === 1
}

export async function extend(redis: Redis, key: string, token: string, ttlMs: number): Promise<boolean> {
  return (await redis.eval(EXTEND, { keys: [key], arguments: [token, String(ttlMs)] })) === 1
}
