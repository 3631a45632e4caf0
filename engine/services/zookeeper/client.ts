/**
 * The client library for ZooKeeper that a learner's file calls: the part of node-zookeeper-client that the course needs, with
 * promises in the place of callbacks and text in the place of buffers. Otherwise names, arguments, results and errors are the
 * real client's, so that the file runs unchanged against a real server through the adapter in `tests/fidelity/zookeeper-real.ts`.
 * Reference: node-zookeeper-client 1.1.3 (index.js, lib/Transaction.js, lib/Exception.js, lib/Event.js).
 */
import type { Plain } from '../../api.ts'
import type { ServiceError } from '../service.ts'
import { wrongWithPath } from './paths.ts'
import { AssertionError, Event, Exception, State } from './client-values.ts'
import { CREATE_MODE, ERROR } from './protocol.ts'
import type { Operation, OperationResult, SessionKey, Stat } from './protocol.ts'
import type { ClientCommand, ClientNotice } from './session.ts'
import { bytesOf } from './tree.ts'

export type { OperationResult, Stat } from './protocol.ts'
export { ACL, AssertionError, CreateMode, Event, Exception, State } from './client-values.ts'

/** Is called once, at the next change. It is called before the client sees anything of what came after that change. */
export type Watcher = (event: Event) => void

/**
 * A client of ZooKeeper, with one session. Every request may fail with an `Exception`: with `CONNECTION_LOSS` when the connection
 * was lost before the answer came, which leaves open whether the request was done, and with `SESSION_EXPIRED` when the session is
 * over: its ephemeral nodes are gone, and the client is of no more use.
 */
export interface ZooKeeper {
  /**
   * Creates a node.
   * @param path whose parent must be there; for a sequential node the beginning, to which ten digits are added
   * @param options the data (a text; none by default), the access control list and the mode (`CreateMode.PERSISTENT` by default),
   *   each of which can be left out
   * @returns the path, with the digits of a sequential node
   * @throws `NODE_EXISTS`, `NO_NODE` without the parent, `NO_CHILDREN_FOR_EPHEMERALS`, `BAD_ARGUMENTS`
   */
  create(
    path: string,
    ...options: (string | number | readonly string[] | null | undefined)[]
  ): Promise<string>
  /**
   * Removes a node without children.
   * @param version fails unless it is the version of the data; −1 for any, the default
   * @throws `NO_NODE`, `BAD_VERSION`, `NOT_EMPTY`, `BAD_ARGUMENTS`
   */
  remove(path: string, version?: number): Promise<void>
  /**
   * Is the node there?
   * @param watcher is called once when the node is created, removed, or its data change
   * @returns null without the node
   */
  exists(path: string, watcher?: Watcher): Promise<Stat | null>
  /**
   * Reads the data.
   * @param watcher is called once when the data change or the node is removed
   * @throws `NO_NODE`; the watcher is not set then
   */
  getData(path: string, watcher?: Watcher): Promise<[data: string | null, stat: Stat]>
  /**
   * Writes the data.
   * @param version fails unless it is the version of the data; −1 for any, the default
   * @throws `NO_NODE`, `BAD_VERSION`, `BAD_ARGUMENTS`
   */
  setData(path: string, data: string, version?: number): Promise<Stat>
  /**
   * The names of the children, in no particular order.
   * @param watcher is called once when a child is created or removed, or the node is removed
   * @throws `NO_NODE`; the watcher is not set then
   */
  getChildren(path: string, watcher?: Watcher): Promise<[children: string[], stat: Stat]>
  /**
   * Waits until the node is removed or its data change. The real client has no such function: it is `getData` with a watcher, as
   * a promise.
   * @returns the event; null at once when there is no such node
   */
  changed(path: string): Promise<Event | null>
  /** Several changes that are done as one, or not at all. */
  transaction(): Transaction
  /** Ends the session: its ephemeral nodes are removed at once. */
  close(): void
  getState(): State
  /** The name of the session, which is the `ephemeralOwner` of its nodes; empty before the client is connected. */
  getSessionId(): string
  getSessionPassword(): string
  /** Milliseconds after which the server gives up a client that it does not hear of. */
  getSessionTimeout(): number
  /** Has a function called at every change of the state, or at one of `connected`, `disconnected` and `expired`. */
  on(event: 'state', listener: (state: State) => void): this
  on(event: 'connected' | 'disconnected' | 'expired', listener: () => void): this
  /** As `on`, for the first time alone. */
  once(event: 'state', listener: (state: State) => void): this
  once(event: 'connected' | 'disconnected' | 'expired', listener: () => void): this
}

