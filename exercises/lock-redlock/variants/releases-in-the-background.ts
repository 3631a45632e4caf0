/** Does not wait until everything is given back. */
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
  const answers = await Promise.all(
    instances.map((instance) => answerOf(instance.set(key, token, { NX: true, PX: ttlMs }))),
  )
  const granted = answers.filter((answer) => answer === 'OK').length
  const drift = ttlMs / 100 + 2
  const validMs = Math.floor(ttlMs - (performance.now() - began) - drift)
  if (granted > instances.length / 2 && validMs > 0) return { token, validMs }
  void release(instances, key, token)
  return null
}

export async function release(instances: readonly Redis[], key: string, token: string): Promise<void> {
  for (const instance of instances)
    instance.eval(RELEASE, { keys: [key], arguments: [token] }).then(undefined, () => undefined)
}

async function answerOf(asked: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await Promise.race([asked, sleep(ANSWERS_WITHIN_MS)])
  } catch {
    return null
  }
}
