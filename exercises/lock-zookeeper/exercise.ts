/**
 * lock-zookeeper: the learner repairs the lock of the note, a line of sequential nodes in ZooKeeper. Processes of the course
 * take the lock and give it back, while connections break, processes are held up or die, and sessions end.
 */
import type {
  Crashes,
  History,
  SentMessage,
  System,
  SystemHistory,
  SystemProperty,
  Time,
  View,
  Violation,
} from '../../engine/actors/system.ts'
import { clientSystem, noteOf } from '../../engine/clients/client-system.ts'
import { notes } from '../../engine/clients/notes.ts'
import { type ShownProcess, processNode } from '../../engine/clients/process-node.ts'
import { withWorker } from '../../engine/clients/worker.ts'
import type { ClientAnswer, ClientExercise } from '../../engine/exercise.ts'
import { serverNode } from '../../engine/services/server-node.ts'
import { zookeeperLink } from '../../engine/services/zookeeper/link.ts'
import { zookeeper } from '../../engine/services/zookeeper/server.ts'
import { apply } from '../../engine/services/zookeeper/tree.ts'
import { type TreeView, treeView } from '../../engine/services/zookeeper/view.ts'
import type { Plan } from './worker.ts'
import worker from './worker.ts?program'

/** So many nodes have been in the directory: the numbers soon have one digit more. */
const USED = 9

/** A server whose directory for the lock has been in use. */
const used: typeof zookeeper = {
  ...zookeeper,
  init(options) {
    const state = zookeeper.init(options)
    apply(state.tree, { op: 'create', path: '/lock', data: null, mode: 0 }, '', 0)
    state.tree.nodes['/lock']!.created = USED
    return state
  },
}

/** The same, and no session ever ends: where nobody crashes or is held up, nothing else is to be seen. */
const lasting: typeof zookeeper = { ...used, deadlines: () => [] }

/** What properties see of a process. */
interface ProcessSeen {
  /** It is there: it has neither crashed nor ended by an error. */
  readonly up: boolean
  readonly thrown: boolean
  /** Null before it is connected. */
  readonly session: string | null
  /** The path that the answer gave, while it works. */
  readonly inside: string | null
  /** The answer gave a path although its client knew that the session was over. */
  readonly over: boolean
  /** The call that failed, and the one that took too long. */
  readonly failed: string | null
  readonly late: string | null
  /** The answer gave no path. `early`: before half of the time was over. */
  readonly refused: 'early' | 'waited' | null
  readonly served: number
  readonly done: boolean
  /** How much it has asked for, where that is counted. */
  readonly asked: number
}

function seenOf(process: ShownProcess | null, asked: number): ProcessSeen {
  const note = (name: string): unknown => noteOf(process, name) ?? null
  const thrown = process?.ended?.kind === 'thrown'
  const link = process?.links['zookeeper'] as { session: string | null } | undefined
  return {
    up: process !== null && !thrown,
    thrown,
    session: link?.session ?? null,
    inside: note('inside') as string | null,
    over: note('over') === true,
    failed: note('failed') as string | null,
    late: note('late') as string | null,
    refused: note('refused') as ProcessSeen['refused'],
    served: (note('served') as number | null) ?? 0,
    done: note('done') === true,
    asked,
  }
}

/** What properties see of the server: who is alive, and the nodes of the lock with their owners. */
interface ServerSeen {
  readonly sessions: readonly string[]
  readonly nodes: readonly { readonly path: string; readonly owner: string | null }[]
}

function serverSeenOf(shown: unknown): ServerSeen {
  const { sessions, nodes } = shown as TreeView
  return {
    sessions: sessions.map(({ id }) => id),
    nodes: nodes.filter(({ depth }) => depth > 1).map(({ path, owner }) => ({ path, owner })),
  }
}

interface Process {
  readonly id: string
  readonly seen: ProcessSeen
  /** Has its session begun, and not ended on the server? */
  readonly alive: boolean
}

