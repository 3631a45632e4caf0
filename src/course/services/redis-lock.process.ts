/** A counter that two clients add to, each while it holds a lock with a deadline. What is wrong with it, the page shows. */
import type { Notes } from '../../../engine/clients/notes.ts'
import type { Redis } from '../../../engine/services/redis/client.ts'

interface Tools {
  redis: Redis
  notes: Notes
  self: string
  sleep(milliseconds: number): Promise<void>
}

export async function main({ redis, notes, self, sleep }: Tools) {
  while ((await redis.set('lock', self, { NX: true, PX: 1000 })) === null) {
    await sleep(500)
  }
  notes.note('holds', true)

  const count = Number(await redis.get('count'))
  await sleep(100) // something that takes its time
  await redis.set('count', String(count + 1))

  notes.note('holds', null)
  await redis.del('lock')
}
