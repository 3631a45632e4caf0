/**
 * What the worked examples of docs/services.md and docs/clients.md are run in: the code stands in the documents alone, and here are
 * the processes that call it, the servers that it talks to, and the properties that the text around it claims.
 */
import { readFileSync } from 'node:fs'
import type {
  AnyNodeDefinition,
  Crashes,
  System,
  SystemNode,
  SystemProperty,
  Time,
  View,
} from '../../engine/actors/system.ts'
import type { Link } from '../../engine/clients/link.ts'
import { notes } from '../../engine/clients/notes.ts'
import { type ShownProcess, processNode } from '../../engine/clients/process-node.ts'
import type { Run } from '../../engine/drivers/run.ts'
import { databaseLink } from '../../engine/services/database/link.ts'
import { database } from '../../engine/services/database/server.ts'
import { queueLink } from '../../engine/services/queue/link.ts'
import { queueServer } from '../../engine/services/queue/server.ts'
import { redisLink } from '../../engine/services/redis/link.ts'
import { type RedisState, redisServer } from '../../engine/services/redis/server.ts'
import { type ServerNodeState, connectionsOf, serverNode } from '../../engine/services/server-node.ts'
import { CONNECTIONS, PROCESS_SENDS, SERVER_SENDS } from '../../engine/services/wire.ts'
import { zookeeperLink } from '../../engine/services/zookeeper/link.ts'
import { zookeeper } from '../../engine/services/zookeeper/server.ts'
import { apply } from '../../engine/services/zookeeper/tree.ts'
import { compiled } from '../../engine/testing/clients/compiled.ts'

/** The text of a document. */
export function documentOf(name: 'clients' | 'services'): string {
  return readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8')
}

/** The pieces of TypeScript of a document, in their order. */
export function codeOf(text: string): string[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code!)
}

/** The piece of a document that exports a function. @throws Error where there is none, or more than one */
export function example(name: 'clients' | 'services', exported: string, about: string): string {
  const found = codeOf(documentOf(name)).filter(
    (code) => code.includes(`export async function ${exported}(`) && code.includes(about),
  )
  if (found.length !== 1) throw new Error(`${found.length} examples in ${name}.md export ${exported}`)
  return found[0]!
}

/** What is seen of a process. */
export interface Seen {
  readonly inside: boolean
  readonly ended: 'returned' | 'thrown' | null
}

/** How the processes and servers of an example are put together. */
interface Room {
  /** The code, and what each process runs: its role, by its name. */
  readonly source: string
  readonly processes: { readonly [id: string]: string }
  readonly entries?: { readonly [role: string]: string }
  readonly links: () => { readonly [name: string]: Link }
  readonly servers: { readonly [id: string]: AnyNodeDefinition }
  readonly properties: readonly SystemProperty[]
  /** What is seen of a server, from its state. */
  readonly look?: (id: string, state: unknown) => unknown
  readonly crashes?: Crashes | null
  readonly drops?: number
  readonly time?: Time
}

/** A system in which processes run an example. */
export function room({
  source,
  processes,
  entries = {},
  links,
  servers,
  properties,
  look = () => null,
  crashes = null,
  drops = 0,
  time,
}: Room): System {
  const program = compiled(source)
  const nodes: SystemNode[] = Object.entries(processes).map(([id, role]) =>
    processNode(id, role, { program, entry: entries[role] ?? 'main', links: { ...links(), notes: notes() } }),
  )
  const observe = ({ state }: { readonly state: unknown }): Seen => {
    const process = state as ShownProcess | null
    const { inside = false } = (process?.links['notes'] ?? {}) as Partial<Seen>
    return { inside, ended: process?.ended?.kind ?? null }
  }
  const roles = Object.values(processes).map((role) => [role, { sends: PROCESS_SENDS, observe }] as const)
  return {
    nodes: [
      ...nodes,
      ...Object.entries(servers).map(([id, definition]) => ({ id, role: 'server', definition })),
    ],
    roles: {
      ...Object.fromEntries(roles),
      server: {
        sends: SERVER_SENDS,
        observe: ({ id, state }) =>
          state === null ? null : look(id, (state as ServerNodeState).server ?? state),
      },
    },
    network: { duplicates: 0, drops, streams: CONNECTIONS },
    crashes,
    ...(time && { time }),
    properties,
  }
}

const seenOf = (view: View, id: string): unknown => view.find((node) => node.id === id)?.seen
const clientsOf = (view: View): { readonly id: string; readonly role: string; readonly seen: Seen }[] =>
  view.filter(({ role }) => role !== 'server') as never

/** No two are inside at once. @param roles of those who count */
function exclusion(...roles: readonly string[]): SystemProperty {
  return {
    id: 'exclusion',
    kind: 'always',
    violated(view) {
      const counted = clientsOf(view).filter(({ role }) => roles.length === 0 || roles.includes(role))
      const [one, other] = counted.filter(({ seen }) => seen.inside)
      return one && other ? { one: one.id, other: other.id } : null
    },
  }
}

