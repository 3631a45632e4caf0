/**
 * lock-redis: the learner writes a lock on one key of Redis; the workers that use it are the course's. Of the lock nothing is
 * looked at but whether the key is there and how long it has left: what stands in it is the learner's business.
 *
 * A lease is valid until its deadline by the server's clock. So two may be inside where one of them was held up for longer;
 * what is asked is what right code can give: no two inside while nobody is held up so long, and no hand on another's key.
 */
import type {
  ClockFaults,
  Crashes,
  System,
  SystemNode,
  SystemProperty,
  Time,
  View,
} from '../../engine/actors/system.ts'
import { clientSystem, noteOf } from '../../engine/clients/client-system.ts'
import { notes } from '../../engine/clients/notes.ts'
import { type ShownProcess, processNode } from '../../engine/clients/process-node.ts'
import type { Program } from '../../engine/clients/program.ts'
import { withWorker } from '../../engine/clients/worker.ts'
import type { ClientAnswer, ClientExercise, Configuration } from '../../engine/exercise.ts'
import { redisLink } from '../../engine/services/redis/link.ts'
import { redisServer } from '../../engine/services/redis/server.ts'
import { type RedisView, redisView } from '../../engine/services/redis/view.ts'
import { connectionsOf, serverNode } from '../../engine/services/server-node.ts'
import worker from './worker.ts?program'

const KEY = 'lock'

/** How long the lock lasts when it is taken, if nothing else is said. */
const TTL_MS = 1000

/** A worker that is held up stands still for so long: longer than the lease, and than it takes another to come in. */
const PAUSE_MS = 1400

/** So long a worker waits that is to get the lock: several leases. */
const PATIENT_MS = 5000

/** A worker: which function of `worker.ts` it runs, how long it waits for the lock, works, and wants the lock extended. */
interface Worker {
  readonly id: string
  /** `slow`: it may be held up. */
  readonly role?: 'client' | 'slow'
  readonly entry?: 'main' | 'extending' | 'overdue' | 'tasks'
  /** How often it takes the lock, and when it does so first. */
  readonly turns?: number
  readonly startMs?: number
  readonly ttlMs?: number
  readonly waitMs?: number
  readonly workMs?: number
  readonly extendMs?: number
}

interface Setting {
  readonly crashes?: Crashes
  readonly drops?: number
  readonly time?: Partial<Time>
  readonly properties: readonly SystemProperty[]
}

/** What properties see of a worker. */
interface SeenWorker {
  readonly up: boolean
  readonly inside: boolean
  /** It waits although its time is over. */
  readonly late: boolean
  readonly gaveUp: boolean
  /** It gave up while there was time left. */
  readonly early: boolean
  /** For how long it extended the lock; null: it did not. */
  readonly extendedMs: number | null
  /** An answer that is not the truth. */
  readonly told: { readonly call: string; readonly answer: string } | null
  readonly ended: 'returned' | 'thrown' | null
}

/** What properties see of the key: how long it has left, in milliseconds (null: for ever). */
type SeenKey = { readonly left: number | null } | null

/** What is not said of a worker. */
const USUAL = { turns: 1, startMs: 0, ttlMs: TTL_MS, waitMs: PATIENT_MS, workMs: 100, extendMs: TTL_MS }

function worked(program: Program, given: Worker): SystemNode {
  const { id, role = 'client', entry = 'main', ...plan } = given
  return processNode(id, role, {
    program: withWorker(worker, program),
    entry,
    parameters: [{ ...USUAL, ...plan }],
    links: { redis: redisLink('redis'), notes: notes() },
    readsClock: true,
  })
}

function seenWorker(process: ShownProcess | null): SeenWorker {
  return {
    up: process !== null,
    inside: noteOf(process, 'inside') === true,
    late: noteOf(process, 'late') === true,
    gaveUp: noteOf(process, 'gaveUp') === true,
    early: noteOf(process, 'early') === true,
    extendedMs: (noteOf(process, 'extendedMs') ?? null) as number | null,
    told: (noteOf(process, 'told') ?? null) as SeenWorker['told'],
    ended: process?.ended?.kind ?? null,
  }
}

function seenKey(view: RedisView): SeenKey {
  const entry = view.keys.find(({ key }) => key === KEY)
  return entry ? { left: entry.left } : null
}

