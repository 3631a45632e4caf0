/**
 * lock-unique-index: a lock that is a row in a database. The learner writes how it is taken and given back; what processes do
 * with it is the course's. What is looked at is what comes of the calls, never the row.
 *
 * A lease that has expired excludes nobody, so here nobody is inside for longer than it lasts: who is held up for longer leaves
 * first, and works on as one who has no right to it.
 */
import type { Plain } from '../../engine/api.ts'
import type { Crashes, System, SystemProperty, Time, View } from '../../engine/actors/system.ts'
import { clientSystem, noteOf } from '../../engine/clients/client-system.ts'
import { notes } from '../../engine/clients/notes.ts'
import { type ShownProcess, processNode } from '../../engine/clients/process-node.ts'
import { withWorker } from '../../engine/clients/worker.ts'
import type { ClientAnswer, ClientExercise, Configuration } from '../../engine/exercise.ts'
import { databaseLink } from '../../engine/services/database/link.ts'
import { database } from '../../engine/services/database/server.ts'
import { databaseView } from '../../engine/services/database/view.ts'
import { serverNode } from '../../engine/services/server-node.ts'
import worker from './worker.ts?program'

export const TABLE = `create table locks (
  name text primary key,
  owner text not null,
  count integer not null default 1,
  expires_at timestamptz
)`

/** What properties see of a process. */
interface Seen {
  /** The owners as which it is inside. */
  readonly inside: readonly string[]
  /** How long it waited in vain, in milliseconds; null: it was not refused. */
  readonly refused: number | null
  /** How long it was ready to wait for an answer that is late; null: none is. */
  readonly late: number | null
  /** The owner that had the lock and did not get it again; null: none. */
  readonly shutOut: string | null
  /** The message and code of the error with which it ended; null: it did not. */
  readonly thrown: { readonly message: string; readonly code: string | number | null } | null
  readonly over: boolean
}

function observeProcess(process: ShownProcess | null): Seen {
  const ended = process?.ended ?? null
  const note = (name: string): unknown => noteOf(process, name)
  const owners = [note('inside'), note('also')].filter((owner) => typeof owner === 'string')
  return {
    // Whoever has ended by an error is not inside any more.
    inside: ended === null ? owners : [],
    refused: (note('refused') ?? null) as number | null,
    late: (note('late') ?? null) as number | null,
    shutOut: (note('shut out') ?? null) as string | null,
    thrown: ended?.kind === 'thrown' ? { message: ended.error.message, code: ended.error.code } : null,
    over: process === null || ended !== null,
  }
}

interface SeenProcess extends Seen {
  readonly id: string
}

function processesIn(view: View): SeenProcess[] {
  return view.filter(({ role }) => role === 'client').map(({ id, seen }) => ({ id, ...(seen as Seen) }))
}

/** A process: the function of the worker that it runs, and what it is called with. */
interface Planned {
  readonly runs: 'once' | 'tooOften' | 'nested' | 'dies' | 'overdue' | 'stranger' | 'renews' | 'returns'
  readonly begins?: number
  readonly ttl?: number
  readonly wait: number
  readonly works: number
  readonly more?: readonly Plain[]
  /** It must get the lock. */
  readonly must?: true
}

interface Trial {
  readonly processes: { readonly [id: string]: Planned }
  readonly time?: Partial<Time>
  readonly drops?: number
  readonly crashes?: Crashes
  /** Is it looked at when answers come? Left out: yes. */
  readonly punctual?: false
}

const TTL = 1_000

const exclusion: SystemProperty = {
  id: 'exclusion',
  kind: 'always',
  violated(view) {
    const [one, other] = processesIn(view).flatMap(({ inside }) => inside)
    return one !== undefined && other !== undefined ? { one, other } : null
  },
}

const reentrant: SystemProperty = {
  id: 'reentrant',
  kind: 'always',
  violated(view) {
    const owner = processesIn(view).find(({ shutOut }) => shutOut !== null)?.shutOut ?? null
    return owner === null ? null : { owner }
  },
}

const punctual: SystemProperty = {
  id: 'deadline',
  kind: 'always',
  violated(view) {
    const late = processesIn(view).find((process) => process.late !== null)
    return late ? { process: late.id, wait: late.late! } : null
  },
}

