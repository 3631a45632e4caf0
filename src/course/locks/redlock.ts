/** The page on RedLock: what it survives, how long it may be used, and what it leans on. */
import type { System, SystemNode, SystemProperty, Time, View } from '../../../engine/actors/system.ts'
import { noteOf } from '../../../engine/clients/client-system.ts'
import type { ShownProcess } from '../../../engine/clients/process-node.ts'
import { program } from '../../../engine/clients/program.ts'
import { type Command, type RedisState, redisServer } from '../../../engine/services/redis/server.ts'
import { type RedisView, redisView } from '../../../engine/services/redis/view.ts'
import { connectionsOf, serverNode } from '../../../engine/services/server-node.ts'
import type { Server } from '../../../engine/services/service.ts'
import { redlock } from '../../../exercises/lock-redlock/exercise.ts'
import unchecked from '../../../exercises/lock-redlock/mutants/does-not-look-at-the-time.ts?program'
import fullTime from '../../../exercises/lock-redlock/mutants/holds-for-the-full-time.ts?program'
import whereGranted from '../../../exercises/lock-redlock/mutants/releases-where-granted.ts?program'
import solution from '../../../exercises/lock-redlock/solution.ts?program'
import type { Check, Explored } from '../check.ts'
import { type InstancesSetup, instancesOf, withInstances } from './instances.ts'
import worker from './processes/redlock-once.process.ts?program'
import type { ProgramFile } from './systems.ts'

/** What is seen of a client. */
interface SeenClient {
  readonly up: boolean
  readonly usable: boolean
  readonly had: boolean
  readonly ended: boolean
}

const clientsOf = (view: View): (SeenClient & { readonly id: string })[] =>
  view.filter(({ role }) => role !== 'server').map(({ id, seen }) => ({ id, ...(seen as SeenClient) }))

const exclusion: SystemProperty = {
  id: 'two-inside',
  kind: 'always',
  violated(view) {
    const [one, other] = clientsOf(view).filter(({ usable }) => usable)
    return one && other ? { one: one.id, other: other.id } : null
  },
}

/** Everybody who is alive has had the lock. */
const had: SystemProperty = {
  id: 'living-had',
  kind: 'eventually',
  reached: (view) => clientsOf(view).every(({ up, had }) => !up || had),
}

const LATENCY_MS = 5

export interface Round {
  readonly instances?: number
  readonly clients?: readonly string[]
  /** When the second client begins. */
  readonly secondAt?: number
  readonly workMs?: number
  readonly attempts?: number
  readonly time?: Partial<Time>
  readonly answer?: ProgramFile
  /** The instances; left out: those of Redis, with nothing on their disks. */
  readonly server?: Server<never, never, Command>
  readonly more?: Partial<InstancesSetup>
}

/** Clients with a lock on several instances, of which the second comes a little later. */
export function rounds({
  instances = 3,
  clients = ['A', 'B'],
  secondAt = 100,
  workMs = 500,
  attempts = 4,
  time = {},
  answer = solution,
  server,
  more = {},
}: Round = {}): System {
  const servers = instancesOf(instances)
  const each = clients.map((id, index) =>
    withInstances(
      [id],
      servers,
      { worker, answer },
      {
        readsClock: true,
        parameters: [{ instances, beginsAt: index * secondAt, workMs, attempts }],
        observeProcess: (process: ShownProcess | null): SeenClient => ({
          up: process !== null,
          usable: noteOf(process, 'usable') !== undefined,
          had: noteOf(process, 'had') === true,
          ended: process?.ended?.kind === 'returned',
        }),
        observeServer: (shown) => shown,
        properties: [exclusion, had],
        ...more,
        time: { latencies: [LATENCY_MS], readers: ['client'], ...time },
      },
    ),
  )
  const [first] = each as [System]
  const crashes = first.crashes?.roles.includes('server') ?? false
  const instanceNodes = servers.map((id): SystemNode => ({
    id,
    role: 'server',
    definition: serverNode(server ?? (redisServer as never), OPTIONS[more.persistence ?? 'none'] as never, {
      opened: connectionsOf(clients),
      show: (server ? delayedView : redisView) as never,
      crashes,
    }),
  }))
  return { ...first, nodes: [...each.flatMap(({ nodes }) => nodes.slice(0, 1)), ...instanceNodes] }
}

const OPTIONS = { none: { persistence: 'none' }, 'every-write': { persistence: 'every-write' } } as const

/** The state of an instance that stays away after a crash, for so many milliseconds from now on. */
interface Delayed {
  readonly redis: RedisState
  away: number
}

/** Longer than any key lives. */
const AWAY_MS = 1100
const BACK = 'back'

