/** The part of node-zookeeper-client that is used here; it has no types of its own. */
declare module 'node-zookeeper-client' {
  import type { EventEmitter } from 'node:events'
  import type { Socket } from 'node:net'

  export type Callback<Results extends unknown[]> = (error: Exception | null, ...results: Results) => void
  export type Watcher = (event: Event) => void

  export interface Stat {
    readonly version: number
    readonly ephemeralOwner: Buffer
    readonly czxid: Buffer
    readonly numChildren: number
  }

  export interface OperationResult {
    readonly type: number
    readonly err?: number
    readonly path?: string
    readonly stat?: Stat
  }

  export interface Transaction {
    create(path: string, data: Buffer | null, mode: number): this
    check(path: string, version: number): this
    setData(path: string, data: Buffer | null, version: number): this
    remove(path: string, version: number): this
    commit(callback: Callback<[OperationResult[]]>): void
  }

  export interface Client extends EventEmitter {
    /** Not public: the harness breaks the connection. */
    readonly connectionManager: { readonly socket: Socket | undefined }
    connect(): void
    close(): void
    getState(): State
    getSessionId(): Buffer
    getSessionTimeout(): number
    create(path: string, data: Buffer | null, mode: number, callback: Callback<[string]>): void
    remove(path: string, version: number, callback: Callback<[]>): void
    exists(path: string, watcher: Watcher | null, callback: Callback<[Stat | null]>): void
    getData(path: string, watcher: Watcher | null, callback: Callback<[Buffer | undefined, Stat]>): void
    setData(path: string, data: Buffer, version: number, callback: Callback<[Stat]>): void
    getChildren(path: string, watcher: Watcher | null, callback: Callback<[string[], Stat]>): void
    transaction(): Transaction
  }

  export function createClient(
    servers: string,
    options?: { sessionTimeout?: number; spinDelay?: number; retries?: number },
  ): Client

  export const ACL: { readonly OPEN_ACL_UNSAFE: readonly unknown[] }
  export const CreateMode: {
    readonly PERSISTENT: number
    readonly PERSISTENT_SEQUENTIAL: number
    readonly EPHEMERAL: number
    readonly EPHEMERAL_SEQUENTIAL: number
  }

  export class Event {
    static readonly NODE_CREATED: number
    static readonly NODE_DELETED: number
    static readonly NODE_DATA_CHANGED: number
    static readonly NODE_CHILDREN_CHANGED: number
    getType(): number
    getName(): string
    getPath(): string
  }

  export class State {
    static readonly DISCONNECTED: State
    static readonly SYNC_CONNECTED: State
    static readonly EXPIRED: State
    getName(): string
  }

  export class Exception extends Error {
    static readonly CONNECTION_LOSS: number
    static readonly SESSION_EXPIRED: number
    static readonly NO_NODE: number
    static readonly NODE_EXISTS: number
    static create(code: number): Exception
    readonly code: number
    getCode(): number
    getName(): string
  }
}
