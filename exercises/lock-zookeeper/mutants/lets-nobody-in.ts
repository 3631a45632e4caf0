// caught by: served
/** Stands in no line and gets no lock. */
import type { ZooKeeper } from 'lockstep'

export async function acquire(
  zookeeper: ZooKeeper,
  directory: string,
  waitMs: number,
): Promise<string | null> {
  void zookeeper
  void directory
  await sleep(waitMs)
  return null
}

export async function release(zookeeper: ZooKeeper, path: string): Promise<void> {
  await zookeeper.remove(path)
}