/** An instance that, after a crash, comes back empty and serves nobody for longer than any key lives. */
export const delayed: Server<Delayed, { readonly persistence: 'none' }, Command> = {
  init: (options) => ({ redis: redisServer.init(options), away: 0 }),
  connect({ redis, away }, connection, hello, ctx) {
    if (away > 0) ctx.close(connection)
    else redisServer.connect(redis, connection, hello, ctx)
  },
  request({ redis, away }, connection, request, command, ctx) {
    if (away > 0) ctx.close(connection)
    else redisServer.request(redis, connection, request, command, ctx)
  },
  disconnect: ({ redis }, connection, ctx) => redisServer.disconnect(redis, connection, ctx),
  elapse(state, milliseconds, backMax) {
    redisServer.elapse(state.redis, milliseconds, backMax)
    state.away = Math.max(0, state.away - milliseconds)
  },
  deadlines({ redis, away }) {
    const own = away > 0 ? [{ name: BACK, left: away }] : []
    return [...own, ...redisServer.deadlines(redis)].sort((one, other) => one.left - other.left)
  },
  due(state, name, ctx) {
    if (name === BACK) state.away = 0
    else redisServer.due(state.redis, name, ctx)
  },
  restart: ({ redis }, options) => ({ redis: redisServer.restart(redis, options), away: AWAY_MS }),
}

function delayedView({ redis }: Delayed): RedisView {
  return redisView(redis)
}

export const faults = {
  pause: {
    time: { pauses: { roles: ['client'], milliseconds: [1100], limit: 1 } },
    secondAt: 1050,
    workMs: 300,
    attempts: 1,
  },
  // A message is lost as well, which RedLock is made for: A has two of three.
  jump: { more: { drops: 1 }, time: { jumps: { roles: ['server'], milliseconds: [1000], limit: 1 } } },
  restart: { attempts: 1, more: { drops: 1, crashes: { roles: ['server'], limit: 1, restart: 'at once' } } },
} as const satisfies Readonly<Record<string, Round>>

const explored = (
  id: string,
  expect: Explored['expect'],
  property: string,
  system: Explored['system'],
  words: string | null = null,
): Explored => ({ id, expect, property, system, words, statesMax: 400_000 })

/** A property of the exercise, under one of its settings. */
const graded = (
  id: string,
  expect: Explored['expect'],
  property: Parameters<typeof redlock>[1]['properties'][number],
  answer: ProgramFile,
  setup: Omit<Parameters<typeof redlock>[1], 'properties'>,
): Explored =>
  explored(
    id,
    expect,
    property,
    () => redlock({ program: program(answer.code) }, { ...setup, properties: [property] }),
    'lock-redlock',
  )

const FIVE = ['up', 'up', 'up', 'up', 'up'] as const
const HELD_UP: Omit<Parameters<typeof redlock>[1], 'properties'> = {
  clients: { A: { works: 60_000 }, B: { role: 'other', beginsAt: 1_500, works: 60_000 } },
  kinds: ['up', 'up', 'up'],
  time: { pauses: { roles: ['client'], milliseconds: [1_100], limit: 1 } },
}
export const UNHEARD: Omit<Parameters<typeof redlock>[1], 'properties'> = {
  clients: { A: { attempts: 2 } },
  kinds: ['mute', 'breaks', 'up'],
}
const SLOW: Omit<Parameters<typeof redlock>[1], 'properties'> = {
  clients: { A: { works: 60_000 } },
  kinds: ['up', 'up', 'silent'],
  time: { latencies: [1, 20] },
}

export const checks: readonly Check[] = [
  graded('C9/minority', 'holds', 'available', solution, {
    clients: { A: {} },
    kinds: FIVE,
    crashes: { roles: ['server'], limit: 2, restart: 'never' },
  }),
  graded('C9/majority', 'fails', 'available', solution, {
    clients: { A: {} },
    kinds: ['silent', 'refuses', 'silent', 'up', 'up'],
  }),
  graded('C10/late', 'holds', 'exclusion', solution, HELD_UP),
  graded('C10/unchecked', 'fails', 'validity', unchecked, HELD_UP),
  graded('C11/everywhere', 'holds', 'nothing-left', solution, UNHEARD),
  graded('C11/where-granted', 'fails', 'nothing-left', whereGranted, UNHEARD),
  graded('E6/full-time', 'fails', 'majority', fullTime, SLOW),
  graded('E6/valid', 'holds', 'majority', solution, SLOW),
  explored('E7/quiet', 'holds', 'two-inside', () => rounds()),
  explored('E7/pause', 'fails', 'two-inside', () => rounds(faults.pause)),
  explored('E7/jump', 'fails', 'two-inside', () => rounds(faults.jump)),
  explored('E7/jump-slow', 'holds', 'two-inside', () =>
    rounds({ time: { drift: { A: -5, B: 5, r1: 5, r2: -5, r3: 5 } } }),
  ),
  explored('E7/restart', 'fails', 'two-inside', () => rounds(faults.restart)),
  explored('E7/restart-disk', 'holds', 'two-inside', () =>
    rounds({ ...faults.restart, more: { ...faults.restart.more, persistence: 'every-write' } }),
  ),
  explored('E7/restart-delayed', 'holds', 'two-inside', () =>
    rounds({ ...faults.restart, server: delayed as never }),
  ),
]
