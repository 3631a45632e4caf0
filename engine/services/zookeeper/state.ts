/**
 * What a simulated ZooKeeper server remembers, as plain data.
 */
import type { ConnectionId } from '../service.ts'
import type { HashedSet } from './hash-order.ts'
import type { Tree } from './tree.ts'

export interface SessionState {
  /** Milliseconds. */
  timeout: number
  /** Milliseconds until the session expires. */
  left: number
  connection: ConnectionId | null
  /** Paths of the session's ephemeral nodes. */
  ephemerals: HashedSet
  /**
   * Watches that the lost connection had and that have not fired since, which tell what the client has missed where no zxids
   * do it. Left out while the session is connected and its watches are set, and where zxids are counted.
   */
  unfired?: Watches
}

/** Paths, sorted. */
export interface Watches {
  data: string[]
  child: string[]
}

export interface ConnectionState extends Watches {
  session: string
  /**
   * Watches that were set while the client did not know yet that they had fired: if the connection is lost, it may never know.
   * Left out while there are none, and where zxids are counted.
   */
  crossed?: Watches
}

/** The server as plain data. */
export interface ZooKeeperState {
  tree: Tree
  /** Of the last transaction. Left out where none are counted. */
  zxid?: number
  /** Milliseconds, and how many of them have passed since the last. */
  tick: { length: number; passed: number }
  sessions: { [id: string]: SessionState }
  connections: { [id: ConnectionId]: ConnectionState }
}