/** Workers around one Redis. Every message takes a millisecond, if nothing else is said. */
export function system(program: Program, workers: readonly Worker[], setting: Setting): System {
  const { crashes, drops = 0, time, properties } = setting
  const opened = connectionsOf(workers.map(({ id }) => id))
  const built = clientSystem({
    processes: workers.map((given) => worked(program, given)),
    servers: { redis: serverNode(redisServer, { persistence: 'none' }, { opened, show: redisView }) },
    drops,
    ...(crashes && { crashes }),
    time: { latencies: [1], readers: ['client', 'slow'], ...time },
    observeProcess: seenWorker,
    observeServer: (shown) => seenKey(shown as RedisView),
    properties,
  })
  return { ...built, roles: { ...built.roles, slow: built.roles.client! } }
}

type Seen = SeenWorker & { readonly id: string }

/** The workers that are never held up. */
function clientsIn(view: View): Seen[] {
  return view.flatMap(({ id, role, seen }) => (role === 'client' ? [{ id, ...(seen as SeenWorker) }] : []))
}

function workersIn(view: View): Seen[] {
  return view.flatMap(({ id, role, seen }) => (role === 'server' ? [] : [{ id, ...(seen as SeenWorker) }]))
}

function keyIn(view: View): SeenKey {
  return view.find(({ role }) => role === 'server')!.seen as SeenKey
}

/** No two that are within their leases work at once. */
const exclusion: SystemProperty = {
  id: 'exclusion',
  kind: 'always',
  violated(view) {
    const [first, second] = clientsIn(view).filter(({ inside }) => inside)
    return first && second ? { first: first.id, second: second.id } : null
  },
}

/** Whoever works within her lease has the key. */
const kept: SystemProperty = {
  id: 'kept',
  kind: 'always',
  violated(view) {
    const holder = clientsIn(view).find(({ inside }) => inside)
    return holder && keyIn(view) === null ? { holder: holder.id } : null
  },
}

/** The deadline of a lock is its holder's business: it took the lock for so long, or extended it so far. */
const boundedBy = (ttlMs: number): SystemProperty => ({
  id: 'bounded',
  kind: 'always',
  violated(view) {
    const holder = clientsIn(view).find(({ inside }) => inside)
    return holder && (keyIn(view)?.left ?? 0) > (holder.extendedMs ?? ttlMs) ? { holder: holder.id } : null
  },
})
const bounded = boundedBy(TTL_MS)

const truth: SystemProperty = {
  id: 'truth',
  kind: 'always',
  violated(view) {
    const misled = clientsIn(view).find(({ told }) => told !== null)
    return misled ? { worker: misled.id, ...misled.told! } : null
  },
}

const timely: SystemProperty = {
  id: 'timely',
  kind: 'always',
  violated(view) {
    const waiting = clientsIn(view).find(({ late }) => late)
    return waiting ? { worker: waiting.id } : null
  },
}

/** Nobody is told that the lock is taken who has time left to wait for it. */
const patient: SystemProperty = {
  id: 'patient',
  kind: 'always',
  violated(view) {
    const sent = clientsIn(view).find(({ early }) => early)
    return sent ? { worker: sent.id } : null
  },
}

/** Nothing is left of the lock once all have given it back. */
const free: SystemProperty = {
  id: 'free',
  kind: 'always',
  violated: (view) =>
    workersIn(view).every(({ ended }) => ended === 'returned') && keyIn(view) !== null ? {} : null,
}

/** All that have not crashed get the lock and come to their end. */
const served: SystemProperty = {
  id: 'served',
  kind: 'eventually',
  reached: (view) =>
    workersIn(view).every(({ up, ended, gaveUp }) => !up || (ended === 'returned' && !gaveUp)),
}

/** The same, where a connection may be lost: then an error may come of it. */
const servedOrTold: SystemProperty = {
  ...served,
  reached: (view) =>
    workersIn(view).every(
      ({ up, ended, gaveUp }) => !up || ended === 'thrown' || (ended === 'returned' && !gaveUp),
    ),
}

/** One of them gets the lock, and all come to their end. */
const oneServed: SystemProperty = {
  ...served,
  reached: (view) =>
    workersIn(view).every(({ ended }) => ended === 'returned') &&
    workersIn(view).some(({ gaveUp }) => !gaveUp),
}

const ONE_CRASH: Crashes = { roles: ['client'], limit: 1, restart: 'never' }
const ONE_PAUSE: ClockFaults = { roles: ['slow'], milliseconds: [PAUSE_MS], limit: 1 }

const UNTOUCHED = [exclusion, kept, bounded] as const
const CALM = [exclusion, kept, bounded, truth, timely, free] as const

