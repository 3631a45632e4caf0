// caught by: clean
/** Tries twice to remove its node. */
import { CreateMode, Exception, type ZooKeeper } from 'lockstep'

/** @returns the path of the caller's node, or null when the time is over */
export async function acquire(
  zookeeper: ZooKeeper,
  directory: string,
  waitMs: number,
): Promise<string | null> {
  const deadline = Date.now() + waitMs
  const own = await enter(zookeeper, directory)
  for (;;) {
    const line = (await children(zookeeper, directory)).sort(byNumber)
    const place = line.indexOf(own)
    if (place < 0) throw new Error(`${own} is gone`)
    if (place === 0) return `${directory}/${own}`
    const left = deadline - Date.now()
    if (left <= 0) break
    await changed(zookeeper, `${directory}/${line[place - 1]}`, left)
  }
  await release(zookeeper, `${directory}/${own}`)
  return null
}

export async function release(zookeeper: ZooKeeper, path: string): Promise<void> {
  try {
    await zookeeper.remove(path)
  } catch (error) {
    if (!isCode(error, Exception.CONNECTION_LOSS)) throw error
    await zookeeper.remove(path).catch(() => undefined)
  }
}

/** Stands in line at its end. @returns the name of the node */
async function enter(zookeeper: ZooKeeper, directory: string): Promise<string> {
  // A name of its own, by which the node is found again if the reply is lost.
  const prefix = `${crypto.randomUUID()}-`
  for (;;) {
    try {
      const path = await zookeeper.create(`${directory}/${prefix}`, CreateMode.EPHEMERAL_SEQUENTIAL)
      return path.slice(directory.length + 1)
    } catch (error) {
      if (!isCode(error, Exception.CONNECTION_LOSS)) throw error
    }
    const own = (await children(zookeeper, directory)).find((name) => name.startsWith(prefix))
    if (own !== undefined) return own
  }
}

async function children(zookeeper: ZooKeeper, directory: string): Promise<string[]> {
  const [names] = await persist(() => zookeeper.getChildren(directory))
  return names
}

/** Waits until something may have happened to a node, or the time is over. Look again: it says no more than that. */
async function changed(zookeeper: ZooKeeper, path: string, milliseconds: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timeout = setTimeout(resolve, milliseconds)
    const done = (): void => {
      clearTimeout(timeout)
      resolve()
    }
    // Unlike `exists`, `getData` leaves no watch on a node that is gone.
    zookeeper.getData(path, done).catch((error: unknown) => {
      clearTimeout(timeout)
      if (isCode(error, Exception.NO_NODE) || isCode(error, Exception.CONNECTION_LOSS)) resolve()
      else reject(error)
    })
  })
}

/** Asks again when the connection was lost: the client connects anew by itself, until the session is over. */
async function persist<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!isCode(error, Exception.CONNECTION_LOSS)) throw error
    }
  }
}

function byNumber(one: string, other: string): number {
  return numberOf(one) - numberOf(other)
}

/** The ten digits that the server has added. */
function numberOf(name: string): number {
  return Number(name.slice(-10))
}

function isCode(error: unknown, code: number): boolean {
  return error instanceof Exception && error.getCode() === code
}
