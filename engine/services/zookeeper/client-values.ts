/**
 * The values that the client library gives to a learner's file: modes of creation, errors, events and states, as in
 * node-zookeeper-client.
 * Reference: node-zookeeper-client 1.1.3 (lib/CreateMode.js, lib/Exception.js, lib/Event.js, lib/State.js).
 */
import { CREATE_MODE, ERROR, EVENT } from './protocol.ts'

/** How a node is created: `CreateMode.PERSISTENT`, `EPHEMERAL`, `PERSISTENT_SEQUENTIAL`, `EPHEMERAL_SEQUENTIAL`. */
export const CreateMode = CREATE_MODE

/** The access control list that every node has here. */
export const ACL = { OPEN_ACL_UNSAFE: ['world:anyone'] } as const

/** What a request fails with when the server refuses it or can't be reached. Compare `getCode()` with `Exception.NO_NODE` and so on. */
export class Exception extends Error {
  static readonly CONNECTION_LOSS = ERROR.CONNECTION_LOSS
  static readonly UNIMPLEMENTED = ERROR.UNIMPLEMENTED
  static readonly BAD_ARGUMENTS = ERROR.BAD_ARGUMENTS
  static readonly NO_NODE = ERROR.NO_NODE
  static readonly BAD_VERSION = ERROR.BAD_VERSION
  static readonly NO_CHILDREN_FOR_EPHEMERALS = ERROR.NO_CHILDREN_FOR_EPHEMERALS
  static readonly NODE_EXISTS = ERROR.NODE_EXISTS
  static readonly NOT_EMPTY = ERROR.NOT_EMPTY
  static readonly SESSION_EXPIRED = ERROR.SESSION_EXPIRED

  /** A negative number, such as −101 for `NO_NODE`. */
  readonly code: number

  constructor(code: number, name: string) {
    super(`Exception: ${name}[${code}]`)
    this.code = code
    this.name = name
  }

  getCode(): number {
    return this.code
  }

  /** Such as `NO_NODE`. */
  getName(): string {
    return this.name
  }

  override toString(): string {
    return this.message
  }
}

/** What the library throws at wrong arguments, which never reach the server. */
export class AssertionError extends Error {
  readonly code = 'ERR_ASSERTION'

  constructor(message: string) {
    super(message)
    this.name = 'AssertionError'
  }
}

/** What a watcher is called with. It says what has changed, not what is there now: read that again. */
export class Event {
  static readonly NODE_CREATED = EVENT.NODE_CREATED
  static readonly NODE_DELETED = EVENT.NODE_DELETED
  static readonly NODE_DATA_CHANGED = EVENT.NODE_DATA_CHANGED
  static readonly NODE_CHILDREN_CHANGED = EVENT.NODE_CHILDREN_CHANGED

  readonly type: number
  readonly name: string
  readonly path: string

  constructor(type: number, path: string) {
    this.type = type
    this.name = Object.entries(EVENT).find(([, other]) => other === type)![0]
    this.path = path
  }

  /** `Event.NODE_CREATED`, `NODE_DELETED`, `NODE_DATA_CHANGED` or `NODE_CHILDREN_CHANGED`. */
  getType(): number {
    return this.type
  }

  /** Such as `NODE_DELETED`. */
  getName(): string {
    return this.name
  }

  getPath(): string {
    return this.path
  }

  toString(): string {
    return `${this.name}[${this.type}]@${this.path}`
  }
}

/** Whether a client is connected. `DISCONNECTED` says nothing of the session: it may live on, or be over without the client’s knowing. */
export class State {
  static readonly DISCONNECTED = new State('DISCONNECTED', 0)
  static readonly SYNC_CONNECTED = new State('SYNC_CONNECTED', 3)
  static readonly EXPIRED = new State('EXPIRED', -122)

  readonly name: string
  readonly code: number

  constructor(name: string, code: number) {
    this.name = name
    this.code = code
  }

  getName(): string {
    return this.name
  }

  getCode(): number {
    return this.code
  }

  toString(): string {
    return `${this.name}[${this.code}]`
  }
}
