/** Makes the tree of the source's first picture. */
import type { ZooKeeper } from '../../../../engine/services/zookeeper/client.ts'

const PERSISTENT = 0 // as in `CreateMode`

export async function main({ zookeeper }: { zookeeper: ZooKeeper }) {
  await zookeeper.create('/app1', PERSISTENT)
  await zookeeper.create('/app1/p_1', PERSISTENT)
  await zookeeper.create('/app1/p_2', PERSISTENT)
  await zookeeper.create('/app1/p_3', PERSISTENT)
  await zookeeper.create('/app2', PERSISTENT)
}
