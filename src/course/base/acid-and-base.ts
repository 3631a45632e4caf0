/** The page on ACID and BASE: what ACID’s consistency is about, and a shop that has both. */
import type { System } from '../../../engine/actors/system.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check } from '../check.ts'
import { explored, figure } from '../locks/declared.ts'
import { goOn } from '../locks/runs.ts'
import type { Prediction } from '../prediction.ts'
import { nodeOf, play, processAt, serverAt } from '../services/script.ts'
import { leftIn, replicatedAccounts, withdrawals } from './accounts.ts'
import { lastBook } from './comparison.ts'

const CLOCKS = { time: { latencies: [5] } } as const

export const checks: readonly Check[] = [
  explored('E24/rule-kept', 'holds', 'rule-kept', replicatedAccounts),
  explored('E24/all-differ', 'reached', 'all-differ', replicatedAccounts),
  explored('E24/one-copy', 'fails', 'never-overdrawn', () => withdrawals('snapshot')),
  explored('E24/serializable', 'holds', 'never-overdrawn', () => withdrawals('serializable')),
]

const WITHDRAW = 'src/course/base/processes/withdraw.process.ts'
const LAST_BOOK = 'src/course/base/processes/last-book.process.ts'

const timedBooks = (): System => lastBook('base', CLOCKS)
const rowsAt = (frame: Frame, server: string, table: string): readonly (readonly string[])[] =>
  serverAt(frame, server, 'tables')
    .tables.find(({ name }) => name === table)!
    .rows.filter(({ standing }) => standing === 'committed')
    .map(({ values }) => values)
const hasApologised = (frame: Frame): boolean => rowsAt(frame, 'stock', 'apologies').length > 0
const bothOrdered = (frame: Frame): boolean => rowsAt(frame, 'orders', 'orders').length === 2

const timedWithdrawals = (): System => withdrawals('snapshot', CLOCKS)
const bothEnded = (frame: Frame): boolean => ['A', 'B'].every((id) => processAt(frame, id).ended !== null)

export const figures: readonly FigureDefinition[] = [
  {
    id: 'base/rule-kept',
    variants: ['script'],
    system: replicatedAccounts,
    script: { check: 'E24/all-differ' },
    fields: { replica: ['checking', 'savings'] },
    lanes: ['K1', 'A', 'B', 'C'],
  },
  figure({
    id: 'base/one-copy',
    variants: ['snapshot', 'serializable'],
    system: (entry) => withdrawals(entry as 'snapshot'),
    script: {
      runs: {
        snapshot: { check: 'E24/one-copy' },
        serializable: () => play(withdrawals('serializable'), [], bothEnded),
      },
    },
    lanes: ['A', 'db', 'B'],
    services: { listing: WITHDRAW, begins: 'async function withdraw', servers: ['db'], spec: {} },
  }),
  figure({
    id: 'base/last-book',
    system: timedBooks,
    script: () =>
      play(
        timedBooks(),
        [],
        (frame) => hasApologised(frame) && rowsAt(frame, 'orders', 'outbox').length === 0,
      ),
    lanes: ['A', 'B', 'orders', 'relay', 'queue', 'keeper', 'stock'],
    services: {
      listing: LAST_BOOK,
      begins: 'export async function base',
      servers: ['orders', 'queue', 'stock'],
      spec: {},
    },
  }),
]

const lastFrame = ({ record }: Run): Frame => record.frames.at(-1)!

export const predictions: readonly Prediction[] = [
  {
    // A has both transfers, B has heard of the first: what do B's accounts hold together?
    id: 'base/behind',
    system: replicatedAccounts,
    before: [
      ['K1', 'transfer', 'A'],
      ['A', 'copy', 'B'],
    ],
    next: [['K1', 'transfer', 'A']],
    answer(run) {
      const { checking, savings } = nodeOf(lastFrame(run), 'B').state as unknown as Record<string, number>
      return String(checking! + savings!)
    },
  },
  {
    id: 'base/two-withdrawals',
    system: timedWithdrawals,
    before: () =>
      play(timedWithdrawals(), [], (frame) => serverAt(frame, 'db', 'tables').transactions.length === 2),
    next: (before) => goOn(timedWithdrawals(), before, bothEnded),
    answer: ({ view }) => String(leftIn(view)),
  },
  {
    id: 'base/last-book',
    system: timedBooks,
    before: () => play(timedBooks(), [], bothOrdered),
    next: (before) => goOn(timedBooks(), before, (frame) => hasApologised(frame)),
    answer: (run) => {
      const frame = lastFrame(run)
      return `${rowsAt(frame, 'orders', 'orders').length} ${rowsAt(frame, 'stock', 'apologies').length}`
    },
  },
]
