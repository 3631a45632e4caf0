/**
 * What a ZooKeeper client and its server say to each other, as plain data: commands, answers and notices, with the
 * numbers that the real protocol gives them.
 */
import type { Plain } from '../../api.ts'
import type { ServiceError } from '../service.ts'

/** A command that changes the tree, alone or in a transaction. */
export type Operation =
  | { readonly op: 'create'; readonly path: string; readonly data: string | null; readonly mode: number }
  | { readonly op: 'remove'; readonly path: string; readonly version: number }
  | { readonly op: 'setData'; readonly path: string; readonly data: string | null; readonly version: number }
  | { readonly op: 'check'; readonly path: string; readonly version: number }

/** A command of a client to its server. `version` −1 stands for any. */
export type Command =
  | Operation
  | {
      readonly op: 'exists' | 'getData' | 'getChildren'
      readonly path: string
      /** Does the client want to be told of the next change? */
      readonly watch: boolean
      /** The client believes that it is to be told already. It says so only to a server that counts no zxids. */
      readonly again?: boolean
    }
  | { readonly op: 'multi'; readonly operations: readonly Operation[] }
  | {
      /** Sets the watches of a client that is connected anew, and tells it what it has missed. */
      readonly op: 'setWatches'
      /** Of the last answer that the client has seen. Left out where the server counts no zxids. */
      readonly zxid?: number
      readonly data: readonly string[]
      readonly exist: readonly string[]
      readonly child: readonly string[]
    }
  | { readonly op: 'ping' }
  | { readonly op: 'close' }

/** What is known of a node besides its data. The times of the real one are left out: nothing here has a time of day. */
export interface Stat {
  /**
   * The zxid of the transaction that created the node: larger for a node that was created later, which makes it a fencing
   * token. Left out where the server counts no zxids.
   */
  readonly czxid: number
  /** The zxid of the last change of the data. Left out where the server counts no zxids, or creations alone. */
  readonly mzxid: number
  /** The zxid of the last change of the list of children. Left out as `mzxid` is. */
  readonly pzxid: number
  /** How often the data were changed. */
  readonly version: number
  /** How often a child was created or removed. Left out where the server does not count them. */
  readonly cversion: number
  /** How often the access control list was changed: never. */
  readonly aversion: number
  /** The session that an ephemeral node goes with; empty for a persistent node. */
  readonly ephemeralOwner: string
  /** Length of the data in bytes. */
  readonly dataLength: number
  readonly numChildren: number
}

/** One result in the answer to a transaction. `type` is the number of the operation, −1 where it failed. */
export interface OperationResult {
  readonly type: number
  readonly path?: string
  readonly stat?: Stat
  readonly err?: number
}

/** What a successful request is answered with. */
export interface Reply {
  readonly result: Plain
  /** Of the last transaction of the server. Left out where it counts no zxids. */
  readonly zxid?: number
}

/** What a client proves with that a session is its own. */
export interface SessionKey {
  readonly id: string
  readonly password: string
}

/** What a client says when it opens a connection. */
export interface Hello {
  /** The time after which the client wants to be given up, in milliseconds. The server has limits. */
  readonly timeout: number
  /** The session that the client had; null for a new one. */
  readonly session: SessionKey | null
  /** Will it set watches that it had? */
  readonly watches: boolean
}

/** The numbers of the kinds of event. Reference: node-zookeeper-client 1.1.3, lib/Event.js. */
export const EVENT = { NODE_CREATED: 1, NODE_DELETED: 2, NODE_DATA_CHANGED: 3, NODE_CHILDREN_CHANGED: 4 }

/** What a server tells a client by itself. */
export type Notice =
  | { readonly kind: 'connected'; readonly session: SessionKey; readonly timeout: number }
  | { readonly kind: 'expired' }
  | { readonly kind: 'event'; readonly type: number; readonly path: string }

/** The numbers of the operations in a transaction's results. */
export const OPERATION = { create: 1, remove: 2, setData: 5, check: 13, error: -1 }

/** The numbers of the modes of creation. Reference: node-zookeeper-client 1.1.3, lib/CreateMode.js. */
export const CREATE_MODE = {
  PERSISTENT: 0,
  EPHEMERAL: 1,
  PERSISTENT_SEQUENTIAL: 2,
  EPHEMERAL_SEQUENTIAL: 3,
}

/** The numbers of the errors. Reference: node-zookeeper-client 1.1.3, lib/Exception.js. */
export const ERROR = {
  OK: 0,
  SYSTEM_ERROR: -1,
  RUNTIME_INCONSISTENCY: -2,
  DATA_INCONSISTENCY: -3,
  CONNECTION_LOSS: -4,
  MARSHALLING_ERROR: -5,
  UNIMPLEMENTED: -6,
  OPERATION_TIMEOUT: -7,
  BAD_ARGUMENTS: -8,
  API_ERROR: -100,
  NO_NODE: -101,
  NO_AUTH: -102,
  BAD_VERSION: -103,
  NO_CHILDREN_FOR_EPHEMERALS: -108,
  NODE_EXISTS: -110,
  NOT_EMPTY: -111,
  SESSION_EXPIRED: -112,
  INVALID_CALLBACK: -113,
  INVALID_ACL: -114,
  AUTH_FAILED: -115,
}

/** The name of an error, such as `NO_NODE`. */
export type ErrorName = keyof typeof ERROR

/** An error as a client gets it. @param zxid of the last transaction; left out where the server counts none */
export function errorOf(name: ErrorName, zxid?: number): ServiceError {
  const error = { name: 'Exception', code: name, message: `Exception: ${name}[${ERROR[name]}]` }
  return zxid === undefined ? error : { ...error, details: { zxid } }
}