/** Changes that are collected, and sent by `commit`. */
export interface Transaction {
  create(path: string, ...options: (string | number | readonly string[] | null | undefined)[]): this
  /** The transaction fails unless the data have this version. The real client takes 0 for −1: any. */
  check(path: string, version?: number): this
  /** @param version −1 for any, the default. The real client takes 0 for −1. */
  setData(path: string, data: string | null, version?: number): this
  /** @param version −1 for any, the default. The real client takes 0 for −1. */
  remove(path: string, version?: number): this
  /** @returns one result for each change @throws the error of the first change that can't be done; nothing is done then */
  commit(): Promise<OperationResult[]>
}

/** How the library asks its session. Of the promise, only `then` is used. */
export type Send = (command: ClientCommand) => PromiseLike<Plain>

/** A client, and the way in for what its session tells it. */
export interface ZooKeeperLibrary {
  readonly client: ZooKeeper
  notice(notice: ClientNotice): void
  /** Is there a watcher, or a listener for the state of the connection, that may still be called? */
  listens(): boolean
  /** Whatever the library remembers between two calls: a part of its process's identity. */
  state(): unknown
}

/** The most data that the library sends, in bytes. */
const DATA_SIZE_LIMIT = 1_048_576

/** A client that asks its session by `send`; what the session tells it by itself goes to `notice`. */
export function zookeeperClient(send: Send): ZooKeeperLibrary {
  const functions = new Numbered()
  let state = State.DISCONNECTED
  let key: SessionKey = { id: '', password: '' }
  let timeout = 0
  let listeners: { event: string; listener: (state: State) => void; once: boolean }[] = []

  /** Sends, and makes errors of what it fails with. */
  const ask = <Result>(command: ClientCommand, read: (result: Plain) => Result): Promise<Result> =>
    send(command).then(
      (value) => read((value as unknown as [Plain, boolean])[0]),
      (error: unknown) => {
        throw errorFrom(error)
      },
    ) as Promise<Result>

  const watch = <Result>(
    op: 'exists' | 'getData' | 'getChildren',
    path: string,
    watcher: Watcher | undefined,
    read: (result: Plain) => Result,
  ): Promise<Result> => {
    const wrong = wrongWithPath(path)
    if (wrong !== null) return ask(refused(wrong), read)
    if (typeof watcher !== 'function') return ask({ op, path, watcher: null }, read)
    const number = functions.use(watcher)
    return send({ op, path, watcher: number }).then(
      (value) => {
        const [result, added] = value as unknown as [Plain, boolean]
        if (!added) functions.release(number)
        return read(result)
      },
      (error: unknown) => {
        functions.release(number)
        throw errorFrom(error)
      },
    ) as Promise<Result>
  }

  const emit = (event: string, next: State): void => {
    const called = listeners.filter((entry) => entry.event === event)
    listeners = listeners.filter((entry) => !entry.once || entry.event !== event)
    for (const { listener } of called) listener(next)
  }

  const client: ZooKeeper = {
    create(path, ...options) {
      const operation = creation(path, options)
      return ask(typeof operation === 'string' ? refused(operation) : operation, (result) => result as string)
    },
    remove(path, ...rest: [version?: number]) {
      const version = rest.length === 0 ? -1 : rest[0]
      const wrong = wrongWithPath(path) ?? wrongWithVersion(version)
      const command: ClientCommand =
        wrong === null ? { op: 'remove', path, version: version! } : refused(wrong)
      return ask(command, () => undefined)
    },
    exists: (path, watcher) => watch('exists', path, watcher, (result) => result as unknown as Stat | null),
    getData: (path, watcher) =>
      watch('getData', path, watcher, (result) => {
        const { data, stat } = result as unknown as { data: string | null; stat: Stat }
        return [data, stat]
      }),
    setData(path, data, ...rest: [version?: number]) {
      const version = rest.length === 0 ? -1 : rest[0]
      const wrong = wrongWithPath(path) ?? wrongWithVersion(version) ?? wrongWithData(data)
      const command: ClientCommand =
        wrong !== null
          ? refused(wrong)
          : typeof data === 'string'
            ? { op: 'setData', path, data, version: version! }
            : {
                op: 'refused',
                error: {
                  name: 'TypeError',
                  code: '',
                  message: `Cannot read properties of ${data === null ? 'null' : 'undefined'} (reading 'length')`,
                },
              }
      return ask(command, (result) => result as unknown as Stat)
    },
    getChildren: (path, watcher) =>
      watch('getChildren', path, watcher, (result) => {
        const { children, stat } = result as unknown as { children: string[]; stat: Stat }
        return [children, stat]
      }),
    changed(path) {
      const wrong = wrongWithPath(path)
      return ask(wrong === null ? { op: 'changed', path } : refused(wrong), (result) => {
        const event = result as { type: number; path: string } | null
        return event === null ? null : new Event(event.type, event.path)
      })
    },
    transaction() {
      const operations: Operation[] = []
      return {
        create(path, ...options) {
          operations.push(checked(creation(path, options)))
          return this
        },
        check(path, version) {
          operations.push(checked(versioned('check', path, version)))
          return this
        },
        setData(path, data, version) {
          const operation = checked(versioned('setData', path, version))
          if (data !== null && typeof data !== 'string') throw new AssertionError(WRONG_DATA)
          operations.push({ ...operation, op: 'setData', data })
          return this
        },
        remove(path, version) {
          operations.push(checked(versioned('remove', path, version)))
          return this
        },
        commit: () =>
          ask(
            { op: 'multi', operations: [...operations] },
            (result) => result as unknown as OperationResult[],
          ),
      }
    },
    close() {
      // Nobody waits for the answer: the connection ends with it.
      send({ op: 'close' }).then(nothing, nothing)
    },
    getState: () => state,
    getSessionId: () => key.id,
    getSessionPassword: () => key.password,
    getSessionTimeout: () => timeout,
    on(event: string, listener: (state: State) => void) {
      listeners.push({ event, listener, once: false })
      return this
    },
    once(event: string, listener: (state: State) => void) {
      listeners.push({ event, listener, once: true })
      return this
    },
  }

  return {
    client,
    listens: () => listeners.length > 0 || functions.entries.some((entry) => entry !== null),
    state: () => [functions.entries, listeners, state.name, key, timeout],
    notice(notice) {
      if (notice.kind === 'event') {
        const event = new Event(notice.type, notice.path)
        // All are looked up first: a watcher that watches again may get the number of one that is due.
        const due = notice.watchers.map((number) => functions.release(number))
        for (const watcher of due) watcher(event)
        return
      }
      if (notice.state === 'SYNC_CONNECTED') ({ session: key, timeout } = notice)
      const next = State[notice.state]
      if (next === state) return
      state = next
      emit(next === State.SYNC_CONNECTED ? 'connected' : next.name.toLowerCase(), next)
      emit('state', next)
    },
  }
}

