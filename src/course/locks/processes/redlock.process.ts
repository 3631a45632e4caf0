/** RedLock over five instances of Redis: a worker asks them one after the other, works, and gives the lock back. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { Redis } from '../../../../engine/services/redis/client.ts'

interface Tools {
  readonly instances: readonly Redis[]
  readonly notes: Notes
}

declare function sleep(milliseconds: number): Promise<void>

const TTL_MS = 1000
const DRIFT_MS = TTL_MS / 100 + 2
const RELEASE = `if redis.call("get", KEYS[1]) == ARGV[1] then
  return redis.call("del", KEYS[1])
else
  return 0
end`

export async function main({ r1, r2, r3, r4, r5, notes }: { [instance: string]: Redis } & { notes: Notes }) {
  await worker({ instances: [r1!, r2!, r3!, r4!, r5!], notes })
}

async function worker({ instances, notes }: Tools) {
  const token = crypto.randomUUID()
  notes.note('round', true)
  const began = performance.now()
  let granted = 0
  for (const redis of instances)
    if ((await inTime(redis.set('lock', token, { NX: true, PX: TTL_MS }))) === 'OK') granted++
  const usable = TTL_MS - (performance.now() - began) - DRIFT_MS
  notes.note('round', null)
  if (granted >= 3 && usable > 0) {
    notes.note('usable', usable)
    await sleep(Math.min(usable, 200)) // the work
    notes.note('usable', null)
  }
  for (const redis of instances) await inTime(redis.eval(RELEASE, { keys: ['lock'], arguments: [token] }))
}

/** What an instance answers; null where it fails, or takes longer than 50 ms. */
async function inTime(asked: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await Promise.race([asked, sleep(50)])
  } catch {
    return null
  }
}
