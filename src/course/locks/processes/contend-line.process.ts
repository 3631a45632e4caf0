/** A worker with a lock in ZooKeeper: it stands in line until it has it, works, and gives it back. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { ZooKeeper } from '../../../../engine/services/zookeeper/client.ts'
import { acquire, release } from '../../../../exercises/lock-zookeeper/solution.ts'
import type { Plan } from '../comparison-workers.ts'

interface Tools {
  zookeeper: ZooKeeper
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
  tools.zookeeper.close()
}

/** The path of its node. An error leaves open whether it stands in line, so the worker asks again. */
async function taken({ zookeeper, sleep }: Tools, { waitMs, retryMs }: Plan): Promise<string> {
  for (;;) {
    try {
      const path = await acquire(zookeeper, '/lock', waitMs)
      if (path !== null) return path
    } catch {
      // The connection was lost, or the session is over.
    }
    await sleep(retryMs)
  }
}

async function givenBack({ zookeeper }: Tools, path: string): Promise<void> {
  try {
    await release(zookeeper, path)
  } catch {
    // It has done its work; what is left of the lock is up to the server.
  }
}
