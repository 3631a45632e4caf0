/** A lock in Redis that only its owner frees: the server compares the token and deletes in one step. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { Redis } from '../../../../engine/services/redis/client.ts'

interface Tools {
  redis: Redis
  notes: Notes
  self: string
  sleep(milliseconds: number): Promise<void>
}

const RELEASE = `if redis.call("get", KEYS[1]) == ARGV[1] then
  return redis.call("del", KEYS[1])
end
return 0`

async function acquire({ redis }: Tools, token: string) {
  return (await redis.set('lock', token, { NX: true, PX: 10_000 })) !== null
}

async function release({ redis }: Tools, token: string) {
  await redis.eval(RELEASE, { keys: ['lock'], arguments: [token] })
}

export async function main(tools: Tools) {
  const token = crypto.randomUUID()
  while (!(await acquire(tools, token))) await tools.sleep(2500)
  tools.notes.note('inside', true)
  await tools.sleep(3000) // the work
  tools.notes.note('inside', null)
  await release(tools, token)
}
