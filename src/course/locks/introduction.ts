/** The chapter's first page: an update that is lost, and the mutex that saves it. */
import type { System, SystemProperty, View } from '../../../engine/actors/system.ts'
import { clientSystem, noteOf } from '../../../engine/clients/client-system.ts'
import type { ShownProcess } from '../../../engine/clients/process-node.ts'
import { redisLink } from '../../../engine/services/redis/link.ts'
import { type RedisView, redisView } from '../../../engine/services/redis/view.ts'
import { connectionsOf, serverNode } from '../../../engine/services/server-node.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import type { StepRecord } from '../../../engine/trace/record.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check } from '../check.ts'
import { clientsIn, explored, figure } from './declared.ts'
import { type Prediction, reachableFrom } from '../prediction.ts'
import { nodeOf, play, processAt } from '../services/script.ts'
import existence from './processes/existence.process.ts?program'
import lookedAt from './processes/looked-at.process.ts?program'
import mutex from './processes/mutex.process.ts?program'
import noLock from './processes/no-lock.process.ts?program'
import { goOn, isNoted } from './runs.ts'
import { type ProgramFile, processesOf, redisWith } from './systems.ts'

/** What a worker adds to, and what else is there before it does. */
const BEGINNING = { count: '5' }
const FREE = { ...BEGINNING, mutex: '1' }

const PROGRAMS: Readonly<Record<string, { readonly file: ProgramFile; readonly listing: string }>> = {
  'no-lock': { file: noLock, listing: 'src/course/locks/processes/no-lock.process.ts' },
  'looked-at': { file: lookedAt, listing: 'src/course/locks/processes/looked-at.process.ts' },
  mutex: { file: mutex, listing: 'src/course/locks/processes/mutex.process.ts' },
  existence: { file: existence, listing: 'src/course/locks/processes/existence.process.ts' },
}

/** What is seen of a worker, and of the server. */
interface SeenWorker {
  readonly up: boolean
  readonly inside: boolean
  readonly returned: boolean
}

const workersOf = (view: View) => clientsIn<SeenWorker>(view)
const countOf = (view: View): number => Number(view.find(({ role }) => role === 'server')!.seen)

/** Every worker has added one. */
const lost: SystemProperty = {
  id: 'lost',
  kind: 'always',
  violated(view) {
    const workers = workersOf(view)
    const due = Number(BEGINNING.count) + workers.length
    return workers.every(({ returned }) => returned) && countOf(view) < due
      ? { workers: workers.length, count: countOf(view), due }
      : null
  },
}

/** No two are inside at once. */
const exclusion: SystemProperty = {
  id: 'inside',
  kind: 'always',
  violated(view) {
    const inside = workersOf(view).filter((worker) => worker.inside)
    return inside.length > 1 ? { count: inside.length } : null
  },
}

/** Somebody is inside although somebody has crashed. */
const otherInside: SystemProperty = {
  id: 'other-inside',
  kind: 'sometimes',
  reached: (view) => workersOf(view).some(({ up }) => !up) && workersOf(view).some(({ inside }) => inside),
}

/** All have had their turn. */
const done: SystemProperty = {
  id: 'all-done',
  kind: 'eventually',
  reached: (view) => workersOf(view).every(({ returned }) => returned),
}

/** Workers that add to a counter. */
export function counting(program: string, ids: readonly string[] = ['A', 'B']): System {
  const server = redisWith(program === 'mutex' || program === 'looked-at' ? FREE : BEGINNING)
  return clientSystem({
    processes: processesOf(ids, PROGRAMS[program]!.file, { links: { redis: redisLink('redis') } }),
    servers: {
      redis: serverNode(server, { persistence: 'none' }, { opened: connectionsOf(ids), show: redisView }),
    },
    observeProcess: (process: ShownProcess | null): SeenWorker => ({
      up: process !== null,
      inside: noteOf(process, 'inside') === true,
      returned: process?.ended?.kind === 'returned',
    }),
    observeServer: (shown) => (shown as RedisView).keys.find(({ key }) => key === 'count')?.value,
    properties: [lost, exclusion, otherInside, done],
  })
}

export const checks: readonly Check[] = [
  explored('C1/lost', 'fails', 'lost', () => counting('no-lock')),
  explored('C1/looked-at', 'fails', 'lost', () => counting('looked-at')),
  explored('C2/mutex', 'holds', 'lost', () => counting('mutex', ['A', 'B', 'C'])),
  explored('C2/turns', 'holds', 'all-done', () => counting('mutex', ['A', 'B', 'C'])),
  explored('C2/existence', 'holds', 'lost', () => counting('existence', ['A', 'B', 'C'])),
]

const figureOf = (id: string, program: string, more: Partial<FigureDefinition>): FigureDefinition =>
  figure({
    id,
    system: () => counting(program),
    script: { check: 'C1/lost' },
    lanes: ['A', 'redis', 'B'],
    services: {
      listing: PROGRAMS[program]!.listing,
      servers: ['redis'],
      spec: { note: 'inside', resource: { server: 'redis', word: 'count' } },
    },
    ...more,
  })

export const figures: readonly FigureDefinition[] = [
  figureOf('locks/lost', 'no-lock', {}),
  figureOf('locks/looked-at', 'looked-at', { script: { check: 'C1/looked-at' } }),
  figureOf('locks/mutex', 'mutex', { script: () => play(counting('mutex'), []) }),
]

const lastStep = ({ record }: Run): StepRecord => record.steps.at(-1)!

/** Workers with a mutex, one of which may crash for good. */
const crashing = (): System => ({
  ...counting('mutex'),
  crashes: { roles: ['client'], limit: 1, restart: 'never' },
})

export const predictions: readonly Prediction[] = [
  {
    // Both have read 5, and A has written.
    id: 'locks/count',
    system: () => counting('no-lock'),
    before: [
      ['A', 'request', 'redis'],
      ['B', 'request', 'redis'],
      ['redis', 'reply', 'A'],
      ['redis', 'reply', 'B'],
      ['A', 'request', 'redis'],
    ],
    next: [['B', 'request', 'redis']],
    answer: ({ view }) => String(countOf(view)),
  },
  {
    // A has been told that the mutex is free, and has asked to take it; B looks.
    id: 'locks/looks',
    system: () => counting('looked-at'),
    before: [
      ['A', 'request', 'redis'],
      ['redis', 'reply', 'A'],
    ],
    next: [
      ['B', 'request', 'redis'],
      ['redis', 'reply', 'B'],
    ],
    answer: (run) => (lastStep(run).sent.some(({ type }) => type === 'request') ? 'goes-in' : 'waits'),
  },
  {
    // A is inside and crashes: is there any way for B to get in?
    id: 'locks/crash-inside',
    system: crashing,
    before: () =>
      play(
        crashing(),
        [{ once: (frame) => isNoted(frame, 'A', 'inside'), then: { kind: 'crash', node: 'A' } }],
        (frame) => !nodeOf(frame, 'A').up,
      ),
    next: (before) => goOn(crashing(), before, (frame) => processAt(frame, 'B').sleeps.length > 0),
    answer({ system, record }, from) {
      const before = record.steps.slice(0, from - 1).map(({ action }) => action)
      return reachableFrom(system, before, 'other-inside') === null ? 'never' : 'later'
    },
  },
]
