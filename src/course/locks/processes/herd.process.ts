/** A lock for which all who wait watch the same: each change wakes every one of them. */
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
    let wake = () => {}
    const changed = new Promise<void>((resolve) => (wake = resolve))
    const [names] = await zookeeper.getChildren('/lock', () => wake())
    if (`/lock/${names.sort()[0]}` === own) break
    await changed
  }
  notes.note('inside', true)
  await sleep(100) // the work
  notes.note('inside', null)
  await zookeeper.remove(own)
}
