/** A worker with a mutex: the server looks at it and takes it in one step. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { Redis } from '../../../../engine/services/redis/client.ts'

const TAKE = `if redis.call("get", KEYS[1]) ~= "1" then return 0 end
redis.call("set", KEYS[1], "0")
return 1`

interface Tools {
  redis: Redis
  notes: Notes
  sleep(milliseconds: number): Promise<void>
}

export async function main({ redis, notes, sleep }: Tools) {
  while ((await redis.eval(TAKE, { keys: ['mutex'] })) !== 1) await sleep(50)
  notes.note('inside', true)
  const count = Number(await redis.get('count'))
  await redis.set('count', count + 1)
  notes.note('inside', null)
  await redis.set('mutex', 1)
}
