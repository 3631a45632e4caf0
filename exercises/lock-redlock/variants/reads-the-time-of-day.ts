/** Date.now, an allowance of a twentieth, and its own script that also tells whether it takes the key. */
import { type Redis, sleep } from 'lockstep'

export interface Lease {
  token: string
  validMs: number
}

const ANSWERS_WITHIN_MS = 50

const TAKE = `if redis.call("exists", KEYS[1]) == 1 then
  return 0
end
redis.call("set", KEYS[1], ARGV[1], "PX", ARGV[2])
return 1`

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
  const began = Date.now()
  const answers = await Promise.all(
    instances.map((instance) =>
      answerOf(instance.eval(TAKE, { keys: [key], arguments: [token, String(ttlMs)] })),
    ),
  )
  const granted = answers.filter((answer) => answer === 1).length
  const drift = ttlMs / 20
  const validMs = Math.floor(ttlMs - (Date.now() - began) - drift)
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