/** The processes and the server of a view. */
function partsOf(view: View): { processes: Process[]; server: ServerSeen } {
  const server = view.find(({ role }) => role === 'server')!.seen as ServerSeen
  const processes = view
    .filter(({ role }) => role === 'client')
    .map(({ id, seen }) => {
      const process = seen as ProcessSeen
      return {
        id,
        seen: process,
        alive: process.session !== null && server.sessions.includes(process.session),
      }
    })
  return { processes, server }
}

/** A property that looks at one process after the other. */
function ofEach(
  id: string,
  violated: (process: Process, server: ServerSeen) => Violation | null | false,
): SystemProperty {
  return {
    id,
    kind: 'always',
    violated(view) {
      const { processes, server } = partsOf(view)
      for (const process of processes) {
        const violation = violated(process, server)
        if (violation) return violation
      }
      return null
    },
  }
}

/** Two are inside, and their sessions live. Whoever has lost its session may not know. */
const exclusion: SystemProperty = {
  id: 'exclusion',
  kind: 'always',
  violated(view) {
    const { processes } = partsOf(view)
    const [one, other] = processes.filter(({ seen, alive }) => seen.up && alive && seen.inside !== null)
    return one && other ? { one: one.id, other: other.id } : null
  },
}

const own = ofEach('own', ({ id, seen, alive }, { nodes }) => {
  if (!seen.up || !alive || seen.inside === null) return null
  const node = nodes.find(({ path }) => path === seen.inside)
  const foreign = node !== undefined && node.owner !== null && node.owner !== seen.session
  return node === undefined || foreign ? { process: id, path: seen.inside } : null
})

const session = ofEach('session', ({ id, seen }) => seen.over && { process: id })

const failure = ofEach(
  'failure',
  ({ id, seen, alive }) => alive && seen.failed !== null && { process: id, call: seen.failed },
)

const uncaught = ofEach('uncaught', ({ id, seen }) => seen.thrown && { process: id })

/** @param patient as in `turn` */
function ends(patient: readonly string[]): SystemProperty {
  return ofEach(
    'ends',
    ({ id, seen }) =>
      seen.late !== null &&
      !(seen.late === 'acquire' && patient.includes(id)) && { process: id, call: seen.late },
  )
}

const clean = ofEach('clean', ({ id, seen, alive }, { nodes }) => {
  const left = seen.done && alive && nodes.find(({ owner }) => owner === seen.session)
  return left ? { process: id, path: left.path } : null
})

/** @param patient those who are willing to wait for as long as it takes */
function turn(patient: readonly string[]): SystemProperty {
  return ofEach(
    'turn',
    ({ id, seen, alive }) =>
      alive &&
      seen.failed === null &&
      (seen.refused === 'early' ||
        (patient.includes(id) && (seen.refused !== null || seen.late === 'acquire'))) && { process: id },
  )
}

/** Everybody gets the lock as often as it wants it. */
function served(plans: Plans): SystemProperty {
  return {
    id: 'served',
    kind: 'eventually',
    reached: (view) => partsOf(view).processes.every(({ id, seen }) => seen.served === plans[id]!.rounds),
  }
}

/** How many were told of something in one step, beside whoever had asked for it: the largest number so far. */
const told: SystemHistory = {
  initial: 0,
  record({ role, received, sent }) {
    if (role !== 'server') return null
    const events = sent.filter(({ type, fields }) => {
      return type === 'notice' && (fields as { notice: { kind: string } }).notice.kind === 'event'
    })
    const receivers = new Set(events.map(({ to }) => to))
    if (received !== null) receivers.delete(received.from)
    return receivers.size > 1 ? { count: receivers.size } : null
  },
  after: (most: number, { count }: { count: number }) => Math.max(most, count),
}

const herd: SystemProperty = {
  id: 'herd',
  kind: 'always',
  violated: (_, most) => (Number(most) > 1 ? { count: Number(most) } : null),
}

