/** A lock in Redis that is taken, deadline and all, by one command, and freed by DEL. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { Redis } from '../../../../engine/services/redis/client.ts'

interface Tools {
  redis: Redis
  notes: Notes
  self: string
  sleep(milliseconds: number): Promise<void>
}

async function acquire({ redis, self }: Tools) {
  return (await redis.set('lock', self, { NX: true, PX: 10_000 })) !== null
}

async function release({ redis }: Tools) {
  await redis.del('lock')
}

export async function main(tools: Tools) {
  while (!(await acquire(tools))) await tools.sleep(2500)
  tools.notes.note('inside', true)
  await tools.sleep(3000) // the work
  tools.notes.note('inside', null)
  await release(tools)
}
