// caught by: exclusion
/** Asks a second time where it has no majority, and counts its own key as another grant. */
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
  for (let round = 1; round <= 2 && granted <= instances.length / 2; round++) {
    const answers = await Promise.all(
      instances.map(async (instance) => {
        if ((await answerOf(instance.set(key, token, { NX: true, PX: ttlMs }))) === 'OK') return true
        return (await answerOf(instance.get(key))) === token
      }),
    )
    granted += answers.filter((answer) => answer).length
  }
  const drift = ttlMs / 100 + 2
  const validMs = Math.floor(ttlMs - (performance.now() - began) - drift)
  if (granted > instances.length / 2 && validMs > 0) return { token, validMs }
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
