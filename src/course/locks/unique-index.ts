/** The page on the unique index: what the note's lock does, and its three problems. */
import type { System, SystemProperty, View } from '../../../engine/actors/system.ts'
import { clientSystem, noteOf } from '../../../engine/clients/client-system.ts'
import type { ShownProcess } from '../../../engine/clients/process-node.ts'
import { databaseLink } from '../../../engine/services/database/link.ts'
import { database } from '../../../engine/services/database/server.ts'
import { type DatabaseView, databaseView } from '../../../engine/services/database/view.ts'
import { serverNode } from '../../../engine/services/server-node.ts'
import type { Link } from '../../../engine/clients/link.ts'
import type { Action } from '../../../engine/model.ts'
import { nodeOfConnection } from '../../../engine/services/wire.ts'
import { notesOf, processOf } from '../../../engine/trace/process-parts.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check } from '../check.ts'
import { clientsIn, explored, figure } from './declared.ts'
import { type Prediction, reachableFrom } from '../prediction.ts'
import { nodeOf, play, processAt, serverAt } from '../services/script.ts'
import uniqueIndex from './processes/unique-index.process.ts?program'
import { goOn, isNoted, until } from './runs.ts'
import { processesOf } from './systems.ts'

const SETUP = 'create table locks (name text primary key, holder text)'

/** What is seen of a worker. */
interface SeenWorker {
  readonly up: boolean
  readonly inside: boolean
  /** Null: it has not been told yet. */
  readonly acquired: boolean | null
  /** What a holder was told that asked again; null: nothing yet. */
  readonly again: boolean | null
  readonly ended: boolean
}

const workersOf = (view: View) => clientsIn<SeenWorker>(view)

/** Whose name stands in the row; null where there is no row. */
const holderIn = (view: View): string | null =>
  (view.find(({ role }) => role === 'server')!.seen as string | null) ?? null

const exclusion: SystemProperty = {
  id: 'inside',
  kind: 'always',
  violated(view) {
    const count = workersOf(view).filter(({ inside }) => inside).length
    return count > 1 ? { count } : null
  },
}

/** Of those who have tried to insert, and delete nothing, just one has succeeded. */
const oneInsert: SystemProperty = {
  id: 'one-insert',
  kind: 'always',
  violated(view) {
    const workers = workersOf(view)
    const count = workers.filter(({ acquired }) => acquired).length
    const told = workers.every(({ acquired }) => acquired !== null)
    return count > 1 || (told && count === 0) ? { count } : null
  },
}

/** Somebody is told no while somebody else is inside: the insert didn't wait for her. */
const refused: SystemProperty = {
  id: 'refused-at-once',
  kind: 'sometimes',
  reached: (view) =>
    workersOf(view).some(({ acquired }) => acquired === false) &&
    workersOf(view).some(({ inside }) => inside),
}

/** Nobody is told no while somebody is inside. */
const waits: SystemProperty = {
  id: 'told-while-held',
  kind: 'always',
  violated: (view) => (refused.kind === 'sometimes' && refused.reached(view) ? { count: 1 } : null),
}

/** Somebody gets in although the row is that of a process that is gone. */
const afterCrash: SystemProperty = {
  id: 'after-crash',
  kind: 'always',
  violated(view) {
    const workers = workersOf(view)
    const holder = workers.find(({ id }) => id === holderIn(view))
    const other = workers.find(({ inside }) => inside)
    return holder && !holder.up && other ? { holder: holder.id, other: other.id } : null
  },
}

/** The other way round: is there any way in? */
const intoStranded: SystemProperty = {
  id: 'into-stranded',
  kind: 'sometimes',
  reached: (view) => afterCrash.kind === 'always' && afterCrash.violated(view) !== null,
}

/** A holder that asks again is told yes. */
const reentry: SystemProperty = {
  id: 'told-yes-again',
  kind: 'always',
  violated(view) {
    const one = workersOf(view).find(({ again }) => again === true)
    return one ? { node: one.id } : null
  },
}

const done: SystemProperty = {
  id: 'all-done',
  kind: 'eventually',
  reached: (view) => workersOf(view).every(({ ended }) => ended),
}

const CRASH = { crashes: { roles: ['client'], limit: 1, restart: 'never' } } as const
/** For figures: with clocks a run goes on in the order in which things come due. */
const CLOCKS = { time: { latencies: [5] } } as const

/** Workers that use the note's lock. @param entry what each of them runs */
export function indexed(
  entry: string,
  ids: readonly string[] = ['A', 'B'],
  more: Partial<System> = {},
): System {
  return clientSystem({
    processes: processesOf(ids, uniqueIndex, { links: { db: databaseLink('db') as Link }, entry }),
    servers: { db: serverNode(database, { setup: SETUP }, { show: databaseView }) },
    observeProcess: (process: ShownProcess | null): SeenWorker => ({
      up: process !== null,
      inside: noteOf(process, 'inside') === true,
      acquired: (noteOf(process, 'acquired') as boolean | undefined) ?? null,
      again: (noteOf(process, 'again') as boolean | undefined) ?? null,
      ended: process?.ended?.kind === 'returned',
    }),
    observeServer: (shown) => {
      const [row] = (shown as DatabaseView).tables.find(({ name }) => name === 'locks')!.rows
      return row ? row.values[1] : null
    },
    ...more,
    properties: [exclusion, oneInsert, refused, waits, afterCrash, intoStranded, reentry, done],
  })
}

