/** The page on the four problems that the note finds in two-phase commit. */
import type { System } from '../../../engine/actors/system.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check, Series } from '../check.ts'
import { explored } from '../locks/declared.ts'
import { goOn } from '../locks/runs.ts'
import { type Prediction, reachableFrom } from '../prediction.ts'
import type { Line } from '../script.ts'
import { type Moment, nodeOf, play, played } from '../services/script.ts'
import { phasesIn } from './outcomes.ts'
import {
  C,
  THREE,
  TWO,
  UNRELIABLE,
  type Phase,
  type Rule,
  all,
  coordinatorCrashes,
  twoPhase,
} from './two-phase-systems.ts'

/** The note's nodes, of which the coordinator may crash for good. */
const noted = (): System =>
  twoPhase({ noted: true, participants: all(TWO, 'noted'), ...coordinatorCrashes('never') })

/** What may happen is what is on its way; the coordinator may crash for good. */
const still = (participants: Readonly<Record<string, Rule>>) => (): System =>
  twoPhase({ participants, still: true, ...coordinatorCrashes('never') })

const delay = still(all(TWO, 'participant'))
const givingUp = (): System =>
  twoPhase({ participants: { orders: 'participant', stock: 'givesUp' }, still: true })
const alone = still(all(TWO, 'impatient'))

const EVERYBODY = ['coordinator', 'participant']

/** Three participants, of which one is down from the start. */
const withoutPayment = (): System => ({
  ...twoPhase({
    participants: all(THREE, 'participant'),
    ...UNRELIABLE,
    crashes: { roles: ['participant'], limit: 1, restart: 'never' },
  }),
  before: [{ kind: 'crash', node: 'payment' }],
})

const FIELDS = { coordinator: ['yes', 'decision'], participant: ['phase', 'lock'] }
const LANES = ['orders', C, 'stock']

const lastFrame = ({ record }: Run): Frame => record.frames.at(-1)!
const phaseAt = (frame: Frame, id: string): Phase | null =>
  (nodeOf(frame, id).state as { phase: Phase } | null)?.phase ?? null
const prepared = (frame: Frame): boolean => TWO.every((id) => phaseAt(frame, id) === 'prepared')
const ended = (frame: Frame): boolean =>
  TWO.every((id) => ['committed', 'aborted'].includes(String(phaseAt(frame, id))))

/** Two participants and a coordinator that crashes when both have voted, with clocks. */
const timed = (rule: Rule) => (): System =>
  twoPhase({
    participants: { orders: 'participant', stock: rule },
    crashes: { roles: EVERYBODY, limit: 'unlimited', restart: 'later' },
    time: {},
  })

/** The coordinator crashes when both are prepared, and is back after so many milliseconds. */
function away(milliseconds: number, rule: Rule): Run {
  let since = 0
  const crash: Moment = {
    once(frame) {
      since = frame.now!
      return prepared(frame)
    },
    then: { kind: 'crash', node: C },
  }
  const back: Moment = {
    once: (frame) => frame.now! >= since + milliseconds,
    then: { kind: 'restart', node: C },
  }
  return played(timed(rule)(), [crash, back], ended)
}

/** For how long the stock was locked. */
function heldIn({ record }: Run): number {
  const at = (holds: boolean, from: number): number =>
    record.frames.findIndex(
      (frame, index) => index >= from && (phaseAt(frame, 'stock') === 'prepared') === holds,
    )
  const taken = at(true, 0)
  return record.frames[at(false, taken)]!.now! - record.frames[taken]!.now!
}

const held = (id: string, rule: Rule): Series => ({
  kind: 'series',
  id,
  from: 0,
  to: 1000,
  over: [0, 100, 200, 400, 600, 800, 1000],
  system: timed(rule),
  script: (milliseconds) => away(milliseconds, rule),
  shows: (run) => ended(lastFrame(run)),
  measure: heldIn,
  words: 'check.held',
  axes: { x: 'away', y: 'held' },
})