/** An error of the database has a code and is never in order; one of a lost connection has none. */
function answers(lossy: boolean): SystemProperty {
  return {
    id: 'answers',
    kind: 'always',
    violated(view) {
      const failed = processesIn(view).find(
        ({ thrown }) => thrown !== null && (!lossy || thrown.code !== null),
      )
      return failed ? { process: failed.id, error: failed.thrown!.message } : null
    },
  }
}

/** Those who must get the lock do, unless somebody else's call has failed, so that nobody knows what is left of it. */
function available(must: readonly string[]): SystemProperty {
  return {
    id: 'available',
    kind: 'always',
    violated(view) {
      const processes = processesIn(view)
      if (processes.some(({ thrown }) => thrown !== null)) return null
      const refused = processes.find((process) => process.refused !== null && must.includes(process.id))
      return refused ? { process: refused.id, wait: refused.refused! } : null
    },
  }
}

const ends: SystemProperty = {
  id: 'ends',
  kind: 'eventually',
  reached: (view) => processesIn(view).every(({ over }) => over),
}

/** The answer in the hands of the processes of a trial. */
export function system(
  { processes, time, drops = 0, crashes, punctual: timely }: Trial,
  { program }: ClientAnswer,
): System {
  const loaded = withWorker(worker, program)
  const links = { db: databaseLink('db'), notes: notes() }
  const must = Object.keys(processes).filter((id) => processes[id]!.must)
  return clientSystem({
    processes: Object.entries(processes).map(
      ([id, { runs, begins = 0, ttl = TTL, wait, works, more = [] }]) =>
        processNode(id, 'client', {
          program: loaded,
          entry: runs,
          parameters: [{ begins, ttl, wait, works }, ...more],
          links,
          readsClock: true,
        }),
    ),
    servers: { db: serverNode(database, { setup: TABLE }, { show: databaseView }) },
    observeProcess,
    drops,
    ...(crashes && { crashes }),
    time: { latencies: [1], readers: ['client'], ...time },
    properties: [
      exclusion,
      answers(drops > 0),
      reentrant,
      ...(timely === false ? [] : [punctual]),
      available(must),
      ends,
    ],
  })
}

/** A lock that is not given back stays taken for longer than anybody waits. */
const LONG = 30_000

/** So long a message takes where connections are slow, in milliseconds. */
const SLOW = 30

/** A client may stand still for a while, which is much less than its lease. */
const hesitant = (milliseconds: number): Partial<Time> => ({
  pauses: { roles: ['client'], milliseconds: [milliseconds], limit: 1 },
})

/** The clock of a client may be set back. */
const SET_BACK: Partial<Time> = { jumps: { roles: ['client'], milliseconds: [-2_000], limit: 1 } }

