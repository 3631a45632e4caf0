/** The last page on CAP: what its C is not, what is left to choose while nothing is cut, and what that costs. */
import type { Run } from '../../../engine/drivers/run.ts'
import { replay } from '../../../engine/drivers/run.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check, Computed, Explored, Series } from '../check.ts'
import { decide } from '../explored.ts'
import { explored } from '../locks/declared.ts'
import type { Prediction } from '../prediction.ts'
import type { Line } from '../script.ts'
import { played } from '../services/script.ts'
import { HISTORY_FIGURE, isLinearizableRun } from './consistency.ts'
import { does, over } from './register-figures.ts'
import { type Rule, registerOf } from './registers.ts'
import { lagging, oneCopy, transactionsIn } from './seat.ts'
import { isSerializable } from './serializable.ts'

const soldTwice: Explored = explored('E21/sold-twice', 'fails', 'sold-once', oneCopy)
const stale: Explored = explored('E21/stale', 'fails', 'linearizable', lagging)

/** Asked here and not by check.ts: this file goes into the page with its figure, and what remembers results is for builds alone. */
const recordOf = (check: Explored) => replay(check.system(), decide(check).actions)

/** Both runs, looked at once more: is there an order of whole transactions that explains them? */
const serializable: Computed = {
  kind: 'computed',
  id: 'E21/serializable',
  work: () => ({
    twice: isSerializable(transactionsIn(recordOf(soldTwice))) ? 'yes' : 'no',
    stale: isSerializable(transactionsIn(recordOf(stale))) ? 'yes' : 'no',
  }),
  holds: ({ twice, stale: lags }) => twice === 'no' && lags === 'yes',
  words: 'check.serializable',
}

const THREE = ['A', 'B', 'C'] as const

/** A write at A, with replicas so many milliseconds apart. */
const distance = (rule: Rule) => (milliseconds: number) =>
  registerOf(rule, { K1: 'A' }, { replicas: THREE, latency: milliseconds })
const written = (rule: Rule, milliseconds: number): Run =>
  played(distance(rule)(milliseconds), [does('K1', 'write')], over('K1', 1))

/** How long the replica that was asked needs until it answers: what its client waits beside the way there and back. */
function thinksFor({ record }: Run): number {
  const nowAfter = (number: number): number => record.frames[number]!.now!
  const asked = record.steps.find(({ received }) => received?.type === 'write')!
  const answers = record.steps.find(({ sent }) => sent.some(({ type }) => type === 'written'))!
  return nowAfter(answers.number) - nowAfter(asked.number)
}

const latency = (rule: Rule): Series => ({
  kind: 'series',
  id: `PACELC/${rule}`,
  from: 1,
  to: 100,
  over: [1, 10, 25, 50, 75, 100],
  system: distance(rule),
  script: (milliseconds) => written(rule, milliseconds),
  shows: ({ record }) => record.steps.some(({ received }) => received?.type === 'written'),
  measure: thinksFor,
  words: 'check.thinks',
  axes: { x: 'apart', y: 'thinks' },
})

export const checks: readonly Check[] = [
  explored('E21/one-copy', 'holds', 'linearizable', oneCopy),
  soldTwice,
  explored('E21/sold-once', 'holds', 'sold-once', lagging),
  stale,
  serializable,
  latency('majority'),
  latency('always'),
]

export const figures: readonly FigureDefinition[] = [
  {
    ...HISTORY_FIGURE,
    id: 'cap/seat',
    variants: ['twice', 'stale'],
    system: (variant) => (variant === 'twice' ? oneCopy() : lagging()),
    script: { runs: { twice: { check: 'E21/sold-twice' }, stale: { check: 'E21/stale' } } },
    lanes: ['K1', 'A', 'B', 'K2'],
  },
]

const ask = (client: string, f: 'read' | 'write'): Line => ({ fire: client, timer: `ask:${f}` })

/** Both have read that the seat is free, and K1 has it. */
const BOTH_READ: readonly Line[] = [
  ask('K1', 'read'),
  ['K1', 'read', 'A'],
  ['A', 'value', 'K1'],
  ask('K2', 'read'),
  ['K2', 'read', 'A'],
  ['A', 'value', 'K2'],
  ask('K1', 'write'),
  ['K1', 'write', 'A'],
  ['A', 'written', 'K1'],
]

/** K1 has the seat at A, B has not heard of it, and K2 looks there. */
const LAGS: readonly Line[] = [
  ask('K1', 'read'),
  ['K1', 'read', 'A'],
  ['A', 'value', 'K1'],
  ask('K1', 'write'),
  ['K1', 'write', 'A'],
  ['A', 'written', 'K1'],
  ask('K2', 'read'),
]

export const predictions: readonly Prediction[] = [
  {
    id: 'cap/second-buyer',
    system: oneCopy,
    before: BOTH_READ,
    next: [ask('K2', 'write'), ['K2', 'write', 'A'], ['A', 'written', 'K2']],
    answer: (run) => (isLinearizableRun(run) ? 'linearizable' : 'not'),
  },
  {
    id: 'cap/stale-look',
    system: lagging,
    before: LAGS,
    next: [
      ['K2', 'read', 'B'],
      ['B', 'value', 'K2'],
    ],
    answer(run) {
      const serial = isSerializable(transactionsIn(run.record))
      const linear = isLinearizableRun(run)
      return serial && linear ? 'both' : serial ? 'serializable' : linear ? 'linearizable' : 'neither'
    },
  },
  {
    // Nothing is cut, and the other data centre is 50 ms away.
    id: 'cap/far-away',
    system: () => distance('majority')(50),
    before: () =>
      played(distance('majority')(50), [does('K1', 'write')], ({ now = 0 }) => now >= 50).record.steps.map(
        ({ action }) => action,
      ),
    next: (before) =>
      written('majority', 50)
        .record.steps.map(({ action }) => action)
        .slice(before.length),
    answer: (run) => String(thinksFor(run)),
  },
]
