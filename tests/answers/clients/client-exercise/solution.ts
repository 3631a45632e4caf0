/** Tries until the lock is its own, and gives it back. */
import type { Notes, Redis } from 'lockstep'

interface Tools {
  redis: Redis
  notes: Notes
  self: string
  sleep(milliseconds: number): Promise<void>
}

export async function main({ redis, notes, self, sleep }: Tools) {
  while ((await redis.set('lock', self, { NX: true })) === null) await sleep(50)
  notes.note('inside', true)
  await sleep(10)
  notes.note('inside', null)
  await redis.del('lock')
}
