/** A worker with a lock that is a key: it tries until it has it, works, and gives it back. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { Redis } from '../../../../engine/services/redis/client.ts'
import { acquire, release } from '../../../../exercises/lock-redis/solution.ts'
import type { Plan } from '../comparison-workers.ts'

interface Tools {
  redis: Redis
  notes: Notes
  sleep(milliseconds: number): Promise<void>
}

export async function main(tools: Tools, plan: Plan) {
  const { notes, sleep } = tools
  if (plan.beginsAt > 0) await sleep(plan.beginsAt)
  for (let turn = 1; turn <= plan.turns; turn++) {
    notes.note('asking', true)
    const handle = await taken(tools, plan)
    notes.note('asking', null)
    notes.note('handle', handle)
    notes.note('inside', true)
    await sleep(plan.workMs)
    notes.note('inside', null)
    await givenBack(tools, handle)
    notes.note('had', turn)
  }
}

/** The token. An error leaves open whether the lock is had, so the worker asks again. */
async function taken({ redis, sleep }: Tools, { ttlMs, waitMs, retryMs }: Plan): Promise<string> {
  for (;;) {
    try {
      const token = await acquire(redis, 'lock', ttlMs, waitMs)
      if (token !== null) return token
    } catch {
      // The connection was lost.
    }
    await sleep(retryMs)
  }
}

async function givenBack({ redis }: Tools, token: string): Promise<void> {
  try {
    await release(redis, 'lock', token)
  } catch {
    // It has done its work; what is left of the lock is up to the server.
  }
}
