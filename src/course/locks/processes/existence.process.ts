/** A worker whose mutex is the existence of a key: who creates it is inside, and deletes it on leaving. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { Redis } from '../../../../engine/services/redis/client.ts'

interface Tools {
  redis: Redis
  notes: Notes
  self: string
  sleep(milliseconds: number): Promise<void>
}

export async function main({ redis, notes, self, sleep }: Tools) {
  while ((await redis.setNX('lock', self)) === 0) await sleep(50)
  notes.note('inside', true)
  const count = Number(await redis.get('count'))
  await redis.set('count', count + 1)
  notes.note('inside', null)
  await redis.del('lock')
}
