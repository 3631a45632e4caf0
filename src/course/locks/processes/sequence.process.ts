/** A client that creates nodes with numbers, and deletes one of them. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { ZooKeeper } from '../../../../engine/services/zookeeper/client.ts'

interface Tools {
  zookeeper: ZooKeeper
  notes: Notes
}

const PERSISTENT_SEQUENTIAL = 2 // as in `CreateMode`
const EPHEMERAL_SEQUENTIAL = 3

export async function main({ zookeeper, notes }: Tools) {
  const created: string[] = []
  for (const mode of [PERSISTENT_SEQUENTIAL, EPHEMERAL_SEQUENTIAL, EPHEMERAL_SEQUENTIAL]) {
    created.push(await zookeeper.create('/lock/node-', mode))
    notes.note('created', created)
  }
  await zookeeper.remove(created[2]!)
  notes.note('removed', true)
  created.push(await zookeeper.create('/lock/node-', EPHEMERAL_SEQUENTIAL))
  notes.note('created', created)
}
