// caught by: nothing-left
/** Returns with the first majority and gives back only what had been granted by then. */
import { type Redis, sleep } from 'lockstep'

export interface Lease {
  token: string
  validMs: number
}

const ANSWERS_WITHIN_MS = 50

const ownersOf = new Map<string, Redis[]>()

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
  const owners: Redis[] = []
  ownersOf.set(token, owners)
  const answered = instances.map(async (instance) => {
    const answer = await answerOf(instance.set(key, token, { NX: true, PX: ttlMs }))
    if (answer === 'OK' && owners.length <= instances.length / 2) owners.push(instance)
    if (owners.length <= instances.length / 2) throw new Error('no majority yet')
  })
  await Promise.any(answered).catch(() => null)
  const granted = owners.length
  const drift = ttlMs / 100 + 2
  const validMs = Math.floor(ttlMs - (performance.now() - began) - drift)
  if (granted > instances.length / 2 && validMs > 0) return { token, validMs }
  await release(instances, key, token)
  return null
}

export async function release(instances: readonly Redis[], key: string, token: string): Promise<void> {
  await Promise.all(
    (ownersOf.get(token) ?? instances).map((instance) =>
      answerOf(instance.eval(RELEASE, { keys: [key], arguments: [token] })),
    ),
  )
}

async function answerOf(asked: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await Promise.race([asked, sleep(ANSWERS_WITHIN_MS)])
  } catch {
    return null
  }
}
