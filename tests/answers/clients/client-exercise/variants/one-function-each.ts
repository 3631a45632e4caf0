/** With functions of its own, and `finally`. */
import { type Notes, type Redis, sleep } from 'lockstep'

export async function main({ redis, notes, self }: { redis: Redis; notes: Notes; self: string }) {
  await withLock(redis, self, async () => {
    notes.note('inside', true)
    await sleep(10)
    notes.note('inside', null)
  })
}

async function withLock(redis: Redis, token: string, critical: () => Promise<void>) {
  while ((await redis.setNX('lock', token)) === 0) await sleep(50)
  try {
    await critical()
  } finally {
    await redis.del('lock')
  }
}
