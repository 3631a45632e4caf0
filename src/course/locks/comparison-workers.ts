/** The locks that the comparison compares, each as a system of workers that want it. */
import type { Crashes, System, SystemProperty, Time, View } from '../../../engine/actors/system.ts'
import { clientSystem, noteOf } from '../../../engine/clients/client-system.ts'
import type { Link } from '../../../engine/clients/link.ts'
import type { ShownProcess } from '../../../engine/clients/process-node.ts'
import { databaseLink } from '../../../engine/services/database/link.ts'
import { database } from '../../../engine/services/database/server.ts'
import { databaseView } from '../../../engine/services/database/view.ts'
import { redisLink } from '../../../engine/services/redis/link.ts'
import { redisServer } from '../../../engine/services/redis/server.ts'
import { redisView } from '../../../engine/services/redis/view.ts'
import { connectionsOf, serverNode } from '../../../engine/services/server-node.ts'
import { zookeeperLink } from '../../../engine/services/zookeeper/link.ts'
import { treeView } from '../../../engine/services/zookeeper/view.ts'
import { TABLE } from '../../../exercises/lock-unique-index/exercise.ts'
import noteKey from '../../../exercises/lock-redis/starter.ts?program'
import key from '../../../exercises/lock-redis/solution.ts?program'
import redlock from '../../../exercises/lock-redlock/solution.ts?program'
import noteRow from '../../../exercises/lock-unique-index/starter.ts?program'
import row from '../../../exercises/lock-unique-index/solution.ts?program'
import line from '../../../exercises/lock-zookeeper/solution.ts?program'
import type { Lock } from '../../widgets/services/claims.ts'
import { instancesOf } from './instances.ts'
import contendInstances from './processes/contend-instances.process.ts?program'
import contendKey from './processes/contend-key.process.ts?program'
import contendLine from './processes/contend-line.process.ts?program'
import contendRow from './processes/contend-row.process.ts?program'
import { type Processes, type Runs, processesOf } from './systems.ts'
import { zookeeperWith } from './zookeepers.ts'

/** What a worker does. Times are in milliseconds. */
export interface Plan {
  readonly beginsAt: number
  readonly workMs: number
  readonly ttlMs: number
  /** What it hands to `acquire`, where that waits by itself. */
  readonly waitMs: number
  readonly turns: number
  /** After so long it asks again. */
  readonly retryMs: number
  readonly instances: number
}

/** The columns of the table. */
export const MECHANISMS = ['note-row', 'row', 'note-key', 'key', 'redlock', 'line'] as const
export type Mechanism = (typeof MECHANISMS)[number]

/** Leases and sessions last so long. */
export const TTL_MS = 1000
export const WORK_MS = 300
/** A worker is ready to wait for longer than anything here lasts. */
const WAIT_MS = 20_000
export const LATENCY_MS = 5
/** Whose lock does not wait by itself asks again after so long. */
export const RETRY_MS = 50

export interface Setting {
  /** By their names what they do, where it is something else than one turn from the start. */
  readonly workers?: Readonly<Record<string, Partial<Plan>>>
  readonly drops?: number
  readonly crashes?: Crashes | null
  readonly time?: Partial<Time>
  /** Does Redis write to its disk before it answers? Left out: no. The others always do. */
  readonly onDisk?: boolean
  /** How many instances RedLock has. */
  readonly instances?: number
  readonly ttlMs?: number
}

/** What is seen of a worker. */
interface SeenWorker {
  readonly up: boolean
  readonly asking: boolean
  readonly inside: boolean
  /** How often it has had the lock and given it back. */
  readonly had: number
  /** What the lock handed it, as text. */
  readonly handle: string | null
}

export interface Worker extends SeenWorker {
  readonly id: string
}

export function seenIn(process: ShownProcess | null): SeenWorker {
  const handle = noteOf(process, 'handle')
  return {
    up: process !== null,
    asking: noteOf(process, 'asking') === true,
    inside: noteOf(process, 'inside') === true,
    had: (noteOf(process, 'had') as number | undefined) ?? 0,
    handle: handle === undefined ? null : String(handle),
  }
}

export const workersIn = (view: View): Worker[] =>
  view.filter(({ role }) => role === 'client').map(({ id, seen }) => ({ id, ...(seen as SeenWorker) }))

/** No two are inside at once. */
const exclusion: SystemProperty = {
  id: 'two-inside',
  kind: 'always',
  violated(view) {
    const [one, other] = workersIn(view).filter(({ inside }) => inside)
    return one && other ? { one: one.id, other: other.id } : null
  },
}

/** Nobody gets in before one who has waited for longer. The workers begin one after the other. */
const order: SystemProperty = {
  id: 'overtaken',
  kind: 'always',
  violated(view) {
    const workers = workersIn(view)
    const late = workers.findLastIndex(({ inside, had }) => inside || had > 0)
    const early = workers.findIndex(({ asking }) => asking)
    return early >= 0 && early < late ? { one: workers[late]!.id, other: workers[early]!.id } : null
  },
}

