/** The page on ZooKeeper: its nodes, its watches, the lock in line and the end of a session. */
import type { System, SystemProperty, Time, View } from '../../../engine/actors/system.ts'
import { noteOf } from '../../../engine/clients/client-system.ts'
import type { Link } from '../../../engine/clients/link.ts'
import type { ShownProcess } from '../../../engine/clients/process-node.ts'
import { databaseLink } from '../../../engine/services/database/link.ts'
import { database } from '../../../engine/services/database/server.ts'
import { type DatabaseView, databaseView } from '../../../engine/services/database/view.ts'
import { serverNode } from '../../../engine/services/server-node.ts'
import type { TreeView } from '../../../engine/services/zookeeper/view.ts'
import { nodeOfSession } from '../../widgets/services/claims.ts'
import type { Check } from '../check.ts'
import { clientsIn, explored } from './declared.ts'
import fencedLine from './processes/fenced-line.process.ts?program'
import line from './processes/line.process.ts?program'
import lostWakeUp from './processes/lost-wake-up.process.ts?program'
import notYet from './processes/not-yet.process.ts?program'
import sequence from './processes/sequence.process.ts?program'
import watch from './processes/watch.process.ts?program'
import type { ProgramFile } from './systems.ts'
import { type ZooKeeperSetup, withZooKeeper } from './zookeepers.ts'

/** What is seen of a client. */
interface SeenClient {
  readonly up: boolean
  readonly inside: boolean
  /** It waits for a notice, and for nothing else. */
  readonly waits: boolean
  readonly told: number
  readonly created: readonly string[]
  /** The number with which it has written, or that it was refused; null: it has not written. */
  readonly written: number | 'refused' | null
  readonly ended: boolean
}

type Client = SeenClient & { readonly id: string }

export const clientsOf = (view: View): Client[] => clientsIn<SeenClient>(view)

const treeIn = (view: View): TreeView => view.find(({ id }) => id === 'zk')!.seen as TreeView

/** The nodes of the line, in their order, by whose they are. */
const lineIn = (view: View): string[] =>
  treeIn(view)
    .nodes.filter(({ path, owner }) => path.startsWith('/lock/') && owner !== null)
    .map(({ owner }) => nodeOfSession(owner!))

const pair = (clients: readonly Client[]) => {
  const [one, other] = clients
  return one && other ? { one: one.id, other: other.id } : null
}

const exclusion: SystemProperty = {
  id: 'two-inside',
  kind: 'always',
  violated: (view) => pair(clientsOf(view).filter(({ inside }) => inside)),
}

/** Two are inside, and the nodes of both are there: their sessions live. */
const exclusionAlive: SystemProperty = {
  id: 'two-alive',
  kind: 'always',
  violated: (view) => pair(clientsOf(view).filter(({ id, inside }) => inside && lineIn(view).includes(id))),
}

/** Whoever has not crashed has had the lock. */
const done: SystemProperty = {
  id: 'living-done',
  kind: 'eventually',
  reached: (view) => clientsOf(view).every(({ up, ended }) => !up || ended),
}

/** A node whose session is over. */
const orphan: SystemProperty = {
  id: 'orphan',
  kind: 'always',
  violated(view) {
    const { nodes, sessions } = treeIn(view)
    const found = nodes.find(({ owner }) => owner !== null && !sessions.some(({ id }) => id === owner))
    return found ? { path: found.path } : null
  },
}

/** The number of a node, or NaN where its name has not ten digits after what was asked for. */
export const numberOf = (path: string): number =>
  /^\/lock\/node-\d{10}$/.test(path) ? Number(path.slice(-10)) : Number.NaN

/** What one client created later has no larger number. */
const rising: SystemProperty = {
  id: 'not-rising',
  kind: 'always',
  violated(view) {
    for (const { created } of clientsOf(view)) {
      const at = created.findIndex(
        (path, index) => !(numberOf(path) > (index === 0 ? -1 : numberOf(created[index - 1]!))),
      )
      if (at >= 0) return { path: created[at]! }
    }
    return null
  },
}

/** The node has been changed twice, everything has arrived, and the client was told once. */
const unnoticed: SystemProperty = {
  id: 'unnoticed',
  kind: 'sometimes',
  reached: (view) =>
    treeIn(view).nodes.some(({ path, version }) => path === '/settings' && version === 2) &&
    clientsOf(view).every(({ ended }) => ended) &&
    clientsOf(view).some(({ told }) => told === 1),
}

/** A client is first in line, and waits for a notice that nothing will ever cause: what it watches is not there. */
const waitsForNothing: SystemProperty = {
  id: 'waits-for-nothing',
  kind: 'always',
  violated(view) {
    const { awaited } = treeIn(view)
    const [first] = lineIn(view)
    const one = clientsOf(view).find(
      ({ id, waits }) =>
        waits && id === first && awaited.some(({ watchedBy }) => watchedBy.map(nodeOfSession).includes(id)),
    )
    return one ? { node: one.id } : null
  },
}

/** What was written last, and with which number. */
interface Document {
  readonly author: string
  readonly fence: number
}

/** Somebody’s write was refused. */
const refused: SystemProperty = {
  id: 'refused',
  kind: 'sometimes',
  reached: (view) => clientsOf(view).some(({ written }) => written === 'refused'),
}