/** Trials of which every interleaving is looked at. */
export const explored: { readonly [id: string]: Trial } = {
  alone: {
    processes: { A: { runs: 'tooOften', ttl: LONG, wait: 0, works: 100, must: true } },
  },
  two: {
    processes: {
      A: { runs: 'once', ttl: LONG, wait: 2_000, works: 100, must: true },
      B: { runs: 'once', ttl: LONG, wait: 2_000, works: 100, must: true },
    },
  },
  nested: {
    processes: {
      A: { runs: 'nested', ttl: LONG, wait: 0, works: 200, must: true },
      B: { runs: 'once', begins: 300, wait: 2_000, works: 100, must: true },
    },
  },
  abandoned: {
    processes: {
      A: { runs: 'dies', wait: 0, works: 300, must: true },
      B: { runs: 'once', begins: 800, ttl: LONG, wait: 1_500, works: 100, must: true },
    },
  },
  stranger: {
    processes: {
      A: { runs: 'stranger', ttl: LONG, wait: 0, works: 300, must: true },
      B: { runs: 'once', begins: 100, wait: 3_000, works: 100, must: true },
    },
  },
  renewed: {
    processes: {
      A: { runs: 'renews', wait: 0, works: 600, more: [600, TTL], must: true },
      B: { runs: 'once', begins: 100, wait: 3_000, works: 100, must: true },
    },
  },
  shorter: {
    processes: {
      A: { runs: 'renews', ttl: 2_000, wait: 0, works: 1_000, more: [300, 300], must: true },
      B: { runs: 'once', begins: 100, wait: 3_000, works: 100, must: true },
    },
  },
  // Whoever counts its attempts instead of looking at a clock is late here.
  impatient: {
    processes: {
      A: { runs: 'once', ttl: LONG, wait: 0, works: 5_000, must: true },
      B: { runs: 'once', begins: 100, wait: 2_000, works: 100 },
      C: { runs: 'once', begins: 200, wait: 0, works: 100 },
    },
    time: { latencies: [SLOW] },
  },
  // Whoever reckons by the time of day is late here.
  'set-back': {
    processes: {
      A: { runs: 'once', ttl: LONG, wait: 0, works: 2_000, must: true },
      B: { runs: 'once', begins: 100, wait: 500, works: 100 },
    },
    time: SET_BACK,
  },
  lost: {
    processes: {
      A: { runs: 'once', ttl: LONG, wait: 300, works: 100 },
      B: { runs: 'once', begins: 2_000, wait: 1_000, works: 100, must: true },
    },
    drops: 1,
  },
  'lost-nested': {
    processes: {
      A: { runs: 'nested', ttl: LONG, wait: 300, works: 200 },
      B: { runs: 'once', begins: 100, wait: 2_000, works: 100, must: true },
    },
    drops: 1,
  },
  believing: {
    processes: {
      A: { runs: 'overdue', wait: 0, works: 300, more: [TTL, true], must: true },
      B: { runs: 'once', begins: 900, ttl: LONG, wait: 2_500, works: 1_000, must: true },
    },
    time: SET_BACK,
    punctual: false,
  },
  dead: {
    processes: {
      A: { runs: 'dies', wait: 0, works: 300, more: [2], must: true },
      B: { runs: 'once', begins: 980, ttl: LONG, wait: 2_000, works: 200, must: true },
      C: { runs: 'once', begins: 980, ttl: LONG, wait: 2_000, works: 200, must: true },
    },
    time: hesitant(150),
    punctual: false,
  },
  // Whether A is overdue depends on whether it is held up: it gives the lock back after some 950 ms, or later.
  overdue: {
    processes: {
      A: { runs: 'overdue', wait: 0, works: 300, more: [650, false], must: true },
      B: { runs: 'once', begins: 950, ttl: LONG, wait: 2_000, works: 400, must: true },
      C: { runs: 'once', begins: 1_100, ttl: LONG, wait: 2_000, works: 100, must: true },
    },
    time: hesitant(250),
    punctual: false,
  },
  returned: {
    processes: {
      A: { runs: 'returns', wait: 0, works: 300, more: [TTL, LONG], must: true },
      B: { runs: 'once', begins: 1_450, wait: 1_500, works: 100, must: true },
    },
  },
}

/** Messages take times that are drawn. */
const UNEVEN: Partial<Time> = { latencies: [1, 5, 10, 20] }

/** Trials with drawn times and faults. */
export const drawn: { readonly [id: string]: Trial } = {
  calm: {
    processes: {
      A: { runs: 'once', ttl: LONG, wait: 3_000, works: 100, more: [2], must: true },
      B: { runs: 'nested', ttl: LONG, begins: 20, wait: 3_000, works: 60, must: true },
      C: { runs: 'once', ttl: LONG, begins: 40, wait: 3_000, works: 100, must: true },
    },
    time: UNEVEN,
  },
  faults: {
    processes: {
      A: { runs: 'once', wait: 2_000, works: 100 },
      B: { runs: 'nested', begins: 20, wait: 2_000, works: 60 },
      C: { runs: 'once', begins: 40, wait: 2_000, works: 100 },
    },
    time: { ...UNEVEN, pauses: { roles: ['client'], milliseconds: [50, 150], limit: 2 } },
    drops: 2,
    crashes: { roles: ['client'], limit: 1, restart: 'later' },
    punctual: false,
  },
}

const exercise: ClientExercise = {
  id: 'lock-unique-index',
  kind: 'build',
  language: 'client',
  version: 1,
  file: 'lock.ts',
  configurations: [
    ...Object.entries(explored).map(([id, trial]): Configuration<ClientAnswer> => ({
      id,
      driver: 'explore',
      statesMax: 200_000,
      system: (answer) => system(trial, answer),
    })),
    ...Object.entries(drawn).map(([id, trial]): Configuration<ClientAnswer> => ({
      id,
      driver: 'simulate',
      runs: 50,
      stepsMax: 5_000,
      system: (answer) => system(trial, answer),
    })),
  ],
}

export default exercise