/** How much a process has asked for, pings and what else its session sends by itself left out. */
const asked: History = {
  initial: 0,
  after: (count: number, sent) => count + sent.filter(isAsked).length,
}

function isAsked({ type, fields }: SentMessage): boolean {
  return type === 'request' && (fields as { request: number }).request >= 0
}

/** So much may a process ask for, to get the lock after a minute and to give it back. */
const ASKED_MAX = 30

const traffic = ofEach(
  'traffic',
  ({ id, seen }) => seen.asked > ASKED_MAX && { process: id, count: seen.asked },
)

/** By process. */
type Plans = Readonly<Record<string, Plan>>

/** What is tried in a configuration. */
interface Trial {
  readonly plans: Plans
  readonly time: Time
  readonly drops?: number
  readonly crashes?: Crashes
  /** A client of which nothing is heard for so many milliseconds loses its session. Left out: nobody ever does. */
  readonly timeout?: number
  /** Is it counted who asks for how much, and how many are told at once? */
  readonly counts?: true
  /** Beside those that hold everywhere. */
  readonly properties?: readonly SystemProperty[]
}

/** Who waits for longer than any trial lasts. */
const FOR_EVER = 100_000

function system(
  { plans, time, timeout, counts, properties = [], ...more }: Trial,
  { program }: ClientAnswer,
): System {
  const ids = Object.keys(plans)
  const link = zookeeperLink('zookeeper', timeout === undefined ? {} : { timeout, pings: true })
  const around = withWorker(worker, program)
  return clientSystem({
    ...more,
    processes: ids.map((id) =>
      processNode(id, 'client', {
        program: around,
        entry: 'main',
        parameters: [plans[id]!],
        links: { zookeeper: link, notes: notes() },
        readsClock: true,
      }),
    ),
    servers: {
      zookeeper: serverNode(
        timeout === undefined ? lasting : used,
        { zxid: 'creations', cversion: true },
        { show: treeView },
      ),
    },
    time: { ...time, readers: ['client'] },
    ...(counts && { history: told }),
    roles: {
      client: {
        ...(counts && { history: asked }),
        observe: ({ state, history }) =>
          seenOf(state as ShownProcess | null, counts ? (history as number) : 0),
      },
    },
    observeServer: serverSeenOf,
    properties: [exclusion, own, failure, uncaught, clean, ...properties],
  })
}

/** What a call may take longer than it should, where processes are held up, and where nothing goes wrong. */
const GRACE = 2_000
const GRACE_AT_BEST = 100

/** Wants the lock once, waits as long as it takes, and has to have it within so many milliseconds. */
function patient(begins: number, works: number, within: number): Plan {
  return { begins, waits: FOR_EVER, within, works, rounds: 1, grace: GRACE }
}

/** The same, where nothing goes wrong: all that takes time is the messages. */
function punctual(begins: number, works: number, within: number): Plan {
  return { ...patient(begins, works, within), grace: GRACE_AT_BEST }
}