/** A write has replaced that of a larger number. */
const stale: SystemProperty = {
  id: 'stale-write',
  kind: 'always',
  violated(view) {
    const row = view.find(({ id }) => id === 'db')?.seen as Document | undefined
    const later = clientsOf(view).find(
      ({ written }) => row && typeof written === 'number' && written > row.fence,
    )
    return row && later ? { late: row.author, later: later.id } : null
  },
}

const SEEN: Pick<ZooKeeperSetup, 'observeProcess' | 'observeServer'> = {
  observeProcess: (process: ShownProcess | null): SeenClient => ({
    up: process !== null,
    inside: noteOf(process, 'inside') === true,
    waits: process !== null && process.ended === null && process.asks.length + process.sleeps.length === 0,
    told: Number(noteOf(process, 'told') ?? 0),
    created: (noteOf(process, 'created') as readonly string[] | undefined) ?? [],
    written: (noteOf(process, 'written') as SeenClient['written'] | undefined) ?? null,
    ended: process?.ended?.kind === 'returned',
  }),
  observeServer: (shown) =>
    (shown as { kind: string }).kind === 'tables' ? documentOf(shown as DatabaseView) : shown,
}

function documentOf({ tables }: DatabaseView): Document {
  const row = tables[0]!.rows.find(({ standing }) => standing === 'committed')!
  const [author, fence] = row.values
  return { author: author!, fence: Number(fence) }
}

const properties = [
  exclusion,
  exclusionAlive,
  done,
  orphan,
  rising,
  unnoticed,
  waitsForNothing,
  refused,
  stale,
]

/** Clients that run one file. Without clocks a session may end at any moment. */
export function clients(file: ProgramFile, ids: readonly string[], more: ZooKeeperSetup = {}): System {
  return withZooKeeper(ids, file, { ...SEEN, properties, ...more })
}

/** One client reads and watches, and another one writes. */
export function watching(more: ZooKeeperSetup = {}): System {
  const setup = { ...more, paths: ['/settings'] }
  const reader = clients(watch, ['A'], { ...setup, entry: 'reader' })
  const writer = clients(watch, ['B'], { ...setup, entry: 'writer' })
  return { ...reader, nodes: [...reader.nodes, writer.nodes[0]!] }
}

const SETUP = `
  create table document (author text not null, fence integer not null);
  insert into document values ('nobody', -1);
`

/** Clients in line that write to a row which looks at the number of their nodes. */
export function writing(more: ZooKeeperSetup = {}): System {
  const db = serverNode(database, { setup: SETUP }, { show: databaseView })
  return clients(fencedLine, TWO, { ...more, links: { db: databaseLink('db') as Link }, servers: { db } })
}

/** Milliseconds after which a session is over, and a pause that is longer. */
const TIMEOUT_MS = 10_000
const PAUSE_MS = TIMEOUT_MS + 5000

const CLOCKS: { readonly time: Time } = { time: { latencies: [5] } }
const PAUSED: { readonly time: Time } = {
  time: { latencies: [5], pauses: { roles: ['client'], milliseconds: [PAUSE_MS], limit: 1 } },
}
const CRASH = { crashes: { roles: ['client'], limit: 1, restart: 'never' } } as const

/** Work that takes longer than a session lasts of which nothing is heard. */
const LONG: ZooKeeperSetup = { ...CLOCKS, ...CRASH, parameters: [TIMEOUT_MS + 2000] }

const TWO = ['A', 'B']
const THREE = ['A', 'B', 'C']

/** B comes just when A gives the lock back: it finds A’s node in the list, and not any more when it asks for it. */
export function inBetween(): System {
  const first = clients(lostWakeUp, ['A'], CLOCKS)
  const second = clients(lostWakeUp, ['B'], { ...CLOCKS, entry: 'late' })
  return { ...first, nodes: [first.nodes[0]!, second.nodes[0]!, first.nodes[1]!] }
}

/** What the systems of this page differ in, for its figures and questions. */
export const settings = { CLOCKS, CRASH, LONG, PAUSED, PAUSE_MS, TWO, THREE } as const
export const files = { line, notYet, sequence } as const

export const checks: readonly Check[] = [
  explored('C12/ephemeral', 'holds', 'orphan', () => clients(sequence, ['A'], CRASH)),
  explored('C12/rising', 'holds', 'not-rising', () => clients(sequence, TWO, CLOCKS)),
  explored('C14/exclusion', 'holds', 'two-inside', () => clients(line, THREE, CLOCKS)),
  explored('C14/alive', 'holds', 'two-alive', () => clients(line, TWO)),
  explored('C14/turns', 'holds', 'living-done', () => clients(line, THREE, CLOCKS)),
  explored('C15/freed', 'holds', 'living-done', () => clients(line, TWO, { ...CLOCKS, ...CRASH })),
  explored('E9/once', 'reached', 'unnoticed', () => watching(CLOCKS)),
  explored('E10/lost', 'fails', 'waits-for-nothing', inBetween),
  explored('E10/told', 'holds', 'waits-for-nothing', () => clients(line, TWO)),
  explored('E11/believes', 'fails', 'two-inside', () => clients(line, TWO, PAUSED)),
  explored('E11/fenced', 'holds', 'stale-write', () => writing(PAUSED)),
  explored('E11/refused', 'reached', 'refused', () => writing(PAUSED)),
  explored('E12/taken', 'fails', 'two-alive', () => clients(notYet, THREE, LONG)),
  explored('E12/again', 'holds', 'two-alive', () => clients(line, THREE, LONG)),
]
