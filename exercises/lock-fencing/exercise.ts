/**
 * lock-fencing: the learner writes a lock with numbered leases, and the storage that heeds the numbers. Processes take the lock and write
 * one document; clocks run, so that a process may be held up for longer than its lease lasts.
 *
 * Properties see the records that the processes keep, and the rows. They know a lease by when it was asked for and when it was there:
 * the server has counted its time from some moment in between. They never look at a key, a token or the size of a number.
 */
import type { Context } from '../../engine/api.ts'
import type {
  AnyNodeDefinition,
  Crashes,
  Role,
  System,
  SystemProperty,
  Time,
  View,
  Violation,
} from '../../engine/actors/system.ts'
import { clientSystem } from '../../engine/clients/client-system.ts'
import type { Link } from '../../engine/clients/link.ts'
import { notes } from '../../engine/clients/notes.ts'
import { type ShownProcess, processNode } from '../../engine/clients/process-node.ts'
import { withWorker } from '../../engine/clients/worker.ts'
import type { ClientAnswer, ClientExercise } from '../../engine/exercise.ts'
import { databaseLink } from '../../engine/services/database/link.ts'
import { database } from '../../engine/services/database/server.ts'
import { type DatabaseView, databaseView } from '../../engine/services/database/view.ts'
import { redisLink } from '../../engine/services/redis/link.ts'
import { redisServer } from '../../engine/services/redis/server.ts'
import { redisView } from '../../engine/services/redis/view.ts'
import { connectionsOf, serverNode } from '../../engine/services/server-node.ts'
import { PROCESS_SENDS } from '../../engine/services/wire.ts'
import type { DenialNote, LeaseNote, ReleaseNote, Work, WriteNote } from './worker.ts'
import worker from './worker.ts?program'

const EMPTY = 'empty'

/** The storage at the start: the document that is written, and one that nobody has asked to be changed. */
const SETUP = `
create table documents (id text primary key, value text not null, fence bigint not null default 0);
insert into documents (id, value) values ('page', '${EMPTY}'), ('other', 'untouched')`

/** How long leases last, in milliseconds. */
const TTL_MS = 300

/** A lease with all that is noted of it. */
interface Lease extends LeaseNote {
  /** Whose it is. */
  readonly process: string
  /** When it was given back. Left out: nobody has asked for that. */
  readonly release?: ReleaseNote
}

interface Write extends Omit<WriteNote, 'lease'> {
  readonly value: string
  readonly lease: Lease
}

/** What is seen of a process; null while it is down. */
type ProcessSeen = {
  readonly leases: readonly Lease[]
  readonly writes: readonly Write[]
  readonly denied: readonly DenialNote[]
  /** Has it come to its end as it should? */
  readonly through: boolean
} | null

/** What is seen of the storage: the committed text of each document, and all that the page has held after some step. */
interface Documents {
  readonly texts: Readonly<Record<string, string>>
  readonly held: readonly string[]
}

function processesIn(view: View): { readonly id: string; readonly seen: ProcessSeen }[] {
  return view.filter(({ role }) => role !== 'server') as never
}

function leasesIn(view: View): Lease[] {
  return processesIn(view).flatMap(({ seen }) => seen?.leases ?? [])
}

function writesIn(view: View): Write[] {
  return processesIn(view).flatMap(({ seen }) => seen?.writes ?? [])
}

function documentsIn(view: View): Documents {
  return view.find(({ id }) => id === 'db')!.seen as Documents
}

/** Was it sure to be valid then? The server counts from a moment after the call. */
function isValid({ called }: Lease, at: number): boolean {
  return at < called + TTL_MS
}

/** Whoever has been told of a lease before another is asked for has the earlier of the two. */
function isEarlier(one: Lease, other: Lease): boolean {
  return one.got <= other.called
}

/** Two have the lock, and neither lease has run out or was given back. */
function twoHolders(view: View): Violation | null {
  const held = leasesIn(view).filter(({ release }) => release === undefined)
  for (const one of held) {
    const other = held.find(
      (second) =>
        second !== one && second.got >= one.got && isValid(one, second.got) && isValid(second, second.got),
    )
    if (other) return { one: one.process, other: other.process }
  }
  return null
}

/** Nobody has the lock, and who asks for it is given nothing. Only where there is one process, so that nobody else may be about to have it. */
function refusedThoughFree(view: View): Violation | null {
  const [only, ...others] = processesIn(view)
  if (!only?.seen || others.length > 0) return null
  const { leases, denied } = only.seen
  const refused = denied.find(({ called }) =>
    leases.every(
      ({ got, release }) =>
        got > called ||
        got + TTL_MS < called ||
        (release !== undefined && release.at !== null && release.at <= called),
    ),
  )
  return refused ? { process: only.id } : null
}

