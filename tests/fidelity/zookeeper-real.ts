/**
 * A real ZooKeeper server and its client: starts the server, and gives node-zookeeper-client the shape that learners' code
 * sees. The adapter alone, `adapted`, is what runs a learner's file against a real server.
 */
import { createRequire } from 'node:module'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { type Socket, connect } from 'node:net'
import path from 'node:path'
import { Event, Exception, State } from '../../engine/services/zookeeper/client.ts'
import type {
  OperationResult,
  Stat,
  Transaction,
  Watcher,
  ZooKeeper,
} from '../../engine/services/zookeeper/client.ts'
import { findProgram, startProgram, whenReady } from './servers.ts'
import type { RealServer } from './subject.ts'

/** Debian's jar names all others that it needs. */
const JAR = '/usr/share/java/zookeeper.jar'

export function isInstalled(): boolean {
  return existsSync(JAR) && findProgram('java') !== null
}

/** Milliseconds. Sessions of clients never expire by themselves within a script; those that are to expire ask for the shortest. */
export const SESSION_TIMEOUT = 60_000
export const SESSION_TIMEOUT_SHORT = 20

/** Starts a server with short ticks, so that a session can expire soon. */
export async function startServer(folder: string, port: number): Promise<RealServer> {
  const data = path.join(folder, 'data')
  mkdirSync(data)
  writeFileSync(
    path.join(folder, 'zoo.cfg'),
    [
      `dataDir=${data}`,
      `clientPort=${port}`,
      'clientPortAddress=127.0.0.1',
      'tickTime=10',
      `minSessionTimeout=${SESSION_TIMEOUT_SHORT}`,
      `maxSessionTimeout=${SESSION_TIMEOUT}`,
      'maxClientCnxns=0',
      'admin.enableServer=false',
      '4lw.commands.whitelist=srvr',
      // Scripts are about answers and not about what survives a power cut.
      'forceSync=no',
      '',
    ].join('\n'),
  )
  const program = startProgram({
    command: 'java',
    args: [
      '-Xmx256m',
      '-Dzookeeper.jmx.log4j.disable=true',
      '-Dzookeeper.forceSync=no',
      '-cp',
      JAR,
      'org.apache.zookeeper.server.quorum.QuorumPeerMain',
      path.join(folder, 'zoo.cfg'),
    ],
    folder,
  })
  await whenReady(program, async () => (await lastZxid(port)) !== null)
  return program
}

/** The zxid of the server's last transaction; null when it does not answer. */
export function lastZxid(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    let text = ''
    socket.on('connect', () => socket.write('srvr'))
    socket.on('data', (chunk) => (text += chunk.toString()))
    socket.on('error', () => resolve(null))
    // A server that is just starting may accept a connection and forget it.
    socket.setTimeout(1_000, () => socket.destroy())
    socket.on('close', () => {
      const zxid = /^Zxid: 0x([0-9a-f]+)$/m.exec(text)?.[1]
      resolve(zxid === undefined ? null : Number.parseInt(zxid, 16))
    })
  })
}

/** What of node-zookeeper-client is used. It has no types of its own. */
interface RealStat {
  readonly [field: string]: Buffer | number
}

type Callback<Results extends readonly unknown[]> = (error: RealError | null, ...results: Results) => void

interface RealError extends Error {
  readonly code: number
  getName?(): string
}

interface RealEvent {
  getType(): number
  getPath(): string
}

interface RealTransaction {
  create(path: string, ...options: unknown[]): unknown
  check(path: string, version?: number): unknown
  setData(path: string, data: Buffer | null, version?: number): unknown
  remove(path: string, version?: number): unknown
  commit(callback: Callback<[{ type: number; path?: string; stat?: RealStat }[]]>): void
}

export interface RealClient {
  readonly connectionManager: {
    readonly socket: Socket | undefined
    queue(request: unknown): void
  }
  connect(): void
  close(): void
  getState(): { getName(): string; getCode(): number }
  getSessionId(): Buffer
  getSessionPassword(): Buffer
  getSessionTimeout(): number
  on(event: string, listener: (...args: never[]) => void): void
  once(event: string, listener: (...args: never[]) => void): void
  create(...args: unknown[]): void
  remove(...args: unknown[]): void
  setData(...args: unknown[]): void
  exists(...args: unknown[]): void
  getData(...args: unknown[]): void
  getChildren(...args: unknown[]): void
  transaction(): RealTransaction
}

const require = createRequire(import.meta.url)
const real = require('node-zookeeper-client') as {
  createClient(servers: string, options: object): RealClient
}
export function createClient(port: number): RealClient {
  return real.createClient(`127.0.0.1:${port}`, { sessionTimeout: SESSION_TIMEOUT, spinDelay: 1, retries: 0 })
}

/** How a promise is made: the language's own, or one that goes on at once. */
export type MakePromise = <Result>(
  run: (resolve: (result: Result) => void, reject: (error: unknown) => void) => void,
) => Promise<Result>

/**
 * The interface that learners' code has, over the real client: promises for callbacks, text for buffers, numbers for zxids. What
 * is still open when the session is over fails with SESSION_EXPIRED, and so does all that comes after; the real client
 * leaves it without an answer, or says CONNECTION_LOSS.
 */
