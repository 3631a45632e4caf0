/** A worker that adds one to a counter, and nobody keeps the others away. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { Redis } from '../../../../engine/services/redis/client.ts'

export async function main({ redis, notes }: { redis: Redis; notes: Notes }) {
  notes.note('inside', true)
  const count = Number(await redis.get('count'))
  await redis.set('count', count + 1)
  notes.note('inside', null)
}
