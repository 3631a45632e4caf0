/** One timeout for the whole round; whoever has not answered by then is passed over. */
import { type Redis, sleep } from 'lockstep'

export interface Lease {
  token: string
  validMs: number
}

const ANSWERS_WITHIN_MS = 50

const RELEASE = `if redis.call("get", KEYS[1]) == ARGV[1] then
  return redis.call("del", KEYS[1])
else
  return 0
end`

export async function acquire(
  instances: readonly Redis[],
  key: string,
  ttlMs: number,
): Promise<Lease | null> {
  const token = crypto.randomUUID()
  const began = performance.now()
  let granted = 0
  const asked = instances.map(async (instance) => {
    const answer = await instance.set(key, token, { NX: true, PX: ttlMs })
    if (answer === 'OK') granted++
  })
  await Promise.race([Promise.allSettled(asked), sleep(ANSWERS_WITHIN_MS)])
  const drift = ttlMs / 100 + 2
  const validMs = Math.floor(ttlMs - (performance.now() - began) - drift)
  if (granted > instances.length / 2 && validMs > 0) return { token, validMs }
  await release(instances, key, token)
  return null
}

export async function release(instances: readonly Redis[], key: string, token: string): Promise<void> {
  const asked = instances.map((instance) => instance.eval(RELEASE, { keys: [key], arguments: [token] }))
  await Promise.race([Promise.allSettled(asked), sleep(ANSWERS_WITHIN_MS)])
}