export function adapted(client: RealClient, make: MakePromise = (run) => new Promise(run)): ZooKeeper {
  const open = new Set<(error: unknown) => void>()
  let over: Exception | null = null
  const failAll = (error: Exception): void => {
    over = error
    // Those who listen for the state come first, as they do where the client itself fails requests.
    queueMicrotask(() => {
      const all = [...open]
      open.clear()
      for (const reject of all) reject(error)
    })
  }
  client.on('expired', () => failAll(new Exception(Exception.SESSION_EXPIRED, 'SESSION_EXPIRED')))
  let closing = false
  client.on('disconnected', () => {
    if (closing && over === null) failAll(new Exception(Exception.CONNECTION_LOSS, 'CONNECTION_LOSS'))
  })

  const promised = <Results extends readonly unknown[], Result>(
    call: (callback: Callback<Results>) => void,
    read: (...results: Results) => Result,
  ): Promise<Result> =>
    make((resolve, reject) => {
      const failed = (error: unknown): void => {
        if (open.delete(reject)) reject(error)
      }
      open.add(reject)
      if (over?.code === Exception.SESSION_EXPIRED) {
        // Wrong arguments are found before anything else, as while the session lives.
        let wrong: unknown = over
        try {
          call(() => undefined)
        } catch (error) {
          wrong = error
        }
        return failed(wrong)
      }
      try {
        call((error, ...results) => {
          if (error) return failed(exceptionFrom(error))
          if (open.delete(reject)) resolve(read(...results))
        })
      } catch (error) {
        failed(error)
      }
    })
  const watched = (watcher: Watcher | undefined): unknown[] =>
    watcher === undefined ? [] : [watcherOver(watcher)]

  const zookeeper: ZooKeeper = {
    create: (node, ...options) =>
      promised<[string], string>(
        (callback) => client.create(node, ...options.map(buffered), callback),
        (created) => created,
      ),
    remove: (node, ...version) =>
      promised<[], void>(
        (callback) => client.remove(node, ...version, callback),
        () => undefined,
      ),
    exists: (node, watcher) =>
      promised<[RealStat | null], Stat | null>(
        (callback) => client.exists(node, ...watched(watcher), callback),
        (stat) => (stat === null ? null : statFrom(stat)),
      ),
    getData: (node, watcher) =>
      promised<[Buffer | undefined, RealStat], [string | null, Stat]>(
        (callback) => client.getData(node, ...watched(watcher), callback),
        (data, stat) => [textOf(data), statFrom(stat)],
      ),
    setData: (node, data, ...version) =>
      promised<[RealStat], Stat>(
        (callback) => client.setData(node, buffered(data), ...version, callback),
        (stat) => statFrom(stat),
      ),
    getChildren: (node, watcher) =>
      promised<[string[], RealStat], [string[], Stat]>(
        (callback) => client.getChildren(node, ...watched(watcher), callback),
        (children, stat) => [children, statFrom(stat)],
      ),
    changed: (node) =>
      make((resolve, reject) => {
        open.add(reject)
        const done = (event: Event | null): void => {
          if (open.delete(reject)) resolve(event)
        }
        const failed = (error: unknown): void => {
          if (!open.delete(reject)) return
          if (error instanceof Exception && error.code === Exception.NO_NODE) resolve(null)
          else reject(error)
        }
        zookeeper.getData(node, done).then(() => undefined, failed)
      }),
    transaction() {
      const changes = client.transaction()
      const collected: Transaction = {
        create(node, ...options) {
          changes.create(node, ...options.map(buffered))
          return this
        },
        check(node, version) {
          changes.check(node, version)
          return this
        },
        setData(node, data, version) {
          changes.setData(node, buffered(data) as Buffer | null, version)
          return this
        },
        remove(node, version) {
          changes.remove(node, version)
          return this
        },
        commit: () =>
          promised<[{ type: number; path?: string; stat?: RealStat }[]], OperationResult[]>(
            (callback) => changes.commit(callback),
            (results) =>
              results.map(({ stat, ...result }) =>
                stat === undefined ? result : { ...result, stat: statFrom(stat) },
              ),
          ),
      }
      return collected
    },
    close() {
      closing = true
      client.close()
    },
    getState: () => State[client.getState().getName() as 'DISCONNECTED' | 'SYNC_CONNECTED' | 'EXPIRED'],
    getSessionId: () => nameOfSession(client.getSessionId()),
    getSessionPassword: () => client.getSessionPassword().toString('hex'),
    getSessionTimeout: () => client.getSessionTimeout(),
    on(event: string, listener: (state: State) => void) {
      client.on(event, () => listener(zookeeper.getState()))
      return this
    },
    once(event: string, listener: (state: State) => void) {
      client.once(event, () => listener(zookeeper.getState()))
      return this
    },
  }
  return zookeeper
}

/** One function for each watcher: the client tells by the function whether a watcher is there already. */
const watchers = new WeakMap<Watcher, (event: RealEvent) => void>()

function watcherOver(watcher: Watcher): (event: RealEvent) => void {
  const known = watchers.get(watcher)
  if (known !== undefined) return known
  const over = (event: RealEvent): void => watcher(new Event(event.getType(), event.getPath()))
  watchers.set(watcher, over)
  return over
}

function exceptionFrom(error: RealError): Error {
  return error.getName === undefined ? error : new Exception(error.code, error.getName())
}

function buffered(value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value) : value
}

function textOf(data: Buffer | null | undefined): string | null {
  return data === null || data === undefined ? null : data.toString()
}

/** The name of a session; empty for none. */
export function nameOfSession(id: Buffer): string {
  return id.every((byte) => byte === 0) ? '' : id.toString('hex')
}

function statFrom(stat: RealStat): Stat {
  const zxid = (field: string): number => Number((stat[field] as Buffer).readBigInt64BE())
  return {
    version: stat.version as number,
    cversion: stat.cversion as number,
    aversion: stat.aversion as number,
    ephemeralOwner: nameOfSession(stat.ephemeralOwner as Buffer),
    dataLength: stat.dataLength as number,
    numChildren: stat.numChildren as number,
    czxid: zxid('czxid'),
    mzxid: zxid('mzxid'),
    pzxid: zxid('pzxid'),
  }
}
