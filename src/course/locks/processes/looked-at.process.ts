/** A worker with a mutex, which it looks at in one step and takes in another. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { Redis } from '../../../../engine/services/redis/client.ts'

interface Tools {
  redis: Redis
  notes: Notes
  sleep(milliseconds: number): Promise<void>
}

export async function main({ redis, notes, sleep }: Tools) {
  while ((await redis.get('mutex')) !== '1') await sleep(50)
  await redis.set('mutex', 0)
  notes.note('inside', true)
  const count = Number(await redis.get('count'))
  await redis.set('count', count + 1)
  notes.note('inside', null)
  await redis.set('mutex', 1)
}