/** The text is that of an earlier lease, and a write with a later one had been accepted. */
function staleWrite(view: View): Violation | null {
  const writes = writesIn(view)
  const text = documentsIn(view).texts['page']
  const stale = writes.find(({ value }) => value === text)
  if (!stale) return null
  const later = writes.find(({ told, lease }) => told === true && isEarlier(stale.lease, lease))
  return later ? { stale: stale.value, process: stale.lease.process, later: later.value } : null
}

/** A write was refused, although the lease that it came with was valid all the time, and had not been given back. */
function refusedHolder(view: View): Violation | null {
  const refused = writesIn(view).find(
    ({ told, called, at, lease }) =>
      told === false && isValid(lease, at!) && (lease.release === undefined || called < lease.release.called),
  )
  return refused ? { process: refused.lease.process, value: refused.value } : null
}

/** What was answered to a write is not what has come of it. */
function untrueAnswer(view: View): Violation | null {
  const writes = writesIn(view)
  const { texts, held } = documentsIn(view)
  const text = texts['page']
  // Somebody else may have written since: it took effect all the same.
  const done = writes.find(({ value, told }) => told === false && held.includes(value))
  if (done) return { process: done.lease.process, value: done.value, told: 'refused' }
  const present = writes.find(({ value }) => value === text)
  // A writer that crashed has left no notes: what is known of its text is nothing.
  if (present === undefined && text !== EMPTY) return null
  // The text is older than a write that is said to have come after it.
  const lost = writes.find(
    ({ told, called }) =>
      told === true && (present === undefined || (present.at !== null && present.at <= called)),
  )
  return lost ? { process: lost.lease.process, value: lost.value, told: 'accepted' } : null
}

function otherDocument(view: View): Violation | null {
  const text = documentsIn(view).texts['other']
  return text === 'untouched' ? null : { value: text ?? 'nothing' }
}

const always = (id: string, violated: (view: View) => Violation | null): SystemProperty => ({
  id,
  kind: 'always',
  violated,
})

/** Properties that need to know the order of what happened in different processes, so that their clocks have to agree. */
const IN_TIME = [always('stale', staleWrite), always('truth', untrueAnswer)]

const AT_ANY_TIME = [
  always('exclusion', twoHolders),
  always('free', refusedThoughFree),
  always('rightful', refusedHolder),
  always('other', otherDocument),
]

/** All that are up got through: each had its leases. */
const DONE: SystemProperty = {
  id: 'done',
  kind: 'eventually',
  reached: (view) => processesIn(view).every(({ seen }) => seen === null || seen.through),
}

/** What is tried. */
interface Trial {
  /** By the names of the processes: the function of the worker that it runs, and with what. */
  readonly processes: Readonly<Record<string, readonly ['alone', number, number] | readonly ['main', Work]>>
  /** Who has the role of those that may be held up. Left out: nobody. */
  readonly slow?: readonly string[]
  readonly time: Pick<Time, 'latencies' | 'spread' | 'pauses' | 'jumps'>
  readonly crashes?: Crashes
  readonly drops?: number
}

/** The answer in every process of a trial, with Redis and the storage. */
export function system(trial: Trial, { program }: ClientAnswer): System {
  const { processes, slow = [], time, crashes = null, drops = 0 } = trial
  const ids = Object.keys(processes)
  const working = withWorker(worker, program)
  const links = { redis: redisLink('redis'), db: databaseLink('db') as Link, notes: notes() }
  const client: Role = {
    sends: PROCESS_SENDS,
    observe: ({ id, state }) => seenOf(id, state as ShownProcess | null),
  }
  const built = clientSystem({
    processes: ids.map((id) => {
      const [entry, ...parameters] = processes[id]!
      return processNode(id, slow.includes(id) ? 'slow' : 'client', {
        program: working,
        entry,
        parameters: parameters as never,
        links,
        readsClock: true,
      })
    }),
    servers: {
      redis: serverNode(
        redisServer,
        { persistence: 'every-write' },
        { opened: connectionsOf(ids), show: redisView },
      ),
      db: remembering(serverNode(database, { setup: SETUP }, { show: databaseView })),
    },
    time: { ...time, readers: ['client', 'slow'] },
    crashes,
    drops,
    observeServer: (shown) => {
      const view = shown as
        (DatabaseView & { readonly held: readonly string[] }) | { readonly kind: 'keys' } | null
      return view?.kind === 'tables' ? { texts: textsIn(view), held: view.held } : null
    },
    properties: [
      ...(time.jumps ? [] : IN_TIME),
      ...AT_ANY_TIME,
      // Whose connection is lost may end with an error.
      ...(drops > 0 ? [] : [DONE]),
    ],
  })
  return { ...built, roles: { ...built.roles, client, slow: client } }
}

