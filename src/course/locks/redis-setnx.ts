/** The page on SETNX: a key with a deadline, and what goes wrong between two commands and after a pause. */
import type { System, SystemProperty, View } from '../../../engine/actors/system.ts'
import { clientSystem, noteOf } from '../../../engine/clients/client-system.ts'
import type { ShownProcess } from '../../../engine/clients/process-node.ts'
import type { Link } from '../../../engine/clients/link.ts'
import { databaseLink } from '../../../engine/services/database/link.ts'
import { database } from '../../../engine/services/database/server.ts'
import { type DatabaseView, databaseView } from '../../../engine/services/database/view.ts'
import { redisLink } from '../../../engine/services/redis/link.ts'
import { redisServer } from '../../../engine/services/redis/server.ts'
import { type RedisView, redisView } from '../../../engine/services/redis/view.ts'
import { connectionsOf, serverNode } from '../../../engine/services/server-node.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check } from '../check.ts'
import { clientsIn, explored, figure } from './declared.ts'
import { type Prediction, reachableFrom } from '../prediction.ts'
import { type Moment, nodeOf, play, processAt, serverAt } from '../services/script.ts'
import compared from './processes/compared.process.ts?program'
import fenced from './processes/fenced.process.ts?program'
import setPx from './processes/set-px.process.ts?program'
import setnx from './processes/setnx.process.ts?program'
import { goOn, isNoted, until } from './runs.ts'
import { type ProgramFile, processesOf } from './systems.ts'

const PROGRAMS: Readonly<Record<string, ProgramFile>> = { setnx, 'set-px': setPx, compared, fenced }

/** What the programs say, in milliseconds. */
const TTL_MS = 10_000
/** Longer than the key lives, with what the worker does besides. */
const PAUSE_MS = TTL_MS + 1000

/** What is seen of a worker. */
interface SeenWorker {
  readonly up: boolean
  readonly inside: boolean
  readonly acquired: boolean | null
  /** The number of the lease with which it has written; 0: it was refused; null: it has not written yet. */
  readonly written: number | null
  readonly ended: boolean
}

const workersOf = (view: View) => clientsIn<SeenWorker>(view)

const insideOf = (view: View) => workersOf(view).filter(({ inside }) => inside)

/** A write has replaced that of a later lease. */
const stale: SystemProperty = {
  id: 'stale-write',
  kind: 'always',
  violated(view) {
    const row = documentIn(view)
    const later = workersOf(view).find(({ written }) => row !== null && (written ?? 0) > row.fence)
    return row && later ? { late: row.author, later: later.id } : null
  },
}

/** Somebody was refused. */
const refused: SystemProperty = {
  id: 'refused',
  kind: 'sometimes',
  reached: (view) => workersOf(view).some(({ written }) => written === 0),
}

/** The lock's key as the server has it. */
interface Key {
  readonly value: string
  readonly left: number | null
}

const keyIn = (view: View): Key | null => view.find(({ id }) => id === 'redis')!.seen as Key | null

/** What is written under the lock: by whom, and with which lease. */
interface Document {
  readonly author: string
  readonly fence: number
}

const documentIn = (view: View): Document | null =>
  (view.find(({ id }) => id === 'db')?.seen ?? null) as Document | null

/** Whose token it is: a name, or a name and a number. */
const ownerOf = ({ value }: Key): string => value.split('-')[0]!

const exclusion: SystemProperty = {
  id: 'two-inside',
  kind: 'always',
  violated(view) {
    const [one, other] = insideOf(view)
    return one && other ? { one: one.id, other: other.id } : null
  },
}

/** The same of those who were never held up: their leases are valid. */
const exclusionInTime: SystemProperty = {
  id: 'two-in-time',
  kind: 'always',
  violated(view) {
    const [one, other] = insideOf(view).filter(({ role }) => role === 'client')
    return one && other ? { one: one.id, other: other.id } : null
  },
}

/** Of those who have tried just one was told yes. */
const oneTrue: SystemProperty = {
  id: 'one-true',
  kind: 'always',
  violated(view) {
    const workers = workersOf(view)
    const count = workers.filter(({ acquired }) => acquired).length
    const told = workers.every(({ acquired }) => acquired !== null)
    return count > 1 || (told && count === 0) ? { count } : null
  },
}

/** A key without a deadline, of a process that is gone: nobody will ever delete it. */
const stranded: SystemProperty = {
  id: 'stranded',
  kind: 'always',
  violated(view) {
    const key = keyIn(view)
    const owner = key && workersOf(view).find(({ id }) => id === ownerOf(key))
    return key && key.left === null && owner && !owner.up ? { node: owner.id } : null
  },
}

