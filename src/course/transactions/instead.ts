/** The page on what people do instead of two-phase commit: three-phase commit, Paxos Commit and sagas. */
import type { Crashes, System } from '../../../engine/actors/system.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import { notesOf, processOf } from '../../../engine/trace/process-parts.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check } from '../check.ts'
import { explored, figure } from '../locks/declared.ts'
import { goOn } from '../locks/runs.ts'
import type { Prediction } from '../prediction.ts'
import { type Moment, nodeOf, play, serverAt } from '../services/script.ts'
import { paxosCommit } from './paxos-commit.ts'
import { CHEAP, DEAR, sagaSystem } from './saga.ts'
import { threePhase } from './three-phase-commit.ts'
import { THREE, TWO } from './two-phase-systems.ts'

const oneCrash = (...roles: string[]): { readonly crashes: Crashes } => ({
  crashes: { roles, limit: 1, restart: 'never' },
})
const restarts = (limit: number): { readonly crashes: Crashes } => ({
  crashes: { roles: ['client'], limit, restart: 'later' },
})

export const checks: readonly Check[] = [
  explored('E17/in-time', 'holds', 'all-alike', () =>
    threePhase(THREE, { timed: true, ...oneCrash('coordinator', 'participant') }),
  ),
  explored('E17/no-wait', 'holds', 'survivors-decided', () =>
    threePhase(THREE, { timed: true, ...oneCrash('coordinator', 'participant') }),
  ),
  explored('E17/split', 'fails', 'all-alike', () => threePhase(TWO, { timed: false })),
  explored('E17/paxos-commit', 'holds', 'all-decided', () =>
    paxosCommit({ participants: TWO, timed: true, ...oneCrash('leader', 'acceptor') }),
  ),
  explored('E17/paxos-alike', 'holds', 'all-alike', () =>
    paxosCommit({ participants: TWO, timed: true, ...oneCrash('leader', 'acceptor') }),
  ),
  explored('E17/paxos-late', 'holds', 'all-alike', () => paxosCommit({ participants: TWO })),
  explored('E17/paxos-commits', 'reached', 'all-committed', () =>
    paxosCommit({ participants: TWO, timed: true }),
  ),
  explored('saga/ends', 'holds', 'saga-ended', () => sagaSystem(DEAR, false, restarts(1))),
  explored('saga/commits', 'holds', 'saga-ended', () => sagaSystem(CHEAP, false, restarts(1))),
  explored('saga/seen', 'reached', 'seen-between', () => sagaSystem(DEAR, true)),
]

const phaseAt = (frame: Frame, id: string): string | undefined =>
  (nodeOf(frame, id).state as { phase?: string } | null)?.phase
const ended =
  (ids: readonly string[]) =>
  (frame: Frame): boolean =>
    ids.every((id) => ['committed', 'aborted'].includes(phaseAt(frame, id)!))
const lastFrame = ({ record }: Run): Frame => record.frames.at(-1)!

const EVERYBODY = ['coordinator', 'leader', 'acceptor', 'participant']
const byHand = (...roles: string[]): { readonly crashes: Crashes } => ({
  crashes: { roles: EVERYBODY.filter((role) => roles.includes(role)), limit: 'unlimited', restart: 'never' },
})

const three = (): System => threePhase(TWO, { timed: true, ...byHand('coordinator', 'participant') })
/** All have voted yes. The coordinator tells that to both, and the network falls apart before the stock hears of it. */
const CUT: readonly Moment[] = [
  {
    once: (frame) => frame.inFlight.some(({ type, to }) => type === 'preCommit' && to === 'stock'),
    then: { kind: 'partition', groups: [['C', 'orders'], ['stock']] },
  },
]
const HEALED: readonly Moment[] = [...CUT, { once: ended(TWO), then: { kind: 'heal' } }]

const paxos = (): System => paxosCommit({ participants: TWO, timed: true, ...byHand('leader', 'acceptor') })
/** Both have voted, and the first leader is gone. */
const LED: readonly Moment[] = [
  {
    once: (frame) => TWO.every((id) => phaseAt(frame, id) === 'prepared'),
    then: { kind: 'crash', node: 'C' },
  },
]

const CLOCKS = { time: { latencies: [5] } } as const
const saga = (): System => sagaSystem(DEAR, true, { ...restarts(2), ...CLOCKS })
const quantityAt = (frame: Frame): string =>
  serverAt(frame, 'stock', 'tables')
    .tables.find(({ name }) => name === 'stock')!
    .rows.find(({ standing }) => standing !== 'new' && standing !== 'past')!.values[1]!
const stateAt = (frame: Frame): string | undefined =>
  serverAt(frame, 'orders', 'tables')
    .tables.find(({ name }) => name === 'sagas')!
    .rows.find(({ standing }) => standing !== 'past')?.values[1]
const toldAt = (frame: Frame): unknown => notesOf(processOf(nodeOf(frame, 'reader')))['told']

export const figures: readonly FigureDefinition[] = [
  {
    id: 'transactions/three-phase',
    variants: ['whole', 'cut'],
    system: three,
    script: (variant) =>
      play(three(), variant === 'whole' ? [] : HEALED, (frame) => ended(TWO)(frame) && frame.groups === null),
    fields: { coordinator: ['decision'], participant: ['phase'] },
    lanes: ['orders', 'C', 'stock'],
  },
  {
    id: 'transactions/paxos-commit',
    variants: ['crash'],
    system: paxos,
    script: () => play(paxos(), LED, ended(TWO)),
    fields: { leader: ['decision'], acceptor: ['promised'], participant: ['phase'] },
    lanes: ['C', 'D', 'X', 'Y', 'Z', 'orders', 'stock'],
  },
  figure({
    id: 'transactions/saga',
    system: saga,
    script: () => play(saga(), []),
    lanes: ['orders', 'shop', 'stock', 'reader'],
    services: {
      listing: 'src/course/transactions/processes/saga.process.ts',
      servers: ['orders', 'stock'],
      spec: { note: 'told' },
    },
  }),
]

export const predictions: readonly Prediction[] = [
  {
    id: 'transactions/cut-in-three',
    system: three,
    before: () => play(three(), CUT, () => true),
    next: (before) => goOn(three(), before, ended(TWO)),
    answer: (run) => TWO.map((id) => phaseAt(lastFrame(run), id)).join(' '),
  },
  {
    id: 'transactions/leader-gone',
    system: paxos,
    before: () => play(paxos(), LED, (frame) => !nodeOf(frame, 'C').up),
    next: (before) => goOn(paxos(), before, ended(TWO)),
    answer: (run) => phaseAt(lastFrame(run), 'orders')!,
  },
  {
    id: 'transactions/undone',
    system: saga,
    before: () => play(saga(), [], (frame) => quantityAt(frame) === '0'),
    next: (before) => goOn(saga(), before),
    answer: (run) => `${toldAt(lastFrame(run))}, ${quantityAt(lastFrame(run))}`,
  },
  {
    // The shop crashes when the book is taken; it starts again, and the order is refused.
    id: 'transactions/saga-crash',
    system: saga,
    before: () =>
      play(
        saga(),
        [{ once: (frame) => quantityAt(frame) === '0', then: { kind: 'crash', node: 'shop' } }],
        (frame) => !nodeOf(frame, 'shop').up,
      ),
    next: (before) =>
      goOn(saga(), before, (frame) => stateAt(frame) === 'undone' && nodeOf(frame, 'shop').up, [
        { once: () => true, then: { kind: 'restart', node: 'shop' } },
      ]),
    answer: (run) => quantityAt(lastFrame(run)),
  },
]
