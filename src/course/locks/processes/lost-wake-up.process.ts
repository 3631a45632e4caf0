/** A lock in line with a hole: it waits for a node without asking whether that is still there. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { ZooKeeper } from '../../../../engine/services/zookeeper/client.ts'

interface Tools {
  zookeeper: ZooKeeper
  notes: Notes
  sleep(milliseconds: number): Promise<void>
}

const EPHEMERAL_SEQUENTIAL = 3 // as in `CreateMode`

export async function main({ zookeeper, notes, sleep }: Tools) {
  const own = await zookeeper.create('/lock/n-', EPHEMERAL_SEQUENTIAL)
  for (;;) {
    const [names] = await zookeeper.getChildren('/lock')
    const before = names.map((name) => `/lock/${name}`).filter((path) => path < own)
    const last = before.sort().pop()
    if (last === undefined) break
    let wake = () => {}
    const changed = new Promise<void>((resolve) => (wake = resolve))
    await zookeeper.exists(last, () => wake()) // whatever it says
    await changed
  }
  notes.note('inside', true)
  await sleep(100) // the work
  notes.note('inside', null)
  await zookeeper.remove(own)
}

/** Comes a little later. */
export async function late(tools: Tools) {
  await tools.sleep(115)
  await main(tools)
}
