/** A lock for which clients stand in line: each waits for the one before it alone. */
import type { Notes } from '../../../engine/clients/notes.ts'
import type { ZooKeeper } from '../../../engine/services/zookeeper/client.ts'

interface Tools {
  zk: ZooKeeper
  notes: Notes
  sleep(milliseconds: number): Promise<void>
}

const EPHEMERAL_SEQUENTIAL = 3 // as in `CreateMode`

export async function main({ zk, notes, sleep }: Tools) {
  const mine = await zk.create('/lock/n-', EPHEMERAL_SEQUENTIAL)
  for (;;) {
    const [names] = await zk.getChildren('/lock')
    const before = names.map((name) => `/lock/${name}`).filter((path) => path < mine)
    const last = before.sort().pop()
    if (last === undefined) break
    await zk.changed(last)
  }
  notes.note('holds', true)
  await sleep(100) // the work
  notes.note('holds', null)
  await zk.remove(mine)
}