export const checks: readonly Check[] = [
  explored('C3/one-insert', 'holds', 'one-insert', () => indexed('inserting', ['A', 'B', 'C'])),
  explored('C4/never-again', 'holds', 'after-crash', () => indexed('retrying', ['A', 'B'], CRASH)),
  explored('C5/at-once', 'reached', 'refused-at-once', () => indexed('main')),
  explored('C5/in-transaction', 'holds', 'told-while-held', () => indexed('inTransaction')),
  explored('C6/not-again', 'holds', 'told-yes-again', () => indexed('nested')),
  explored('E2/retry', 'holds', 'inside', () => indexed('retrying', ['A', 'B', 'C'])),
  explored('E2/turns', 'holds', 'all-done', () => indexed('retrying', ['A', 'B', 'C'])),
]

const LISTING = 'src/course/locks/processes/unique-index.process.ts'

const figureOf = (
  id: string,
  system: () => System,
  script: FigureDefinition['script'],
  begins: string,
): FigureDefinition =>
  figure({
    id,
    system,
    script,
    lanes: system()
      .nodes.map((node) => node.id)
      .filter((node) => node !== 'db')
      .toSpliced(1, 0, 'db'),
    services: {
      listing: LISTING,
      begins,
      servers: ['db'],
      spec: { note: 'inside' },
    },
  })

const timed = (entry: string) => (): System => indexed(entry, ['A', 'B'], CLOCKS)
const crashing = (): System => indexed('retrying', ['A', 'B'], { ...CLOCKS, ...CRASH })

/** A crashes inside, and B tries for so long. */
const STRANDED_MS = 160

const stranded = (): readonly Action[] =>
  play(
    crashing(),
    [{ once: (frame) => isNoted(frame, 'A', 'inside'), then: { kind: 'crash', node: 'A' } }],
    (frame) => (frame.now ?? 0) >= STRANDED_MS && processAt(frame, 'B').sleeps.length > 0,
  )

export const figures: readonly FigureDefinition[] = [
  figureOf(
    'locks/unique-index',
    timed('retrying'),
    () => play(timed('retrying')(), []),
    'async function acquire',
  ),
  figureOf('locks/stranded', crashing, stranded, '/** Tries until it succeeds. */'),
  figureOf(
    'locks/in-transaction',
    timed('inTransaction'),
    () => play(timed('inTransaction')(), []),
    '/** Inserts in a transaction',
  ),
]

const inside = (system: () => System) => (): readonly Action[] =>
  until(system(), (frame) => isNoted(frame, 'A', 'inside'))

export const predictions: readonly Prediction[] = [
  {
    // A is inside, and B inserts.
    id: 'locks/second-insert',
    system: timed('main'),
    before: inside(timed('main')),
    next: (before) => goOn(timed('main')(), before, (frame) => processAt(frame, 'B').ended !== null),
    answer: ({ record }) => {
      const frame = record.frames.at(-1)!
      if (notesOf(processOf(nodeOf(frame, 'B'))).acquired === true) return 'waits'
      return isNoted(frame, 'A', 'inside') ? 'fails' : 'waits'
    },
  },
  {
    // The same, where A has not committed yet.
    id: 'locks/uncommitted-insert',
    system: timed('inTransaction'),
    before: () => until(timed('inTransaction')(), hasUncommitted),
    next: (before) =>
      goOn(timed('inTransaction')(), before, (frame) => isWaiting(frame, 'B') || isTold(frame, 'B')),
    answer: ({ record }) => {
      const frame = record.frames.at(-1)!
      return isWaiting(frame, 'B') ? 'waits' : isNoted(frame, 'A', 'inside') ? 'fails' : 'both'
    },
  },
  {
    // A holds the lock and crashes: how often does B get in, whatever happens from there on?
    id: 'locks/holder-crashes',
    system: crashing,
    before: () =>
      play(
        crashing(),
        [{ once: (frame) => isNoted(frame, 'A', 'inside'), then: { kind: 'crash', node: 'A' } }],
        (frame) => !nodeOf(frame, 'A').up,
      ),
    next: (before) =>
      goOn(crashing(), before, (frame) => isNoted(frame, 'B', 'inside') || (frame.now ?? 0) >= STRANDED_MS),
    answer({ system, record }, from) {
      const before = record.steps.slice(0, from - 1).map(({ action }) => action)
      return reachableFrom(system, before, 'into-stranded') === null ? 'never' : 'later'
    },
  },
  {
    // A holds the lock and asks for it again.
    id: 'locks/asks-again',
    system: timed('nested'),
    before: inside(timed('nested')),
    next: (before) =>
      goOn(timed('nested')(), before, (frame) => notesOf(processOf(nodeOf(frame, 'A'))).again !== undefined),
    answer: ({ record }) => (isNoted(record.frames.at(-1)!, 'A', 'again') ? 'yes' : 'no'),
  },
]

/** Is there a row that is not committed yet? */
const hasUncommitted = (frame: Frame): boolean =>
  serverAt(frame, 'db', 'tables').tables[0]!.rows.some(({ standing }) => standing === 'new')

/** Does the database let a statement of the process wait? */
const isWaiting = (frame: Frame, id: string): boolean =>
  serverAt(frame, 'db', 'tables').transactions.some(
    ({ connection, waitsFor }) => nodeOfConnection(connection) === id && waitsFor !== null,
  )

const isTold = (frame: Frame, id: string): boolean =>
  isNoted(frame, id, 'inside') || notesOf(processOf(nodeOf(frame, id))).acquired === false
