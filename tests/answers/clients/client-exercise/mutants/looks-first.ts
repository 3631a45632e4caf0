// caught by: exclusion
/** Looks whether the lock is free, and takes it in another step. */
import type { Notes, Redis } from 'lockstep'

interface Tools {
  redis: Redis
  notes: Notes
  self: string
  sleep(milliseconds: number): Promise<void>
}

export async function main({ redis, notes, self, sleep }: Tools) {
  while ((await redis.get('lock')) !== null) await sleep(50)
  await redis.set('lock', self)
  notes.note('inside', true)
  await sleep(10)
  notes.note('inside', null)
  await redis.del('lock')
}