/** All have returned. */
const allReturn: SystemProperty = {
  id: 'all-return',
  kind: 'eventually',
  reached: (view) => clientsOf(view).every(({ seen }) => seen.ended === 'returned'),
}

const INSIDE = `async () => {
  notes.note('inside', true)
  await sleep(200)
  notes.note('inside', null)
}`

// The database -----------------------------------------------------------------------------------------------------------------

const JOBS =
  "create table jobs (id integer primary key, task text not null, state text not null default 'new');"
const NEW_JOBS = ["(1, 'letter')", "(2, 'parcel')"]

/** What is done for a job: a counter of it goes up in Redis, where a crash of the worker can't take it back. */
const WORKERS = `
export async function main(tools) {
  await worker(tools, async (task) => {
    await tools.redis.incr(task)
  })
}`

interface Jobs {
  readonly states: readonly string[]
  readonly waits: boolean
}

/** Two workers, and one job or two. */
export function workers(
  count: 1 | 2,
  properties: readonly ('once' | 'nobody-waits' | 'done' | 'twice')[],
  more: Pick<Room, 'crashes'> = {},
): System {
  const setup = `${JOBS} insert into jobs (id, task) values ${NEW_JOBS.slice(0, count).join()}`
  const handled = (view: View): number[] => seenOf(view, 'redis') as number[]
  const jobs = (view: View): Jobs => seenOf(view, 'db') as Jobs
  const claims: Record<string, SystemProperty> = {
    once: {
      id: 'once',
      kind: 'always',
      violated: (view) => (handled(view).some((times) => times > 1) ? { times: 2 } : null),
    },
    'nobody-waits': {
      id: 'nobody-waits',
      kind: 'always',
      violated: (view) => (jobs(view).waits ? { node: 'db' } : null),
    },
    done: {
      id: 'done',
      kind: 'eventually',
      reached: (view) => jobs(view).states.every((state) => state === 'done'),
    },
    twice: { id: 'twice', kind: 'sometimes', reached: (view) => handled(view).some((times) => times > 1) },
  }
  return room({
    source: example('services', 'worker', 'skip locked') + WORKERS,
    processes: { A: 'worker', B: 'worker' },
    links: () => ({ db: databaseLink('db') as Link, redis: redisLink('redis') }),
    servers: {
      db: serverNode(database, { setup }),
      redis: serverNode(redisServer, { persistence: 'none' }, { opened: connectionsOf(['A', 'B']) }),
    },
    look(id, state) {
      if (id === 'redis') return (state as RedisState).entries.map(({ value }) => Number(value))
      const { tables, waiting } = state as ReturnType<typeof database.init>
      const newest = tables['jobs']!.versions.filter(({ ended }) => ended === undefined)
      return { states: newest.map(({ values }) => values[2]), waits: waiting.length > 0 }
    },
    properties: properties.map((id) => claims[id]!),
    ...more,
  })
}

// Redis ------------------------------------------------------------------------------------------------------------------------

/** What a release does that looks at no token. */
const BLINDLY = 'await redis.del(key)'

/**
 * Clients that each go in once.
 * @param processes their roles, by their names
 * @param blind the lock is given back whoever's it is
 * @param among the roles of which no two are to be inside; left out: all
 */
export function redisLocks(
  processes: { readonly [id: string]: string },
  { blind = false, time, among = [] }: { blind?: boolean; time?: Time; among?: readonly string[] } = {},
): System {
  const given = example('services', 'withLock', 'redis.eval')
  const release = 'await redis.eval(RELEASE, { keys: [key], arguments: [token] })'
  if (!given.includes(release)) throw new Error('the example gives the lock back in another way')
  const source = `${blind ? given.replace(release, BLINDLY) : given}
export async function main({ redis, notes, sleep }) {
  await withLock({ redis, sleep }, 'lock', ${INSIDE})
}`
  return room({
    source,
    processes,
    links: () => ({ redis: redisLink('redis') }),
    servers: {
      redis: serverNode(
        redisServer,
        { persistence: 'none' },
        { opened: connectionsOf(Object.keys(processes)) },
      ),
    },
    properties: [exclusion(...among), allReturn],
    ...(time && { time }),
  })
}

// ZooKeeper --------------------------------------------------------------------------------------------------------------------

/** A ZooKeeper in which there is a place for the lock. */
const withPlace: typeof zookeeper = {
  ...zookeeper,
  init(options) {
    const state = zookeeper.init(options)
    apply(state.tree, { op: 'create', path: '/lock', data: null, mode: 0 }, '', 0)
    return state
  },
}

/** How many stand in line for the lock at the end of a run. */
export function childrenAt(run: Run): number {
  return run.view.find(({ id }) => id === 'zk')!.seen as number
}

