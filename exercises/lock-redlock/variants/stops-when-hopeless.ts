/** One after the other, and no further once a majority has granted or can’t any more. */
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
  const needed = Math.floor(instances.length / 2) + 1
  let granted = 0
  for (const [index, instance] of instances.entries()) {
    if (granted >= needed || granted + instances.length - index < needed) break
    const answer = await answerOf(instance.set(key, token, { NX: true, PX: ttlMs }))
    if (answer === 'OK') granted++
  }
  const drift = ttlMs / 100 + 2
  const validMs = Math.floor(ttlMs - (performance.now() - began) - drift)
  if (granted >= needed && validMs > 0) return { token, validMs }
  await release(instances, key, token)
  return null
}

export async function release(instances: readonly Redis[], key: string, token: string): Promise<void> {
  await Promise.all(
    instances.map((instance) => answerOf(instance.eval(RELEASE, { keys: [key], arguments: [token] }))),
  )
}

async function answerOf(asked: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await Promise.race([asked, sleep(ANSWERS_WITHIN_MS)])
  } catch {
    return null
  }
}
