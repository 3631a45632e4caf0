/** The note's lock in Redis: SETNX takes the key, EXPIRE gives it a deadline, DEL frees it. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { Redis } from '../../../../engine/services/redis/client.ts'

interface Tools {
  redis: Redis
  notes: Notes
  self: string
  sleep(milliseconds: number): Promise<void>
}

async function acquire({ redis, self }: Tools) {
  if ((await redis.setNX('lock', self)) === 0) return false
  await redis.expire('lock', 10)
  return true
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

/** Tries once, and says what it was told. */
export async function once(tools: Tools) {
  tools.notes.note('acquired', (await tools.redis.setNX('lock', tools.self)) === 1)
}
