/**
 * lock-redlock: the learner writes `acquire` and `release` of a lock on several independent instances of Redis. A lease is
 * judged by the clock of the process that has it: it is valid from when `acquire` has returned, for as long as that said.
 */
import type { Crashes, SystemProperty, Time, View, Violation } from '../../engine/actors/system.ts'
import { clientSystem } from '../../engine/clients/client-system.ts'
import { notes } from '../../engine/clients/notes.ts'
import { type ShownProcess, processNode } from '../../engine/clients/process-node.ts'
import { withWorker } from '../../engine/clients/worker.ts'
import type { ClientAnswer, ClientExercise, Configuration } from '../../engine/exercise.ts'
import { redisLink } from '../../engine/services/redis/link.ts'
import { type Command, type RedisState, redisServer } from '../../engine/services/redis/server.ts'
import { type RedisView, redisView } from '../../engine/services/redis/view.ts'
import { connectionsOf, serverNode } from '../../engine/services/server-node.ts'
import type { Server, ServerContext } from '../../engine/services/service.ts'
import type { Plan } from './worker.ts'
import worker from './worker.ts?program'

/**
 * What is the matter with an instance. `silent`: it takes requests and does nothing. `refuses`: it closes the connection on
 * which it is asked. `mute`: it carries out its first request, and the answer never arrives; `breaks`: it closes the connection
 * instead of giving that answer. `stale`: it has the key of a process that is no more.
 */
export type Kind = 'up' | 'silent' | 'mute' | 'refuses' | 'breaks' | 'stale'

interface InstanceState {
  readonly redis: RedisState
  /** How much time has passed, on the first instance. Its clock is exact. */
  at: number
  /** Is the answer to the next request lost? */
  loses: boolean
}

/** What properties see of an instance. */
type InstanceView = RedisView & { readonly at: number }

/** The value of the key that a process has left that is no more. */
const STALE = 'of a process that is gone'

/** An instance of Redis, with what is the matter with it. @param keepsTime does it count how much time has passed? */
function instance(kind: Kind, keepsTime: boolean): Server<InstanceState, null, Command> {
  return {
    init() {
      const redis = redisServer.init({ persistence: 'none' })
      if (kind === 'stale') redis.entries.push({ key: 'lock', value: STALE, left: 3_600_000 })
      return { redis, at: 0, loses: kind === 'mute' || kind === 'breaks' }
    },
    connect: ({ redis }, connection, hello, ctx) => redisServer.connect(redis, connection, hello, ctx),
    request(state, connection, request, command, ctx) {
      const { redis, loses } = state
      state.loses = false
      if (kind !== 'silent' && kind !== 'refuses')
        redisServer.request(redis, connection, request, command, loses ? withoutReplies(ctx) : ctx)
      if (kind === 'refuses' || (kind === 'breaks' && loses)) ctx.close(connection)
    },
    disconnect: ({ redis }, connection, ctx) => redisServer.disconnect(redis, connection, ctx),
    elapse(state, milliseconds, backMax) {
      redisServer.elapse(state.redis, milliseconds, backMax)
      if (keepsTime) state.at += milliseconds
    },
    deadlines: ({ redis }) => redisServer.deadlines(redis),
    due: ({ redis }, name, ctx) => redisServer.due(redis, name, ctx),
    restart: (state) => ({ ...state, redis: redisServer.restart(state.redis, { persistence: 'none' }) }),
  }
}

function withoutReplies(ctx: ServerContext): ServerContext {
  return { ...ctx, reply: () => undefined }
}

/** A lease in use, as its owner knows it. */
interface Inside {
  /** For how long, in words. */
  readonly lasts: string
  /** When it is over, on the clock of its owner; 0 where what it says is no time. */
  readonly until: number
}

/** What properties see of a process. */
interface Seen {
  /** By the name of the task, which is empty where there is one task. */
  readonly inside: { readonly [task: string]: Inside }
  /** It asks for a lease, or gives one back, or has just done so. */
  readonly busy: boolean
  /** When the calls began that have not come back, on its clock. */
  readonly calls: readonly number[]
  /** How many leases, with at least half of their time left, its tasks have had together. */
  readonly had: number
  readonly returned: boolean
}

function seenOf(process: ShownProcess | null): Seen {
  const inside: Record<string, Inside> = {}
  const calls: number[] = []
  let busy = false
  let had = 0
  const noted = (process?.links['notes'] ?? {}) as Record<string, unknown>
  for (const [name, value] of Object.entries(noted)) {
    if (name.startsWith('inside')) {
      const task = name.slice('inside'.length)
      inside[task] = { lasts: value as string, until: noted[`until${task}`] as number }
    }
    if (name.startsWith('busy')) busy = true
    if (name.startsWith('calls')) calls.push(value as number)
    if (name.startsWith('had')) had += value as number
  }
  const ended = process?.ended?.kind ?? null
  return { inside, busy, calls: ended === null ? calls : [], had, returned: ended === 'returned' }
}