function explored(
  id: string,
  workers: readonly Worker[],
  setting: Setting,
  statesMax = 150_000,
): Configuration<ClientAnswer> {
  return { id, driver: 'explore', statesMax, system: ({ program }) => system(program, workers, setting) }
}

const exercise: ClientExercise = {
  id: 'lock-redis',
  kind: 'build',
  language: 'client',
  version: 1,
  file: 'lock.ts',
  configurations: [
    // Not a number of seconds.
    explored('alone', [{ id: 'A', waitMs: 0, turns: 2, ttlMs: 1500 }], {
      properties: [exclusion, kept, boundedBy(1500), truth, timely, free, served, patient],
    }),
    explored('two', [{ id: 'A' }, { id: 'B' }], { properties: [...CALM, served, patient] }),
    explored(
      'impatient',
      [
        { id: 'A', waitMs: 500, workMs: 800 },
        { id: 'B', waitMs: 500, workMs: 800 },
      ],
      // Slow, so that it shows who counts tries instead of time.
      { time: { latencies: [25] }, properties: [...CALM, oneServed, patient] },
    ),
    explored(
      'last-moment',
      [
        { id: 'A', waitMs: 525, workMs: 360 },
        { id: 'B', waitMs: 525, workMs: 360 },
      ],
      // The lock gets free a little before the time is over, and a last try may be under way then.
      { time: { latencies: [40] }, properties: [...CALM, oneServed, patient] },
    ),
    explored('crash', [{ id: 'A' }, { id: 'B', startMs: 1200, waitMs: 300 }], {
      crashes: ONE_CRASH,
      properties: [...UNTOUCHED, truth, timely, served, patient],
    }),
    explored('crash-awaited', [{ id: 'A' }, { id: 'B', waitMs: 2500 }], {
      crashes: ONE_CRASH,
      properties: [...UNTOUCHED, truth, timely, served, patient],
    }),
    explored(
      'overdue',
      [
        { id: 'A', entry: 'overdue' },
        { id: 'B', workMs: 600 },
      ],
      { properties: [...CALM, served, patient] },
    ),
    explored('tasks', [{ id: 'A', entry: 'tasks', workMs: 600 }], { properties: [...CALM, served, patient] }),
    // Slow, so that B asks in between if A lets go of the lock to extend it.
    explored('extend', [{ id: 'A', entry: 'extending', workMs: 730 }, { id: 'B' }], {
      time: { latencies: [25] },
      properties: [...CALM, served, patient],
    }),
    explored('shorten', [{ id: 'A', entry: 'extending', extendMs: 400 }], {
      properties: [...CALM, served, patient],
    }),
    explored(
      'extend-and-crash',
      [
        { id: 'A', entry: 'extending', workMs: 700 },
        { id: 'B', startMs: 2000, waitMs: 300 },
      ],
      { crashes: ONE_CRASH, properties: [...UNTOUCHED, truth, timely, served, patient] },
    ),
    explored(
      'paused',
      [
        { id: 'A', role: 'slow', workMs: 20 },
        { id: 'B', startMs: 900, workMs: 600 },
      ],
      { time: { pauses: ONE_PAUSE }, properties: [...UNTOUCHED, truth, timely, served, patient] },
    ),
    explored(
      'paused-extending',
      [
        { id: 'A', role: 'slow', entry: 'extending', workMs: 20, extendMs: 2 * TTL_MS },
        { id: 'B', startMs: 900, workMs: 600 },
      ],
      { time: { pauses: ONE_PAUSE }, properties: [...UNTOUCHED, truth, timely, served, patient] },
    ),
    explored('lost', [{ id: 'A', entry: 'extending', workMs: 550 }, { id: 'B' }], {
      drops: 1,
      properties: [...UNTOUCHED, truth, timely, free, servedOrTold, patient],
    }),
    {
      id: 'random',
      driver: 'simulate',
      runs: 50,
      stepsMax: 2_000,
      system: ({ program }) =>
        system(
          program,
          [
            { id: 'A', role: 'slow', entry: 'extending', extendMs: 2 * TTL_MS },
            { id: 'B', workMs: 300, turns: 2 },
            { id: 'C', workMs: 300, turns: 2 },
          ],
          {
            drops: 1,
            crashes: { ...ONE_CRASH, roles: ['client', 'slow'] },
            time: {
              latencies: [1],
              spread: { kind: 'uniform', from: 1, to: 30 },
              pauses: { ...ONE_PAUSE, limit: 2 },
            },
            properties: [...UNTOUCHED, truth, servedOrTold, patient],
          },
        ),
    },
  ],
}

export default exercise