/** What a process has noted. */
function seenOf(id: string, process: ShownProcess | null): ProcessSeen {
  if (process === null) return null
  const noted = Object.entries(process.links['notes'] as Record<string, unknown>)
  const named = <T>(kind: string): [name: string, value: T][] =>
    noted.flatMap(([name, value]) => {
      const [first, second] = name.split(' ')
      return first === kind ? [[second!, value as T]] : []
    })
  const releases = new Map(named<ReleaseNote>('release'))
  const leases = new Map(
    named<LeaseNote>('lease').map(([number, lease]) => {
      const release = releases.get(number)
      return [Number(number), { ...lease, process: id, ...(release && { release }) }]
    }),
  )
  return {
    leases: [...leases.values()],
    writes: named<WriteNote>('write').map(([value, write]) => ({
      ...write,
      value,
      lease: leases.get(write.lease)!,
    })),
    denied: named<DenialNote>('denied').map(([, denial]) => denial),
    through: process.ended?.kind === 'returned' && process.ended.value === true,
  }
}

/** The storage, with all texts that the page has held after some step: an answer that comes later is judged by them. */
function remembering(storage: AnyNodeDefinition): AnyNodeDefinition {
  const show = (node: unknown) => storage.show!(node) as DatabaseView
  const after =
    (handler: Handler): Handler =>
    (node, fields, ctx) => {
      handler(node, fields, ctx)
      const text = textsIn(show(node))['page']
      if (text !== undefined && !node.held.includes(text)) node.held = [...node.held, text].sort()
    }
  return {
    ...storage,
    init: (ctx) => ({ ...(storage.init(ctx) as object), held: [] }),
    restart: (disk, ctx) => ({ ...(storage.restart!(disk, ctx) as object), held: [] }),
    on: Object.fromEntries(
      Object.entries(storage.on!).map(([type, handler]) => [type, after(handler as Handler)]),
    ),
    show: (node) => ({ ...show(node), held: (node as Remembering).held }),
  }
}

interface Remembering {
  held: string[]
}

type Handler = (node: Remembering, fields: unknown, ctx: Context<Record<string, unknown>>) => void

/** The texts that are committed, by their documents. */
function textsIn({ tables }: DatabaseView): Documents['texts'] {
  const standing = tables[0]!.rows.filter(({ standing }) => standing !== 'new' && standing !== 'past')
  return Object.fromEntries(standing.map(({ values }) => [values[0]!, values[1]!]))
}

/** In turn for one lease after another: who thinks long, and who comes back soon. */
const LONG: Work = { start: 5, ttlMs: TTL_MS, thinks: 60, waits: 80, attempts: 12, turns: 1 }
const SOON: Work = { ...LONG, start: 0, thinks: 10, turns: 2 }

/**
 * Trials of which every interleaving is looked at. A pause of 80 ms leaves the lease valid; one of 360 ms ends while the next holder
 * thinks, and one of 450 ms after it has written.
 */
const explored: Readonly<Record<string, Trial>> = {
  alone: { processes: { A: ['alone', TTL_MS, 8] }, time: { latencies: [1] } },
  pauses: {
    processes: { A: ['main', SOON], B: ['main', LONG] },
    slow: ['A'],
    time: { latencies: [1], pauses: { roles: ['slow'], milliseconds: [80, 360, 450], limit: 1 } },
  },
  crash: {
    processes: { A: ['main', SOON], B: ['main', LONG] },
    time: { latencies: [1] },
    crashes: { roles: ['client'], limit: 1, restart: 'never' },
  },
  clocks: {
    processes: { A: ['main', SOON], B: ['main', LONG] },
    time: { latencies: [1], jumps: { roles: ['client'], milliseconds: [-5_000], limit: 1 } },
  },
  // A's write comes as its lease has run out, and B's so soon after it that A could not have sent its own once more.
  loss: {
    processes: {
      A: ['main', { ...SOON, turns: 1, thinks: TTL_MS }],
      B: ['main', { ...SOON, turns: 1, thinks: 0, start: TTL_MS + 2 }],
    },
    time: { latencies: [1] },
    drops: 1,
  },
}

/** More at once than can be looked at in full. */
const large: Trial = {
  processes: {
    A: ['main', { ...SOON, turns: 3 }],
    B: ['main', { ...LONG, turns: 2 }],
    C: ['main', { ...SOON, start: 20, thinks: 40 }],
  },
  time: {
    latencies: [5],
    spread: { kind: 'uniform', from: 1, to: 20 },
    pauses: { roles: ['slow'], milliseconds: [50, 200, 350, 500], limit: 3 },
  },
  slow: ['A', 'B', 'C'],
  crashes: { roles: ['slow'], limit: 1, restart: 'never' },
}

const exercise: ClientExercise = {
  id: 'lock-fencing',
  kind: 'build',
  language: 'client',
  version: 1,
  file: 'lock.ts',
  configurations: [
    ...Object.entries(explored).map(([id, trial]) => ({
      id,
      driver: 'explore' as const,
      statesMax: 200_000,
      system: (answer: ClientAnswer) => system(trial, answer),
    })),
    {
      id: 'many',
      driver: 'simulate',
      runs: 60,
      stepsMax: 2_000,
      system: (answer) => system(large, answer),
    },
  ],
}

export default exercise
