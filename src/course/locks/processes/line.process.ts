/** A lock for which clients stand in line: each watches the one before it, and nobody else is woken. */
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
  for (;;) {
    const [names] = await zookeeper.getChildren('/lock')
    const before = names.map((name) => `/lock/${name}`).filter((path) => path < own)
    const last = before.sort().pop()
    if (last === undefined) break
    let wake = () => {}
    const changed = new Promise<void>((resolve) => (wake = resolve))
    // What has gone meanwhile is not there to be watched: look again.
    if ((await zookeeper.exists(last, () => wake())) !== null) await changed
  }
  notes.note('inside', true)
  await sleep(workMs)
  notes.note('inside', null)
  await zookeeper.remove(own)
}
