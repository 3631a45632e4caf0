/** A lock in line that takes the going of the node before for its own turn. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { ZooKeeper } from '../../../../engine/services/zookeeper/client.ts'

interface Tools {
  zookeeper: ZooKeeper
  notes: Notes
  sleep(milliseconds: number): Promise<void>
}

const EPHEMERAL_SEQUENTIAL = 3 // as in `CreateMode`

export async function main({ zookeeper, notes, sleep }: Tools, workMs = 100) {
  const own = await zookeeper.create('/lock/n-', EPHEMERAL_SEQUENTIAL)
  const [names] = await zookeeper.getChildren('/lock')
  const before = names.map((name) => `/lock/${name}`).filter((path) => path < own)
  const last = before.sort().pop()
  if (last !== undefined) {
    let wake = () => {}
    const changed = new Promise<void>((resolve) => (wake = resolve))
    if ((await zookeeper.exists(last, () => wake())) !== null) await changed
  }
  notes.note('inside', true) // it is gone, so it’s my turn
  await sleep(workMs)
  notes.note('inside', null)
  await zookeeper.remove(own)
}
