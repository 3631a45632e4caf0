// caught by: majority
/** Where the drift of the clocks leaves no time it makes a millisecond of it. */
import { type Redis, sleep } from 'lockstep'

export interface Lease {
  token: string
  /** For how long it may be used, counted from when `acquire` has returned. */
  validMs: number
}

/** An instance that has not answered by then is passed over. */
const ANSWERS_WITHIN_MS = 50

/** Deletes the key if it is still ours. */
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
  // Before the first instance is asked: its key may begin to age at once.
  const began = performance.now()
  const answers = await Promise.all(
    instances.map((instance) => answerOf(instance.set(key, token, { NX: true, PX: ttlMs }))),
  )
  const granted = answers.filter((answer) => answer === 'OK').length
  const drift = ttlMs / 100 + 2
  const spent = performance.now() - began
  const validMs = Math.max(1, Math.floor(ttlMs - spent - drift))
  if (granted > instances.length / 2 && spent < ttlMs) return { token, validMs }
  await release(instances, key, token)
  return null
}

export async function release(instances: readonly Redis[], key: string, token: string): Promise<void> {
  // Also where nothing was granted, as far as we know: an answer may have been lost, or be late.
  await Promise.all(
    instances.map((instance) => answerOf(instance.eval(RELEASE, { keys: [key], arguments: [token] }))),
  )
}

/** What an instance answers; null where it fails, or takes too long. */
async function answerOf(asked: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await Promise.race([asked, sleep(ANSWERS_WITHIN_MS)])
  } catch {
    return null
  }
}
