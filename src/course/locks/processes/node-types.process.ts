/** Makes a node of each kind, and ends its session. */
import type { ZooKeeper } from '../../../../engine/services/zookeeper/client.ts'

// As in `CreateMode`.
const PERSISTENT = 0
const EPHEMERAL = 1
const PERSISTENT_SEQUENTIAL = 2
const EPHEMERAL_SEQUENTIAL = 3

export async function main({ zookeeper }: { zookeeper: ZooKeeper }) {
  await zookeeper.create('/lock', PERSISTENT)
  await zookeeper.create('/lock/owner', EPHEMERAL)
  await zookeeper.create('/lock/node-', PERSISTENT_SEQUENTIAL)
  await zookeeper.create('/lock/node-', EPHEMERAL_SEQUENTIAL)
  zookeeper.close()
}
