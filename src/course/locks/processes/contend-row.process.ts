/** A worker with a lock that is a row: it tries until it has it, works, and gives it back. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { Pool } from '../../../../engine/services/database/client.ts'
import { acquire, release } from '../../../../exercises/lock-unique-index/solution.ts'
import type { Plan } from '../comparison-workers.ts'

interface Tools {
  db: Pool
  notes: Notes
  self: string
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

/** What says that the lock is had. An error leaves open whether it is, so the worker asks again. */
async function taken({ db, self, sleep }: Tools, { ttlMs, waitMs, retryMs }: Plan): Promise<true> {
  for (;;) {
    try {
      if (await acquire(db, 'lock', self, ttlMs, waitMs)) return true
    } catch {
      // The connection was lost.
    }
    await sleep(retryMs)
  }
}

async function givenBack({ db, self }: Tools, _: true): Promise<void> {
  try {
    await release(db, 'lock', self)
  } catch {
    // It has done its work; what is left of the lock is up to the server.
  }
}
