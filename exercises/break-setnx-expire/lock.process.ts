/** The source's lock in two commands, and a worker that takes it, works and gives it back. */
import type { Notes } from '../../engine/clients/notes.ts'
import type { Redis } from '../../engine/services/redis/client.ts'

interface Tools {
  redis: Redis
  notes: Notes
  self: string
  sleep(milliseconds: number): Promise<void>
}

export async function main({ redis, notes, self, sleep }: Tools) {
  while ((await redis.setNX('lock', self)) === 0) {
    await sleep(100) // taken: try again in a while
  }
  await redis.expire('lock', 10)
  notes.note('holds', true)

  await sleep(500) // the work

  notes.note('holds', null)
  await redis.del('lock')
}