/** Whoever is inside was handed a number, and a larger one than all before. */
const numbered: SystemProperty = {
  id: 'not-rising',
  kind: 'always',
  violated(view) {
    const workers = workersIn(view)
    const one = workers.find(({ inside }) => inside)
    if (!one) return null
    const before = workers.filter(({ had }) => had > 0).map((worker) => numberOf(worker.handle))
    return before.every((number) => number < numberOf(one.handle)) && !Number.isNaN(numberOf(one.handle))
      ? null
      : { node: one.id, handle: one.handle ?? '' }
  },
}

/**
 * The number that a handle gives: it is one, or has the ten digits that ZooKeeper adds. NaN for any other text: a token says
 * nothing about before and after.
 */
function numberOf(handle: string | null): number {
  return Number(/^\d+$|\d{10}$/.exec(handle ?? '')?.[0] ?? Number.NaN)
}

interface Kind {
  readonly runs: Runs
  /** Does its code read a clock? */
  readonly readsClock: boolean
  readonly service: 'db' | 'redis' | 'instances' | 'zk'
}

const KINDS: Readonly<Record<Mechanism, Kind>> = {
  'note-row': {
    runs: { worker: contendRow, answer: noteRow },
    readsClock: false,
    service: 'db',
  },
  row: {
    runs: { worker: contendRow, answer: row },
    readsClock: true,
    service: 'db',
  },
  'note-key': {
    runs: { worker: contendKey, answer: noteKey },
    readsClock: false,
    service: 'redis',
  },
  key: {
    runs: { worker: contendKey, answer: key },
    readsClock: true,
    service: 'redis',
  },
  redlock: {
    runs: { worker: contendInstances, answer: redlock },
    readsClock: true,
    service: 'instances',
  },
  line: {
    runs: { worker: contendLine, answer: line },
    readsClock: true,
    service: 'zk',
  },
}

/** The servers that a mechanism uses. */
export function serversOf(mechanism: Mechanism, instances = 3): string[] {
  const { service } = KINDS[mechanism]
  return service === 'instances' ? instancesOf(instances) : [service]
}

/** Where the server says whose the lock is; undefined where views can’t tell. */
export function lockOf(mechanism: Mechanism, instances = 3): Lock | undefined {
  if (mechanism === 'key') return { kind: 'key', server: 'redis', key: 'lock' }
  if (mechanism === 'redlock') return { kind: 'majority', servers: instancesOf(instances), key: 'lock' }
  if (mechanism === 'line') return { kind: 'first', server: 'zk', path: '/lock' }
  return undefined
}

/** Workers that want the same lock. */
export function workers(mechanism: Mechanism, setting: Setting = {}): System {
  const { runs, readsClock, service } = KINDS[mechanism]
  const { drops = 0, crashes = null, time = {}, onDisk = false, instances = 3, ttlMs = TTL_MS } = setting
  const { workers: plans = { A: {}, B: { beginsAt: 100 } } } = setting
  const ids = Object.keys(plans)
  const crash = crashes?.roles.includes('server') ?? false
  const each = (id: string): Processes => ({
    links: linksOf(service, serversOf(mechanism, instances), ttlMs),
    readsClock,
    parameters: [
      {
        beginsAt: 0,
        workMs: WORK_MS,
        ttlMs,
        waitMs: WAIT_MS,
        turns: 1,
        retryMs: RETRY_MS,
        instances,
        ...plans[id],
      },
    ],
  })
  return clientSystem({
    processes: ids.flatMap((id) => processesOf([id], runs, each(id))),
    servers: Object.fromEntries(
      serversOf(mechanism, instances).map((id) => [id, serverOf(service, ids, crash, onDisk)]),
    ),
    observeProcess: seenIn,
    drops,
    crashes,
    time: { latencies: [LATENCY_MS], ...time, ...(readsClock && { readers: ['client'] }) },
    properties: [exclusion, order, numbered],
  })
}

function linksOf(service: Kind['service'], servers: readonly string[], ttlMs: number): Record<string, Link> {
  if (service === 'db') return { db: databaseLink('db') as Link }
  if (service === 'zk') return { zookeeper: zookeeperLink('zk', { timeout: ttlMs, pings: true }) as Link }
  return Object.fromEntries(servers.map((server) => [server, redisLink(server)]))
}

function serverOf(service: Kind['service'], ids: readonly string[], crashes: boolean, onDisk: boolean) {
  if (service === 'db') return serverNode(database, { setup: TABLE }, { show: databaseView, crashes })
  if (service === 'zk')
    return serverNode(zookeeperWith(['/lock']), { zxid: false, cversion: false }, { show: treeView, crashes })
  const options = { persistence: onDisk ? 'every-write' : 'none' } as const
  return serverNode(redisServer, options, { opened: connectionsOf(ids), show: redisView, crashes })
}