/** A process and what it does. */
interface Client extends Partial<Plan> {
  readonly role?: 'client' | 'other'
  readonly entry?: 'main' | 'twoTasks'
}

/** What is around the answer. */
export interface Setup {
  readonly clients: { readonly [name: string]: Client }
  readonly kinds: readonly Kind[]
  readonly ttlMs?: number
  readonly time?: Partial<Time>
  readonly drops?: number
  readonly crashes?: Crashes
  readonly properties: readonly Property[]
  /** How many leases all clients have had together in the end. */
  readonly leases?: number
}

type Property = 'exclusion' | 'majority' | 'validity' | 'nothing-left' | 'available' | 'soon' | 'ends'

export function redlock({ program }: ClientAnswer, setup: Setup) {
  const { clients, kinds, ttlMs = 1_000, time = {} } = setup
  const names = Object.keys(clients)
  const instances = kinds.map((kind, index) => ({ id: `R${index + 1}`, kind }))
  const links = {
    ...Object.fromEntries(instances.map(({ id }) => [id, redisLink(id)])),
    notes: notes(),
  }
  const running = withWorker(worker, program)
  const all = propertiesOf(setup, ttlMs)
  const system = clientSystem({
    processes: names.map((name) => {
      const { role = 'client', entry = 'main', ...plan } = clients[name]!
      const parameters = [{ ...PLAN, instances: kinds.length, ttlMs, ...plan }]
      return processNode(name, role, { program: running, entry, links, parameters, readsClock: true })
    }),
    servers: Object.fromEntries(
      instances.map(({ id, kind }, index) => [
        id,
        serverNode(instance(kind, index === 0), null, {
          opened: connectionsOf(names),
          show: ({ redis, at }: InstanceState): InstanceView => ({ ...redisView(redis), at }),
        }),
      ]),
    ),
    drops: setup.drops ?? 0,
    observeProcess: seenOf,
    observeServer: (shown) => shown,
    crashes: setup.crashes ?? null,
    time: { latencies: [1], ...time, readers: ['client', 'other'] },
    properties: setup.properties.map((id) => ({ ...all[id], id })),
  })
  return { ...system, roles: { ...system.roles, other: system.roles['client']! } }
}

const PLAN = { beginsAt: 0, attempts: 1, waits: 1, works: 100, rounds: 1 }

type Body = SystemProperty extends infer P ? (P extends unknown ? Omit<P, 'id'> : never) : never

function propertiesOf({ time, leases = 1 }: Setup, ttlMs: number): Record<Property, Body> {
  const holders = (view: View) => holdersOf(view, time?.drift ?? {})
  return {
    exclusion: {
      kind: 'always',
      violated(view) {
        const [one, other] = holders(view)
        return one && other ? { one: one.name, other: other.name } : null
      },
    },
    majority: {
      kind: 'always',
      violated(view) {
        const [holder] = holders(view)
        if (!holder) return null
        const instances = instancesOf(view)
        const keys = instances.filter(hasKey).length
        return keys * 2 > instances.length ? null : { client: holder.name, keys, instances: instances.length }
      },
    },
    validity: {
      kind: 'always',
      violated(view): Violation | null {
        for (const { client, inside } of insidesOf(view))
          if (inside.until === 0) return { client, given: inside.lasts, ttlMs }
        return null
      },
    },
    'nothing-left': {
      kind: 'always',
      violated(view) {
        if (clientsOf(view).some(({ seen }) => seen.busy)) return null
        const left = instancesOf(view).find(hasKey)
        return left ? { instance: left.id } : null
      },
    },
    available: {
      kind: 'eventually',
      reached: (view) => clientsOf(view).reduce((sum, { seen }) => sum + seen.had, 0) >= leases,
    },
    soon: {
      kind: 'always',
      violated(view) {
        const { at } = instancesOf(view)[0]!.seen
        const late = clientsOf(view).find(({ seen }) => seen.calls.some((began) => at - began > SOON_MS))
        return late ? { client: late.id, soonMs: SOON_MS } : null
      },
    },
    ends: { kind: 'eventually', reached: (view) => clientsOf(view).every(({ seen }) => seen.returned) },
  }
}

function clientsOf(view: View): { readonly id: string; readonly seen: Seen }[] {
  return view.filter(({ role }) => role !== 'server') as never
}

function instancesOf(view: View): { readonly id: string; readonly seen: InstanceView }[] {
  return view.filter(({ role }) => role === 'server') as never
}

function hasKey({ seen }: { readonly seen: InstanceView }): boolean {
  return seen.keys.some(({ value }) => value !== STALE)
}

/** Everybody who works, with the lease; several tasks of one process each. */
function insidesOf(view: View) {
  return clientsOf(view).flatMap(({ id, seen }) =>
    Object.entries(seen.inside).map(([task, inside]) => ({
      id,
      client: task === '' ? id : `${id} (${task})`,
      inside,
    })),
  )
}

