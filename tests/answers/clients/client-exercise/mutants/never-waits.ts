// caught by: error
/** Tries again and again without waiting for an answer. */
import type { Notes, Redis } from 'lockstep'

interface Tools {
  redis: Redis
  notes: Notes
  self: string
  sleep(milliseconds: number): Promise<void>
}

export async function main({ redis, self }: Tools) {
  for (;;) void redis.set('lock', self, { NX: true })
}
