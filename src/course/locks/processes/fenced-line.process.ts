/** The lock in line, and a table that refuses a write with a smaller number than it has seen. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { Pool } from '../../../../engine/services/database/client.ts'
import type { ZooKeeper } from '../../../../engine/services/zookeeper/client.ts'

interface Tools {
  zookeeper: ZooKeeper
  db: Pool
  notes: Notes
  self: string
  sleep(milliseconds: number): Promise<void>
}

const EPHEMERAL_SEQUENTIAL = 3 // as in `CreateMode`

export async function main(tools: Tools) {
  const { zookeeper, notes, sleep } = tools
  const own = await acquire(zookeeper)
  notes.note('inside', true)
  await sleep(100) // the work
  const fence = Number(own.slice(-10))
  notes.note('written', (await write(tools, fence)) ? fence : 'refused')
  notes.note('inside', null)
  await zookeeper.remove(own)
}

async function acquire(zookeeper: ZooKeeper) {
  const own = await zookeeper.create('/lock/n-', EPHEMERAL_SEQUENTIAL)
  for (;;) {
    const [names] = await zookeeper.getChildren('/lock')
    const before = names.map((name) => `/lock/${name}`).filter((path) => path < own)
    const last = before.sort().pop()
    if (last === undefined) return own
    let wake = () => {}
    const changed = new Promise<void>((resolve) => (wake = resolve))
    if ((await zookeeper.exists(last, () => wake())) !== null) await changed
  }
}

/** Was it written? The number is that of the node. */
async function write({ db, self }: Tools, fence: number) {
  const { rowCount } = await db.query('update document set author = $1, fence = $2 where fence <= $2', [
    self,
    fence,
  ])
  return rowCount === 1
}
