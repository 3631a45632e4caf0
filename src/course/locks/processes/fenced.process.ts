/** A lock in Redis that numbers its leases, and a table that refuses the writes of old ones. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { Pool } from '../../../../engine/services/database/client.ts'
import type { Redis } from '../../../../engine/services/redis/client.ts'

interface Tools {
  redis: Redis
  db: Pool
  notes: Notes
  self: string
  sleep(milliseconds: number): Promise<void>
}

const TAKE = `if redis.call("exists", KEYS[1]) == 1 then return 0 end
redis.call("set", KEYS[1], ARGV[1], "PX", "10000")
return redis.call("incr", KEYS[2])`

const RELEASE = `if redis.call("get", KEYS[1]) == ARGV[1] then
  return redis.call("del", KEYS[1])
end
return 0`

/** The number of the lease; 0: the lock is taken. */
async function acquire({ redis, self }: Tools) {
  return Number(await redis.eval(TAKE, { keys: ['lock', 'fence'], arguments: [self] }))
}

/** Was it written? The table remembers the largest number that has written. */
async function write({ db, self }: Tools, fence: number) {
  const { rowCount } = await db.query('update document set author = $1, fence = $2 where fence <= $2', [
    self,
    fence,
  ])
  return rowCount === 1
}

/** The same without a look at the number. */
async function writeAnyway({ db, self }: Tools, fence: number) {
  await db.query('update document set author = $1, fence = $2', [self, fence])
  return true
}

async function work(tools: Tools, save: typeof write) {
  let fence = await acquire(tools)
  while (fence === 0) {
    await tools.sleep(2500)
    fence = await acquire(tools)
  }
  tools.notes.note('inside', true)
  await tools.sleep(3000) // the work
  tools.notes.note(`written`, (await save(tools, fence)) ? fence : 0)
  tools.notes.note('inside', null)
  await tools.redis.eval(RELEASE, { keys: ['lock'], arguments: [tools.self] })
}

export async function main(tools: Tools) {
  await work(tools, write)
}

export async function unfenced(tools: Tools) {
  await work(tools, writeAnyway)
}