export const checks: readonly Check[] = [
  held('C21/held', 'participant'),
  held('C21/gives-up', 'givesUp'),
  {
    ...explored('C22/blocked', 'fails', 'all-decided', noted),
    after: [[C, 'prepare', 'orders'], [C, 'prepare', 'stock'], { crash: C }],
  },
  explored('C22/returns', 'holds', 'all-decided', () =>
    twoPhase({ ...UNRELIABLE, ...coordinatorCrashes('later') }),
  ),
  explored('C23/partly', 'reached', 'partly-committed', delay),
  explored('C24/nobody', 'holds', 'nobody-commits', withoutPayment),
  explored('C24/aborted', 'reached', 'others-aborted', withoutPayment),
  explored('E15/alone', 'reached', 'aborted-alone', alone),
  explored('E16/delay', 'holds', 'all-alike', () =>
    twoPhase({
      participants: all(TWO, 'impatient'),
      ...UNRELIABLE,
      crashes: { roles: EVERYBODY, limit: 'unlimited', restart: 'later' },
    }),
  ),
  explored('E16/split', 'fails', 'all-alike', givingUp),
]

export const figures: readonly FigureDefinition[] = [
  {
    id: 'transactions/locked',
    variants: ['participant'],
    system: () => timed('participant')(),
    script: () => away(400, 'participant').record.steps.map(({ action }) => action),
    fields: FIELDS,
    lanes: LANES,
  },
  {
    id: 'transactions/blocked',
    variants: ['script'],
    system: noted,
    script: { check: 'C22/blocked' },
    fields: FIELDS,
    lanes: LANES,
  },
  {
    id: 'transactions/alone',
    variants: ['script'],
    system: alone,
    script: { check: 'E15/alone' },
    fields: FIELDS,
    lanes: LANES,
  },
  {
    id: 'transactions/delay',
    variants: ['script'],
    system: delay,
    script: { check: 'C23/partly' },
    fields: FIELDS,
    lanes: LANES,
  },
  {
    id: 'transactions/split',
    variants: ['script'],
    system: givingUp,
    script: { check: 'E16/split' },
    fields: FIELDS,
    lanes: LANES,
  },
]

const returning = (): System =>
  twoPhase({ participants: all(TWO, 'participant'), still: true, ...coordinatorCrashes('later') })

/** The orders have been told to commit, the stock has not, and the coordinator is gone. */
const PARTLY_TOLD: readonly Line[] = [
  [C, 'prepare', 'orders'],
  [C, 'prepare', 'stock'],
  ['orders', 'vote', C],
  ['stock', 'vote', C],
  [C, 'decision', 'orders'],
  { crash: C },
]

const inDoubt: Moment = { once: prepared, then: { kind: 'crash', node: C } }

export const predictions: readonly Prediction[] = [
  {
    // Both are in doubt and the coordinator is gone; then the stock's process crashes as well, and starts again.
    id: 'transactions/restart-in-doubt',
    system: timed('participant'),
    before: () => play(timed('participant')(), [inDoubt], (frame) => !nodeOf(frame, C).up),
    next: (before) =>
      goOn(timed('participant')(), before, (frame) => nodeOf(frame, 'stock').up && (frame.now ?? 0) > 200, [
        { once: () => true, then: { kind: 'crash', node: 'stock' } },
        { once: (frame) => !nodeOf(frame, 'stock').up, then: { kind: 'restart', node: 'stock' } },
      ]),
    answer: (run) => (phaseAt(lastFrame(run), 'stock') === 'prepared' ? 'held' : 'free'),
  },
  {
    // The orders have heard of the commit, and the coordinator is gone: may the stock still abort, whatever comes next?
    id: 'transactions/half-told',
    system: returning,
    before: PARTLY_TOLD,
    next: { shortest: 'all-committed' },
    answer: ({ system, record }, from) => {
      const before = record.steps.slice(0, from - 1).map(({ action }) => action)
      return reachableFrom(system, before, 'some-abort') === null ? 'commits' : 'either'
    },
  },
  {
    id: 'transactions/one-down',
    system: withoutPayment,
    before: () => [{ kind: 'crash', node: 'payment' }],
    next: { shortest: 'others-aborted' },
    answer: ({ view }) => (phasesIn(view).includes('committed') ? 'commit' : 'abort'),
  },
  {
    id: 'transactions/no-promise',
    system: alone,
    before: [['C', 'prepare', 'orders'], { crash: C }],
    next: { shortest: 'aborted-alone' },
    answer: ({ view }) => (phasesIn(view)[1] === 'aborted' ? 'may' : 'waits'),
  },
]