/** The watchers that may still be called, by numbers that are as small as can be, so that equal situations have equal numbers. */
class Numbered {
  /** How often each may still be called, or is under way to the server. */
  readonly entries: ({ watcher: Watcher; uses: number } | null)[] = []

  use(watcher: Watcher): number {
    let number = this.entries.findIndex((entry) => entry?.watcher === watcher)
    if (number < 0) number = this.entries.indexOf(null)
    if (number < 0) number = this.entries.length
    const uses = (this.entries[number]?.uses ?? 0) + 1
    this.entries[number] = { watcher, uses }
    return number
  }

  /** @returns the function */
  release(number: number): Watcher {
    const entry = this.entries[number]!
    entry.uses--
    if (entry.uses === 0) this.entries[number] = null
    return entry.watcher
  }
}

const nothing = (): void => undefined

const WRONG_DATA = 'data must be a valid buffer, null or undefined.'

/** Real errors of what a request was refused with. */
function errorFrom(given: unknown): unknown {
  const { name, code, message } = given as ServiceError
  if (name === 'Exception') return new Exception(ERROR[code as keyof typeof ERROR], code)
  if (name === 'AssertionError') return new AssertionError(message)
  if (name === 'TypeError') return new TypeError(message)
  return given
}

function refused(message: string): ClientCommand {
  return { op: 'refused', error: { name: 'AssertionError', code: 'ERR_ASSERTION', message } }
}

/** @returns the operation, or what is wrong with the arguments; options are told apart by their kind, as the real client does */
function creation(path: string, options: readonly unknown[]): Extract<Operation, { op: 'create' }> | string {
  const wrong = wrongWithPath(path)
  if (wrong !== null) return wrong
  let data: string | null = null
  let mode: number = CREATE_MODE.PERSISTENT
  for (const option of options.slice(0, 3)) {
    if (Array.isArray(option) && option.length === 0) return 'acls must be a non-empty array.'
    if (typeof option === 'number') mode = option
    else if (typeof option === 'string') data = option
  }
  return wrongWithData(data) ?? { op: 'create', path, data, mode }
}

function versioned<Op extends 'check' | 'setData' | 'remove'>(
  op: Op,
  path: string,
  version: number | undefined,
): { op: Op; path: string; version: number } | string {
  // As in the real client, for which 0 is no version.
  const given = version === undefined || version === 0 ? -1 : version
  return wrongWithPath(path) ?? wrongWithVersion(given) ?? { op, path, version: given }
}

function checked<Given extends object>(given: Given | string): Given {
  if (typeof given === 'string') throw new AssertionError(given)
  return given
}

function wrongWithVersion(version: unknown): string | null {
  return typeof version === 'number' ? null : 'version must be a number.'
}

function wrongWithData(data: unknown): string | null {
  if (data === null || data === undefined) return null
  if (typeof data !== 'string') return WRONG_DATA
  if (bytesOf(data) <= DATA_SIZE_LIMIT) return null
  return `data must be equal of smaller than ${DATA_SIZE_LIMIT} bytes.`
}
