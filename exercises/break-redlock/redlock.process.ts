/**
 * RedLock as its author describes it, and a worker that takes it, works for less time than the lease is valid, and gives it back.
 * A worker comes at a time of its own, and has its own work to do.
 */
import type { Notes } from '../../engine/clients/notes.ts'
import type { Redis } from '../../engine/services/redis/client.ts'

interface Tools {
  r1: Redis
  r2: Redis
  r3: Redis
  notes: Notes
  sleep(milliseconds: number): Promise<void>
}

export async function main({ r1, r2, r3, notes, sleep }: Tools, comesAt: number, workMs: number) {
  const instances = [r1, r2, r3]
  if (comesAt > 0) await sleep(comesAt)
  let lease = await acquire(instances, 'lock', 1000)
  while (lease === null || lease.validMs <= workMs) {
    if (lease !== null) await release(instances, 'lock', lease.token) // too short for the work
    await sleep(200) // not now: try again in a while
    lease = await acquire(instances, 'lock', 1000)
  }
  notes.note('inside', true)
  await sleep(workMs) // the work
  notes.note('inside', false)
  await release(instances, 'lock', lease.token)
}

async function acquire(instances: readonly Redis[], key: string, ttlMs: number) {
  const token = crypto.randomUUID()
  const begin = performance.now()
  let granted = 0
  const asked = instances.map(async (redis) => {
    if ((await redis.set(key, token, { NX: true, PX: ttlMs })) === 'OK') granted++
  })
  // An instance that is down is passed over.
  await Promise.race([Promise.allSettled(asked), sleep(50)])
  const validMs = ttlMs - (performance.now() - begin) - (ttlMs / 100 + 2)
  if (granted > instances.length / 2 && validMs > 0) return { token, validMs }
  await release(instances, key, token)
  return null
}

const RELEASE = `if redis.call("get", KEYS[1]) == ARGV[1] then
  return redis.call("del", KEYS[1])
end
return 0`

async function release(instances: readonly Redis[], key: string, token: string) {
  const options = { keys: [key], arguments: [token] }
  const asked = instances.map((redis) => redis.eval(RELEASE, options))
  await Promise.race([Promise.allSettled(asked), sleep(50)])
}