/** Several that come at the same time. */
const line: Plans = { A: punctual(0, 5, 100), B: punctual(8, 5, 100), C: punctual(9, 5, 100) }
const two: Plans = { A: patient(0, 5, 1_000), B: patient(0, 5, 1_000) }
/** It is by itself, and does something else with its connection while it has the lock. */
const alone: Plans = { A: { ...patient(0, 5, 1_000), reads: true } }
/** It is by itself too, and its time is over before it can connect again. */
const hasty: Plans = { A: { ...patient(0, 5, 1_000), waits: 2 } }
/** One holds the lock for a minute, and the others wait. None of them comes before its turn. */
const minute: Plans = {
  A: punctual(0, 60_000, 100),
  B: punctual(10, 5, 60_000),
  C: punctual(20, 5, 60_000),
  D: punctual(30, 5, 60_000),
  E: punctual(40, 5, 60_000),
}
/** The second and the third in the line give up long before the first is done. */
const impatient: Plans = {
  A: patient(0, 2_000, 1_000),
  B: { ...patient(10, 5, 1_000), waits: 400, grace: 200 },
  C: { ...patient(20, 5, 1_000), waits: 500, grace: 200 },
  D: patient(30, 5, 3_000),
}
/** One of them may lose its session. */
const three: Plans = {
  A: { ...patient(0, 100, 12_000), waits: 14_000 },
  B: { ...patient(10, 100, 12_000), waits: 14_000 },
  C: { ...patient(20, 100, 12_000), waits: 14_000 },
}
const pair: Plans = { A: three['A']!, B: three['B']! }
/** They come again and again, and some don't wait for long. */
const many: Plans = {
  A: { ...patient(0, 50, 25_000), rounds: 3 },
  B: { ...patient(0, 20, 25_000), rounds: 4 },
  C: { ...patient(0, 100, 25_000), rounds: 3, waits: 300 },
  D: { ...patient(30, 10, 25_000), rounds: 3 },
  E: { ...patient(60, 30, 25_000), rounds: 3, waits: 150 },
}

/** Milliseconds. A process that is held up for longer than the timeout loses its session. */
const TIMEOUT = 4_000
const PAUSE = 6_000

/** Trials of which every interleaving is looked at. */
const small: Readonly<Record<string, Trial>> = {
  two: { plans: two, time: { latencies: [1, 2] }, properties: [served(two)] },
  line: {
    plans: line,
    time: { latencies: [1] },
    properties: [turn(Object.keys(line)), ends(Object.keys(line))],
  },
  herd: {
    plans: minute,
    time: { latencies: [1] },
    counts: true,
    properties: [herd, traffic, turn(Object.keys(minute)), ends(Object.keys(minute))],
  },
  loss: { plans: two, drops: 1, time: { latencies: [1] }, properties: [served(two)] },
  alone: { plans: alone, drops: 2, time: { latencies: [1] }, properties: [served(alone)] },
  hasty: { plans: hasty, drops: 1, time: { latencies: [1] }, properties: [ends(Object.keys(hasty))] },
  'gives-up': {
    plans: impatient,
    drops: 1,
    time: { latencies: [1] },
    properties: [turn(['A', 'D']), ends(['A', 'D'])],
  },
  crash: {
    plans: three,
    timeout: TIMEOUT,
    crashes: { roles: ['client'], limit: 1, restart: 'never' },
    time: { latencies: [1] },
    properties: [turn(Object.keys(three)), ends(Object.keys(three))],
  },
  pause: {
    plans: pair,
    timeout: TIMEOUT,
    time: { latencies: [1], pauses: { roles: ['client'], milliseconds: [PAUSE], limit: 1 } },
    properties: [session, turn(Object.keys(pair)), ends(Object.keys(pair))],
  },
}

/** A trial that is too large for every interleaving. */
const random: Trial = {
  plans: many,
  drops: 3,
  timeout: TIMEOUT,
  crashes: { roles: ['client'], limit: 1, restart: 'never' },
  time: {
    latencies: [1],
    spread: { kind: 'exponential', from: 1, mean: 8 },
    pauses: { roles: ['client'], milliseconds: [20, PAUSE], limit: 2 },
  },
  properties: [session, turn(['A', 'B', 'D']), ends(['A', 'B', 'D'])],
}

const exercise: ClientExercise = {
  id: 'lock-zookeeper',
  kind: 'build',
  language: 'client',
  version: 1,
  file: 'lock.ts',
  configurations: [
    ...Object.entries(small).map(([id, trial]) => ({
      id,
      driver: 'explore' as const,
      statesMax: 300_000,
      system: (answer: ClientAnswer) => system(trial, answer),
    })),
    {
      id: 'random',
      driver: 'simulate',
      runs: 30,
      stepsMax: 20_000,
      milliseconds: 30_000,
      system: (answer) => system(random, answer),
    },
  ],
}

export default exercise
