/** A worker with a lock on several instances: it tries until it has it, works, and gives it back. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { Redis } from '../../../../engine/services/redis/client.ts'
import { acquire, release } from '../../../../exercises/lock-redlock/solution.ts'
import type { Plan } from '../comparison-workers.ts'

interface Tools {
  /** The instances go by their names, from \`r1\` on. */
  [instance: string]: unknown
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
    await givenBack(tools, handle, plan)
    notes.note('had', turn)
  }
}

/** The token of a lease. */
async function taken(tools: Tools, { ttlMs, instances, retryMs }: Plan): Promise<string> {
  for (;;) {
    const lease = await acquire(all(tools, instances), 'lock', ttlMs)
    if (lease !== null) return lease.token
    await tools.sleep(retryMs)
  }
}

async function givenBack(tools: Tools, token: string, { instances }: Plan): Promise<void> {
  await release(all(tools, instances), 'lock', token)
}

function all(tools: Tools, count: number): Redis[] {
  return Array.from({ length: count }, (_, index) => tools[`r${index + 1}`] as Redis)
}
