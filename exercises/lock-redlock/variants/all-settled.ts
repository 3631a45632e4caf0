/** Promise.allSettled, and a timeout that rejects. */
import type { Redis } from 'lockstep'

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
  const results = await Promise.allSettled(
    instances.map((instance) => inTime(instance.set(key, token, { NX: true, PX: ttlMs }))),
  )
  const granted = results.filter((result) => result.status === 'fulfilled' && result.value === 'OK').length
  const drift = ttlMs / 100 + 2
  const validMs = Math.floor(ttlMs - (performance.now() - began) - drift)
  if (granted > instances.length / 2 && validMs > 0) return { token, validMs }
  await release(instances, key, token)
  return null
}

export async function release(instances: readonly Redis[], key: string, token: string): Promise<void> {
  await Promise.allSettled(
    instances.map((instance) => inTime(instance.eval(RELEASE, { keys: [key], arguments: [token] }))),
  )
}

function inTime<T>(asked: PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer in time')), ANSWERS_WITHIN_MS)
    asked.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}
