/** The page on RedLock: what it survives, how long it may be used, and what it leans on. */
import type { System, SystemNode, SystemProperty, Time, View } from '../../../engine/actors/system.ts'
import { noteOf } from '../../../engine/clients/client-system.ts'
import type { ShownProcess } from '../../../engine/clients/process-node.ts'
import { program } from '../../../engine/clients/program.ts'
import type { Link } from '../../../engine/clients/link.ts'
import { databaseLink } from '../../../engine/services/database/link.ts'
import { database } from '../../../engine/services/database/server.ts'
import { type DatabaseView, databaseView } from '../../../engine/services/database/view.ts'
import { redisLink } from '../../../engine/services/redis/link.ts'
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
import { clientsIn, explored } from './declared.ts'
import { type InstancesSetup, instancesOf, withInstances } from './instances.ts'
import worker from './processes/redlock-once.process.ts?program'
import writer from './processes/redlock-writes.process.ts?program'
import { delayed, everySecond, monotonic } from './restarts.ts'
import { type ProgramFile, processesOf } from './systems.ts'

/** What is seen of a client. */
interface SeenClient {
  readonly up: boolean
  readonly usable: boolean
  readonly had: boolean
  readonly ended: boolean
}

const clientsOf = (view: View) => clientsIn<SeenClient>(view)

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
      show: redisIn as never,
      crashes,
    }),
  }))
  return { ...first, nodes: [...each.flatMap(({ nodes }) => nodes.slice(0, 1)), ...instanceNodes] }
}

/** What is shown of an instance, whatever there is around its Redis. */
function redisIn(state: RedisState | { readonly redis: RedisState }): RedisView {
  return redisView('redis' in state ? state.redis : state)
}

const OPTIONS = { none: { persistence: 'none' }, 'every-write': { persistence: 'every-write' } } as const

/** Longer than any key lives, and not as long. */
const AWAY_MS = 1100
const AWAY_TOO_SHORT_MS = 300

/** In what other ways an instance may come back from a crash. */
export const returns = {
  away: delayed(AWAY_MS) as never,
  early: delayed(AWAY_TOO_SHORT_MS) as never,
  'every-second': everySecond as never,
} as const

const SETUP = `
  create table counter (number integer not null, token text);
  insert into counter values (0, null);
`

/**
 * Two that add one to a number in a table, each under the lock. Either may be held up.
 * @param entry what they do against late writes
 */
export function writing(entry: 'looks' | 'compares'): System {
  const { pause } = faults
  const base = rounds({ time: pause.time })
  const ids = ['A', 'B']
  const processes = ids.flatMap((id, index) =>
    processesOf([id], writer, {
      links: {
        ...Object.fromEntries(instancesOf(3).map((server) => [server, redisLink(server)])),
        db: databaseLink('db') as Link,
      },
      entry,
      readsClock: true,
      parameters: [{ beginsAt: index * pause.secondAt, workMs: pause.workMs }],
    }),
  )
  const table: SystemNode = {
    id: 'db',
    role: 'table',
    definition: serverNode(database, { setup: SETUP }, { show: databaseView }),
  }
  const { client, server } = base.roles
  return {
    ...base,
    nodes: [...processes, ...base.nodes.filter(({ role }) => role === 'server'), table],
    roles: {
      client: {
        ...client!,
        observe: ({ state }) => ({ written: noteOf(state as ShownProcess | null, 'written') ?? null }),
      },
      server: server!,
      table: { ...server!, observe: ({ state }) => numberIn(state as unknown as DatabaseView) },
    },
    properties: [lost],
  }
}

const numberIn = ({ tables }: DatabaseView): number =>
  Number(tables[0]!.rows.find(({ standing }) => standing === 'committed')!.values[0])

/** Those who have written, or were refused. */
const writtenIn = (view: View): (boolean | null)[] =>
  view
    .filter(({ role }) => role === 'client')
    .map(({ seen }) => (seen as { written: boolean | null }).written)

/** More have written than the number says. */
const lost: SystemProperty = {
  id: 'lost-addition',
  kind: 'always',
  violated(view) {
    const due = writtenIn(view).filter((written) => written === true).length
    const count = view.find(({ role }) => role === 'table')!.seen as number
    return count < due ? { count, due } : null
  },
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
  // The second comes when an instance that has crashed may be back, and the first is still at work.
  restart: {
    attempts: 1,
    secondAt: 350,
    more: { drops: 1, crashes: { roles: ['server'], limit: 1, restart: 'at once' } },
  },
} as const satisfies Readonly<Record<string, Round>>

/** The same jump, and A works for a tenth of the time that its keys live. */
const tenth: Round = { ...faults.jump, secondAt: 50, workMs: 100 }

/** A pause with so many instances. */
export const held = (instances: number): System => rounds({ ...faults.pause, instances })
/** A jump, by what is done against it. */
export const jumped = {
  jump: () => rounds(faults.jump),
  tenth: () => rounds(tenth),
  monotonic: () => rounds({ ...faults.jump, server: monotonic as never }),
} as const
/** A restart, by what the instance does then. */
export const restarted = {
  empty: () => rounds(faults.restart),
  early: () => rounds({ ...faults.restart, server: returns.early }),
  'every-second': () => rounds({ ...faults.restart, server: returns['every-second'] }),
  away: () => rounds({ ...faults.restart, server: returns.away }),
  disk: () => rounds({ ...faults.restart, more: { ...faults.restart.more, persistence: 'every-write' } }),
} as const

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
  explored('E7/pause', 'fails', 'two-inside', () => held(3)),
  explored('E7/pause-five', 'fails', 'two-inside', () => held(5)),
  explored('E7/pause-looks', 'fails', 'lost-addition', () => writing('looks')),
  explored('E7/pause-compares', 'holds', 'lost-addition', () => writing('compares')),
  explored('E7/jump', 'fails', 'two-inside', jumped.jump),
  explored('E7/jump-tenth', 'fails', 'two-inside', jumped.tenth),
  explored('E7/jump-monotonic', 'holds', 'two-inside', jumped.monotonic),
  explored('E7/jump-slow', 'holds', 'two-inside', () =>
    rounds({ time: { drift: { A: -5, B: 5, r1: 5, r2: -5, r3: 5 } } }),
  ),
  explored('E7/restart', 'fails', 'two-inside', restarted.empty),
  explored('E7/restart-early', 'fails', 'two-inside', restarted.early),
  explored('E7/restart-every-second', 'fails', 'two-inside', restarted['every-second']),
  explored('E7/restart-disk', 'holds', 'two-inside', restarted.disk),
  explored('E7/restart-delayed', 'holds', 'two-inside', restarted.away),
]
