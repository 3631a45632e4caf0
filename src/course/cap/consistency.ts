/** The page on consistency: what it means that there seems to be one copy, and that several copies that are in step are not enough. */
import type { System } from '../../../engine/actors/system.ts'
import { register } from '../../../engine/linearizability/models.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import { operationsOf } from '../../widgets/history/operations.ts'
import { historyAt } from '../../widgets/history/verdict.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check } from '../check.ts'
import { explored } from '../locks/declared.ts'
import type { Prediction } from '../prediction.ts'
import type { Line } from '../script.ts'
import { clientsAt, inTurn } from './clients.ts'
import { type SmallRule, smallRegister } from './small-registers.ts'

/** One copy, three clients: whatever they do, and whenever. */
const oneCopy = (): System =>
  smallRegister(
    'at-once',
    ['A'],
    clientsAt(
      { K1: 'A', K2: 'A', K3: 'A' },
      {
        K1: { asks: inTurn(['write', 'read']) },
        K2: { asks: inTurn(['write']) },
        K3: { asks: inTurn(['read', 'read']) },
      },
    ),
  )

/** Two copies: K1 writes at A, K2 reads there, and K3 at B. */
const copies = (rule: SmallRule) => (): System =>
  smallRegister(
    rule,
    ['A', 'B'],
    clientsAt(
      { K1: 'A', K2: 'A', K3: 'B' },
      {
        K1: { asks: inTurn(['write']) },
        K2: { asks: inTurn(['read']) },
        K3: { asks: inTurn(['read']) },
      },
    ),
  )

export const checks: readonly Check[] = [
  explored('consistency/one-copy', 'holds', 'linearizable', oneCopy),
  explored('consistency/at-once', 'fails', 'linearizable', copies('at-once')),
  explored('consistency/all-first', 'fails', 'linearizable', copies('all-first')),
]

export const HISTORY_FIGURE = {
  timers: true,
  store: { choices: [], kind: 'register' },
  fields: { replica: ['value'] },
} as const

export const figures: readonly FigureDefinition[] = [
  {
    ...HISTORY_FIGURE,
    id: 'cap/copies',
    variants: ['at-once', 'all-first'],
    system: (rule) => copies(rule as SmallRule)(),
    script: {
      runs: {
        'at-once': { check: 'consistency/at-once' },
        'all-first': { check: 'consistency/all-first' },
      },
    },
    lanes: ['K1', 'K2', 'A', 'B', 'K3'],
  },
]

/** Does an order explain all that was answered in a run? */
export function isLinearizableRun({ record }: Run): boolean {
  return historyAt(operationsOf(record), record.steps.length, register(null)).verdict === 'linearizable'
}

/** Would an order explain it if the last read had come to this? */
function wouldFit({ record }: Run, value: string | null): boolean {
  const operations = operationsOf(record)
  const last = operations.findLast(({ f }) => f === 'read')!
  const changed = operations.map((one) => (one === last ? { ...one, result: value } : one))
  return historyAt(changed, record.steps.length, register(null)).verdict === 'linearizable'
}

const ask = (client: string, f: 'read' | 'write'): Line => ({ fire: client, timer: `ask:${f}` })

/** K1’s write has reached A, and nobody has told K1; K2 has asked. */
const UNDER_WAY: readonly Line[] = [ask('K1', 'write'), ['K1', 'write', 'A'], ask('K2', 'read')]

export const predictions: readonly Prediction[] = [
  {
    // A read that overlaps a write: the old value and the new one are both right.
    id: 'cap/overlap',
    system: copies('all-first'),
    before: UNDER_WAY,
    next: [
      ['K2', 'read', 'A'],
      ['A', 'value', 'K2'],
    ],
    answer: (run) => {
      const fits = ['k1.1', null].filter((value) => wouldFit(run, value))
      return fits.length === 2 ? 'either' : fits[0] === null ? 'old' : 'new'
    },
  },
  {
    // K2 has read the new one; then K3 asks.
    id: 'cap/after-it-was-seen',
    system: copies('all-first'),
    before: [...UNDER_WAY, ['K2', 'read', 'A'], ['A', 'value', 'K2'], ask('K3', 'read')],
    next: [
      ['K3', 'read', 'B'],
      ['B', 'value', 'K3'],
    ],
    answer: (run) => {
      const fits = ['k1.1', null].filter((value) => wouldFit(run, value))
      return fits.length === 2 ? 'either' : fits[0] === null ? 'old' : 'new'
    },
  },
  {
    // All copies are in step in the end. Was it linearizable?
    id: 'cap/in-step',
    system: copies('all-first'),
    before: [
      ...UNDER_WAY,
      ['K2', 'read', 'A'],
      ['A', 'value', 'K2'],
      ask('K3', 'read'),
      ['K3', 'read', 'B'],
      ['B', 'value', 'K3'],
    ],
    next: [
      ['A', 'copy', 'B'],
      ['B', 'copied', 'A'],
      ['A', 'written', 'K1'],
    ],
    answer: (run) => (isLinearizableRun(run) ? 'yes' : 'no'),
  },
]
