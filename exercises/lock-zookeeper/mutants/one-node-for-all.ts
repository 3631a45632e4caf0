// caught by: herd
/** One node without a number: who could not create it waits until it is gone, like everybody else. */
import { CreateMode, Exception, type ZooKeeper } from 'lockstep'

export async function acquire(
  zookeeper: ZooKeeper,
  directory: string,
  waitMs: number,
): Promise<string | null> {
  const path = `${directory}/holder`
  const deadline = Date.now() + waitMs
  for (;;) {
    try {
      return await zookeeper.create(path, CreateMode.EPHEMERAL)
    } catch (error) {
      if (!isCode(error, Exception.NODE_EXISTS) && !isCode(error, Exception.CONNECTION_LOSS)) throw error
    }
    const owner = await ownerOf(zookeeper, path)
    if (owner === zookeeper.getSessionId()) return path
    if (Date.now() >= deadline) return null
    if (owner !== null) await Promise.race([changed(zookeeper, path), sleep(deadline - Date.now())])
  }
}

export async function release(zookeeper: ZooKeeper, path: string): Promise<void> {
  while ((await ownerOf(zookeeper, path)) === zookeeper.getSessionId()) {
    try {
      await zookeeper.remove(path)
    } catch (error) {
      if (!isCode(error, Exception.NO_NODE) && !isCode(error, Exception.CONNECTION_LOSS)) throw error
    }
  }
}

/** The session whose node it is; null without it. */
async function ownerOf(zookeeper: ZooKeeper, path: string): Promise<string | null> {
  for (;;) {
    try {
      return (await zookeeper.exists(path))?.ephemeralOwner ?? null
    } catch (error) {
      if (!isCode(error, Exception.CONNECTION_LOSS)) throw error
    }
  }
}

async function changed(zookeeper: ZooKeeper, path: string): Promise<void> {
  try {
    await zookeeper.changed(path)
  } catch (error) {
    if (!isCode(error, Exception.CONNECTION_LOSS)) throw error
  }
}

function isCode(error: unknown, code: number): boolean {
  return error instanceof Exception && error.getCode() === code
}