/** Whoever has not crashed has had the lock. */
const done: SystemProperty = {
  id: 'living-done',
  kind: 'eventually',
  reached: (view) => workersOf(view).every(({ up, ended }) => !up || ended),
}

/** Somebody else gets in after the holder is gone. */
const otherInside: SystemProperty = {
  id: 'other-inside',
  kind: 'sometimes',
  reached: (view) => workersOf(view).some(({ up }) => !up) && insideOf(view).length > 0,
}

const CRASH = { crashes: { roles: ['client'], limit: 1, restart: 'never' } } as const
const CLOCKS = { time: { latencies: [5] } } as const
/** One of those who are slow is held up once. */
const PAUSED = {
  time: { latencies: [5], pauses: { roles: ['slow'], milliseconds: [PAUSE_MS], limit: 1 } },
} as const

interface Setting extends Partial<System> {
  readonly entry?: string
  /** Those who may be held up. */
  readonly slow?: readonly string[]
}

/** Workers with a lock in Redis. */
export function keyed(
  file: string,
  ids: readonly string[],
  { entry = 'main', slow = [], ...more }: Setting = {},
): System {
  const observeProcess = (process: ShownProcess | null): SeenWorker => ({
    up: process !== null,
    inside: noteOf(process, 'inside') === true,
    acquired: (noteOf(process, 'acquired') as boolean | undefined) ?? null,
    written: (noteOf(process, 'written') as number | undefined) ?? null,
    ended: process?.ended?.kind === 'returned',
  })
  const writes = file === 'fenced'
  const system = clientSystem({
    processes: processesOf(ids, PROGRAMS[file]!, {
      links: { redis: redisLink('redis'), ...(writes && { db: databaseLink('db') as Link }) },
      entry,
    }).map((node) => (slow.includes(node.id) ? { ...node, role: 'slow' } : node)),
    servers: {
      redis: serverNode(
        redisServer,
        { persistence: 'none' },
        { opened: connectionsOf(ids), show: redisView },
      ),
      ...(writes && { db: serverNode(database, { setup: SETUP }, { show: databaseView }) }),
    },
    observeProcess,
    observeServer: (shown): Key | Document | null => {
      const { kind } = (shown ?? {}) as { kind?: string }
      if (kind === 'tables') return documentOf(shown as DatabaseView)
      const key = (shown as RedisView | null)?.keys.find((one) => one.key === 'lock')
      return key ? { value: key.value, left: key.left } : null
    },
    properties: [stale, refused, exclusion, exclusionInTime, oneTrue, stranded, done, otherInside],
    ...more,
  })
  return { ...system, roles: { ...system.roles, slow: system.roles.client! } }
}

const SETUP = `
  create table document (author text not null, fence integer not null);
  insert into document values ('nobody', 0);
`

function documentOf({ tables }: DatabaseView): Document {
  const row = tables[0]!.rows.find(({ standing }) => standing === 'committed')!
  const [author, fence] = row.values
  return { author: author!, fence: Number(fence) }
}

const TWO = ['A', 'B']
const THREE = ['A', 'B', 'C']
const crashing = (file: string) => (): System => keyed(file, TWO, { ...CRASH, ...CLOCKS })
const pausing = (file: string, ids: readonly string[]) => (): System =>
  keyed(file, ids, { ...PAUSED, slow: ['A'] })

/** Three that write under the lock, of whom one may be held up. @param entry with the look at the number, or without */
const writing = (entry: string) => (): System => keyed('fenced', TWO, { ...PAUSED, slow: ['A'], entry })

export const checks: readonly Check[] = [
  explored('C7/one-true', 'holds', 'one-true', () => keyed('setnx', THREE, { entry: 'once' })),
  explored('C8/expires', 'holds', 'living-done', crashing('set-px')),
  explored('E3/stranded', 'fails', 'stranded', () => keyed('setnx', TWO, CRASH)),
  explored('E3/one-command', 'holds', 'stranded', () => keyed('set-px', TWO, CRASH)),
  explored('E4/deletes', 'fails', 'two-in-time', pausing('set-px', THREE)),
  explored('E4/compared', 'holds', 'two-in-time', pausing('compared', THREE)),
  explored('E5/in-time', 'holds', 'two-inside', () => keyed('compared', THREE, CLOCKS)),
  explored('E5/pause', 'fails', 'two-inside', pausing('compared', TWO)),
  explored('E5/late-write', 'fails', 'stale-write', writing('unfenced')),
  explored('E5/fenced', 'holds', 'stale-write', writing('main')),
  explored('E5/refused', 'reached', 'refused', writing('main')),
]
const LISTING: Readonly<Record<string, string>> = {
  setnx: 'src/course/locks/processes/setnx.process.ts',
  'set-px': 'src/course/locks/processes/set-px.process.ts',
  compared: 'src/course/locks/processes/compared.process.ts',
  fenced: 'src/course/locks/processes/fenced.process.ts',
}

