/** One client watches a node that another changes. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { ZooKeeper } from '../../../../engine/services/zookeeper/client.ts'

interface Tools {
  zookeeper: ZooKeeper
  notes: Notes
}

export async function reader({ zookeeper, notes }: Tools) {
  let told = 0
  const [data] = await zookeeper.getData('/settings', () => {
    told++
    notes.note('told', told)
  })
  notes.note('read', data)
}

export async function writer({ zookeeper }: Tools) {
  await zookeeper.setData('/settings', 'one')
  await zookeeper.setData('/settings', 'two')
}
