// caught by: free
/** Answers as soon as the time is over, while a try may be under way: its key is nobody’s then. */
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
  const token = crypto.randomUUID()
  let over = false
  const tries = async (): Promise<string | null> => {
    do {
      if ((await redis.set(key, token, { NX: true, PX: ttlMs })) !== null) return token
      await sleep(50)
    } while (!over)
    return null
  }
  const end = async (): Promise<null> => {
    await sleep(waitMs)
    over = true
    return null
  }
  return waitMs === 0 ? tries() : Promise.race([tries(), end()])
}

export async function release(redis: Redis, key: string, token: string): Promise<boolean> {
  return (await redis.eval(RELEASE, { keys: [key], arguments: [token] })) === 1
}

export async function extend(redis: Redis, key: string, token: string, ttlMs: number): Promise<boolean> {
  return (await redis.eval(EXTEND, { keys: [key], arguments: [token, String(ttlMs)] })) === 1
}