const figureOf = (
  id: string,
  file: string,
  system: () => System,
  script: FigureDefinition['script'],
  lanes: readonly string[] = ['A', 'redis', 'B'],
): FigureDefinition =>
  figure({
    id,
    system,
    script,
    lanes,
    services: {
      listing: LISTING[file]!,
      servers: lanes.filter((node) => node === 'redis' || node === 'db'),
      spec: {
        lock: { kind: 'key', server: 'redis', key: 'lock' },
        note: 'inside',
        ...(file === 'fenced' && { resource: { server: 'db', word: 'update' } }),
      },
    },
  })

const plain = (): System => keyed('setnx', TWO, CLOCKS)
const between = (): System => keyed('setnx', TWO, { ...CLOCKS, ...CRASH })

/** How long B tries in the figure, in milliseconds. */
const TRIES_MS = 9000

/** A has the key, and crashes before it is told so. */
const crashBetween: readonly Moment[] = [
  {
    once: (frame) => serverAt(frame, 'redis', 'keys').keys.length > 0,
    then: { kind: 'crash', node: 'A' },
  },
]

export const figures: readonly FigureDefinition[] = [
  figureOf('locks/setnx', 'setnx', plain, () => play(plain(), [])),
  figureOf('locks/setnx-crash', 'setnx', between, () =>
    play(between(), crashBetween, (frame) => (frame.now ?? 0) >= TRIES_MS),
  ),
  figureOf('locks/late-delete', 'set-px', pausing('set-px', THREE), { check: 'E4/deletes' }, [
    'A',
    'redis',
    'B',
    'C',
  ]),
  figureOf('locks/pause', 'compared', pausing('compared', TWO), { check: 'E5/pause' }),
  figureOf('locks/fenced', 'fenced', writing('main'), { check: 'E5/refused' }, ['A', 'redis', 'B', 'db']),
]

const late =
  (file: string): Prediction['before'] =>
  () =>
    // A is held up while it is inside, and B has the lock when A goes on.
    until(
      pausing(file, TWO)(),
      (frame) => processAt(frame, 'A').asks.length > 0 && isNoted(frame, 'B', 'inside'),
      [
        {
          once: (frame) => isNoted(frame, 'A', 'inside'),
          then: { kind: 'pause', node: 'A', milliseconds: PAUSE_MS },
        },
      ],
    )

/** What the server holds once it has carried out what A asks of it. */
const afterRelease =
  (file: string): Prediction['next'] =>
  (before) =>
    goOn(pausing(file, TWO)(), before, (frame) => processAt(frame, 'A').ended !== null)

const heldBy = ({ record }: Run): string => {
  const key = serverAt(record.frames.at(-1)!, 'redis', 'keys').keys.find(({ key }) => key === 'lock')
  return key === undefined ? 'nobody' : ownerOf(key)
}

export const predictions: readonly Prediction[] = [
  {
    id: 'locks/before-expire',
    system: between,
    before: () => until(between(), (frame) => !nodeOf(frame, 'A').up, crashBetween),
    next: (before) => goOn(between(), before, (frame) => (frame.now ?? 0) >= TTL_MS),
    // Not this run alone: is there a way at all?
    answer({ system, record }, from) {
      const before = record.steps.slice(0, from - 1).map(({ action }) => action)
      return reachableFrom(system, before, 'other-inside') === null ? 'never' : 'later'
    },
  },
  {
    id: 'locks/del',
    system: pausing('set-px', TWO),
    before: late('set-px'),
    next: afterRelease('set-px'),
    answer: heldBy,
  },
  {
    id: 'locks/compare',
    system: pausing('compared', TWO),
    before: late('compared'),
    next: afterRelease('compared'),
    answer: heldBy,
  },
  {
    id: 'locks/fence',
    system: writing('main'),
    before: () =>
      until(writing('main')(), (frame) => writes(frame, 'A'), [
        {
          once: (frame) => isNoted(frame, 'A', 'inside'),
          then: { kind: 'pause', node: 'A', milliseconds: PAUSE_MS + 3000 },
        },
      ]),
    next: (before) =>
      goOn(
        writing('main')(),
        before,
        (frame) => processAt(frame, 'A').links.notes !== undefined && !isNoted(frame, 'A', 'inside'),
      ),
    answer: ({ record }) => documentAt(record.frames.at(-1)!).author,
  },
]

/** Has the process asked to write? */
const writes = (frame: Frame, id: string): boolean =>
  processAt(frame, id).asks.some(
    ({ service, command }) => service === 'db' && /update/.test(JSON.stringify(command)),
  )

const documentAt = (frame: Frame): Document => documentOf(serverAt(frame, 'db', 'tables'))
