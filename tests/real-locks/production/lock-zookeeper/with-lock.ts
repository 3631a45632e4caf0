/** The lock in ZooKeeper with node-zookeeper-client: everything around the learner’s file that production needs. */
import { createClient } from 'node-zookeeper-client'
import { acquire, release } from './lock.ts'
import { type Client, promised } from './promises.ts'

export type { Client }

/** Comes when there is a session. When that is over, connect anew: this client is of no more use. */
export async function connect(servers: string, sessionTimeout = 10_000): Promise<Client> {
  const client = createClient(servers, { sessionTimeout, spinDelay: 100 })
  const connected = new Promise((resolve) => client.once('connected', () => resolve(null)))
  client.connect()
  await connected
  return promised(client)
}

/** Does some work under the lock. @returns false where the lock was not to be had in time */
export async function withLock(
  zookeeper: Client,
  directory: string,
  work: () => Promise<void>,
  { waitMs = 5_000 } = {},
): Promise<boolean> {
  const own = await acquire(zookeeper, directory, waitMs)
  if (own === null) return false
  try {
    await work()
  } finally {
    // If this fails, the lock frees itself after a while; the work is done all the same.
    await release(zookeeper, own).catch((error) => console.error(error))
  }
  return true
}