/** Those of them whose lease is still valid, by their own clock. A process that is held up has a clock all the same. */
function holdersOf(view: View, drift: Readonly<Record<string, number>>): { readonly name: string }[] {
  const { at } = instancesOf(view)[0]!.seen
  return insidesOf(view)
    .filter(({ id, inside }) => at * (1_000 + (drift[id] ?? 0)) < inside.until * 1_000)
    .map(({ client }) => ({ name: client }))
}

const SAFE = ['exclusion', 'majority', 'validity'] as const

/** Work that takes longer than any lease, in milliseconds: it ends when the lease does. */
const LONG = 60_000

/** A call comes back within so many milliseconds. */
const SOON_MS = 1_000

/** What can be asked of a run in which nobody crashes and no message is lost. */
const CLEAN = [...SAFE, 'nothing-left', 'soon', 'ends'] as const
const ALL = [...CLEAN, 'available'] as const

/** Explored in full. */
function explored(id: string, statesMax: number, setup: Setup): Configuration<ClientAnswer> {
  return { id, driver: 'explore', statesMax, system: (answer) => redlock(answer, setup) }
}

const configurations: Configuration<ClientAnswer>[] = [
  explored('alone', 2_000, {
    clients: { A: { attempts: 2, rounds: 2 } },
    kinds: ['up', 'up', 'up'],
    properties: ALL,
    leases: 2,
  }),
  explored('two', 20_000, { clients: { A: {}, B: {} }, kinds: ['up', 'up', 'up'], properties: ALL }),
  explored('silent', 10_000, {
    clients: { A: {}, B: {} },
    kinds: ['silent', 'up', 'up'],
    properties: CLEAN,
  }),
  explored('down', 5_000, {
    clients: { A: {} },
    kinds: ['silent', 'refuses', 'up', 'up', 'up'],
    properties: ALL,
  }),
  explored('half', 5_000, {
    clients: { A: {} },
    kinds: ['silent', 'refuses', 'up', 'up'],
    properties: CLEAN,
  }),
  explored('unheard', 5_000, {
    clients: { A: { attempts: 2 } },
    kinds: ['mute', 'breaks', 'up'],
    properties: CLEAN,
  }),
  explored('stale', 2_000, { clients: { A: {} }, kinds: ['stale', 'up', 'up'], properties: ALL }),
  explored('slow', 10_000, {
    clients: { A: { works: LONG } },
    kinds: ['up', 'up', 'silent'],
    time: { latencies: [1, 20] },
    properties: ALL,
  }),
  explored('drift', 2_000, {
    clients: { A: { works: LONG } },
    kinds: ['up', 'up', 'up'],
    ttlMs: 10_000,
    time: { drift: { A: -5, R2: 5, R3: 5 } },
    properties: [...SAFE, 'available', 'ends'],
  }),
  // So late that the keys of R2 and R3 are gone while the one of R1 is still there, for longer than a worker takes to settle.
  explored('late', 5_000, {
    clients: { A: {} },
    kinds: ['up', 'up', 'up'],
    ttlMs: 100_000,
    time: {
      drift: { A: -5, R2: 5, R3: 5 },
      pauses: { roles: ['client'], milliseconds: [99_510], limit: 1 },
    },
    properties: [...SAFE, 'nothing-left', 'ends'],
  }),
  explored('crash', 60_000, {
    clients: { A: {}, B: { role: 'other', beginsAt: 20, attempts: 5, waits: 100 } },
    kinds: ['up', 'up', 'up'],
    crashes: { roles: ['client'], limit: 1, restart: 'never' },
    properties: [...SAFE, 'available'],
  }),
  explored('tasks', 5_000, {
    clients: { A: { entry: 'twoTasks' } },
    kinds: ['up', 'up', 'up'],
    properties: CLEAN,
  }),
  explored('paused', 60_000, {
    clients: { A: { works: LONG }, B: { role: 'other', beginsAt: 1_500, works: LONG } },
    kinds: ['up', 'up', 'up'],
    time: { pauses: { roles: ['client'], milliseconds: [1_100], limit: 1 } },
    properties: [...SAFE, 'ends'],
  }),
  {
    id: 'random',
    driver: 'simulate',
    runs: 16,
    stepsMax: 600,
    system: (answer) =>
      redlock(answer, {
        clients: {
          A: { attempts: 4, waits: 31, works: LONG, rounds: 4 },
          B: { attempts: 4, waits: 47, works: 60, rounds: 4 },
          C: { attempts: 4, waits: 77, works: LONG, rounds: 4 },
        },
        kinds: ['up', 'up', 'up', 'up', 'up'],
        ttlMs: 400,
        time: {
          latencies: [1],
          spread: { kind: 'uniform', from: 1, to: 40 },
          pauses: { roles: ['client', 'server'], milliseconds: [150, 500], limit: 3 },
        },
        drops: 2,
        properties: SAFE,
      }),
  },
]

const exercise: ClientExercise = {
  id: 'lock-redlock',
  kind: 'build',
  language: 'client',
  version: 1,
  file: 'lock.ts',
  configurations,
}

export default exercise