/** Clients that each go in once. @param orphan it is asked whether a node may be left whose owner has failed */
export function zookeeperLocks(
  ids: readonly string[],
  { time, drops = 0, orphan = false }: { time?: Time; drops?: number; orphan?: boolean },
): System {
  const children = (view: View): number => seenOf(view, 'zk') as number
  const blocked: SystemProperty = {
    id: 'blocked',
    kind: 'sometimes',
    reached: (view) => clientsOf(view).some(({ seen }) => seen.ended === 'thrown') && children(view) > 0,
  }
  return room({
    source: `${example('services', 'withLock', 'EPHEMERAL_SEQUENTIAL')}
export async function main({ zookeeper, notes, sleep }) {
  await withLock({ zookeeper }, ${INSIDE})
}`,
    processes: Object.fromEntries(ids.map((id) => [id, 'client'])),
    links: () => ({ zookeeper: zookeeperLink('zk') as Link }),
    servers: { zk: serverNode(withPlace, { zxid: false, cversion: false }) },
    look: (_, state) =>
      Object.keys((state as ReturnType<typeof zookeeper.init>).tree.nodes).filter((path) =>
        path.startsWith('/lock/'),
      ).length,
    properties: orphan ? [blocked] : [exclusion(), allReturn],
    drops,
    ...(time && { time }),
  })
}

// The queue --------------------------------------------------------------------------------------------------------------------

const SHOP = `
export async function orders(tools) {
  await shop(tools, ORDERS)
}
export async function main(tools) {
  await billing(tools)
}`

/** What is seen of the queue: how many records its log has. */
type Log = ReturnType<typeof queueServer.init>

export interface Billing {
  /** The offset is committed before the bill is written. */
  readonly swapped?: boolean
  /** How many orders there are, all of one customer. Left out: one. */
  readonly orders?: 1 | 2
  /** How many bill. Left out: one. */
  readonly consumers?: 1 | 2
  readonly properties: readonly ('billed' | 'fenced' | 'sent-twice' | 'sent-once')[]
}

/** A shop that sends its orders, and those who bill them. */
export function bills(
  { swapped = false, orders = 1, consumers = 1, properties }: Billing,
  more: Pick<Room, 'crashes' | 'time' | 'drops'> = {},
): System {
  const given = example('services', 'billing', 'commitOffsets')
  const [insert, commit] = [
    /^ *await db\.query\('insert into bills.*\n/m,
    /^ *await consumer\.commitOffsets.*\n/m,
  ].map((line) => line.exec(given)?.[0] ?? '') as [string, string]
  if (!given.includes(insert + commit))
    throw new Error('the two steps do not follow each other in the example')
  const ids = ['A', 'B'].slice(0, consumers)
  const list = Array.from({ length: orders }, (_, index) => ({ customer: 'Ann', id: String(index + 1) }))
  const sent = (view: View): number => seenOf(view, 'queue') as number
  const claims: Record<string, SystemProperty> = {
    billed: { id: 'billed', kind: 'eventually', reached: (view) => seenOf(view, 'db') === orders },
    fenced: {
      id: 'fenced',
      kind: 'sometimes',
      reached: (view) =>
        clientsOf(view).some(({ role, seen }) => role === 'billing' && seen.ended === 'thrown'),
    },
    'sent-twice': { id: 'sent-twice', kind: 'sometimes', reached: (view) => sent(view) > orders },
    'sent-once': {
      id: 'sent-once',
      kind: 'always',
      violated: (view) => (sent(view) > orders ? { records: sent(view) } : null),
    },
  }
  return room({
    source:
      (swapped ? given.replace(insert + commit, commit + insert) : given) +
      SHOP.replace('ORDERS', JSON.stringify(list)),
    processes: { ...Object.fromEntries(ids.map((id) => [id, 'billing'])), shop: 'shop' },
    entries: { shop: 'orders' },
    links: () => ({ kafka: queueLink('queue'), db: databaseLink('db') as Link }),
    servers: {
      queue: serverNode(queueServer, { topics: { orders: 1 } }, { opened: connectionsOf([...ids, 'shop']) }),
      db: serverNode(database, { setup: 'create table bills (order_id text primary key)' }),
    },
    look(id, state) {
      if (id === 'queue') return (state as Log).topics[0]!.partitions[0]!.length
      const { tables } = state as ReturnType<typeof database.init>
      const rows = tables['bills']!.versions.filter(
        ({ ended, created }) => ended === undefined && created === 0,
      )
      return rows.length
    },
    properties: properties.map((id) => claims[id]!),
    ...more,
  })
}

// The lock of docs/clients.md --------------------------------------------------------------------------------------------------

/** Two processes that run the first example of docs/clients.md. */
export function firstLocks(time?: Time): System {
  return room({
    source: example('clients', 'main', 'redis.set'),
    processes: { A: 'client', B: 'client' },
    links: () => ({ redis: redisLink('redis') }),
    servers: {
      redis: serverNode(redisServer, { persistence: 'none' }, { opened: connectionsOf(['A', 'B']) }),
    },
    properties: [exclusion()],
    ...(time && { time }),
  })
}
