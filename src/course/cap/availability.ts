/**
 * The page on availability. The note gives two definitions of it: a share of the time, and that every request is answered. Two runs of a day
 * tell them apart: one has five nines and breaks the second, the other keeps the second and is down for half of the time.
 */
import type { System } from '../../../engine/actors/system.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import type { RunRecord } from '../../../engine/trace/record.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import { PERIODS, downOf, durationOf, percentOf } from '../../widgets/nines/nines.ts'
import type { Check, Computed } from '../check.ts'
import type { Prediction } from '../prediction.ts'
import { type Moment, nodeOf, played } from '../services/script.ts'
import { clientsAt, inTurn } from './clients.ts'
import { heal, cut, over } from './register-figures.ts'
import { LATENCY } from './registers.ts'
import { smallRegister } from './small-registers.ts'

const HOUR = (PERIODS.day * 1_000) / 24
const DAY = 24 * HOUR
const REPLICAS = ['A', 'B', 'C'] as const

/** How often K1 looks whether the service is there, which is how its operator knows: every six hours. */
const LOOKS = 4
/** First it writes, then it looks whether that is still there. */
const DAILY = ['write', ...Array<'read'>(LOOKS - 1).fill('read')] as const
/** For so long C is cut off with K3, in milliseconds. */
const CUT_MS = 800

/** What it asks for takes a message there and one back. */
const every = (count: number): number => DAY / LOOKS - (count === 0 ? 0 : 2 * LATENCY)

/** A is the primary. K1 looks at it four times a day; K2 asks by B, and K3 by C, at the time of the cut. */
const nines = (): System =>
  smallRegister(
    'primary',
    REPLICAS,
    clientsAt(
      { K1: 'A', K2: 'B', K3: 'C' },
      {
        K1: { asks: inTurn(DAILY, every) },
        K2: { asks: inTurn(['read'], () => DAY / LOOKS + CUT_MS) },
        K3: { asks: inTurn(['read'], () => DAY / LOOKS + CUT_MS / 2) },
      },
    ),
    { timed: true },
  )

const at =
  (milliseconds: number) =>
  ({ now = 0 }: Frame): boolean =>
    now >= milliseconds

const ninesRun = (): Run =>
  played(
    nines(),
    [
      cut(over('K1', 1), [
        ['A', 'B', 'K1', 'K2'],
        ['C', 'K3'],
      ]),
      heal(over('K2', 1)),
    ],
    over('K1', LOOKS),
    undefined,
    'lost',
  )

/** All three replicas are down for the middle of the day. K1 looks at them every six hours, and waits for a second each time. */
const reverse = (): System =>
  smallRegister(
    'primary',
    REPLICAS,
    clientsAt({ K1: 'A' }, { K1: { asks: inTurn(DAILY, every), patience: 1_000 } }),
    { timed: true },
  )

const all = (kind: 'crash' | 'restart', once: Moment['once']): Moment[] =>
  REPLICAS.map((node): Moment => ({ once, then: { kind, node } }))

const reverseRun = (): Run =>
  played(
    reverse(),
    [...all('crash', over('K1', 1)), ...all('restart', at((DAY * (LOOKS - 1)) / LOOKS))],
    over('K1', LOOKS),
    undefined,
    'lost',
  )

/** The share of a run in which a replica is down, or cut off from others. */
export function downShare({ frames }: RunRecord): number {
  let down = 0
  frames.slice(1).forEach((frame, index) => {
    const before = frames[index]!
    const isWhole = before.groups === null && before.nodes.every(({ role, up }) => role !== 'replica' || up)
    if (!isWhole) down += frame.now! - before.now!
  })
  return down / frames.at(-1)!.now!
}

/** Requests that a replica that was up has received from a client, and those of them that it never answered. */
export function requestsIn({ steps }: RunRecord): { received: number; unanswered: number } {
  const requests = steps.flatMap(({ action, received }) =>
    action.kind === 'deliver' && received && ['read', 'write'].includes(received.type)
      ? [(received.fields as { id: string }).id]
      : [],
  )
  const answers = new Set(
    steps.flatMap(({ sent }) =>
      sent.flatMap(({ type, fields }) =>
        ['value', 'written'].includes(type) ? [(fields as { id: string }).id] : [],
      ),
    ),
  )
  return { received: requests.length, unanswered: requests.filter((id) => !answers.has(id)).length }
}

/** How a run fares by both definitions. */
const faring = (run: Run) => {
  const { received, unanswered } = requestsIn(run.record)
  const down = downShare(run.record)
  return {
    uptime: percentOf(down),
    hours: DAY / HOUR,
    received,
    unanswered,
    enough: down <= downOf('99.999')! ? 1 : 0,
  }
}

const fourNines: Computed = {
  kind: 'computed',
  id: 'C25/four-nines',
  work() {
    const { amount, unit } = durationOf(downOf('99.99')! * PERIODS.year)
    return { minutes: amount, unit, days: String(PERIODS.year / PERIODS.day) }
  },
  holds: ({ minutes, unit }) => minutes === '52.6' && unit === 'min',
  words: 'check.nines',
}

export const checks: readonly Check[] = [
  fourNines,
  {
    kind: 'computed',
    id: 'E19/nines',
    work: () => faring(ninesRun()),
    holds: ({ enough, unanswered }) => enough === 1 && Number(unanswered) > 0,
    words: 'check.faring',
  },
  {
    kind: 'computed',
    id: 'E19/reverse',
    work: () => faring(reverseRun()),
    holds: ({ uptime, received, unanswered }) =>
      Number(uptime) < 51 && Number(received) > 0 && unanswered === 0,
    words: 'check.faring',
  },
]

const shown = {
  timers: true,
  store: { choices: [], kind: 'register' },
  fields: { replica: ['value'] },
  lanes: ['K1', 'A', 'B', 'K2', 'C', 'K3'],
  variants: ['script'],
} as const

export const figures: readonly FigureDefinition[] = [
  {
    ...shown,
    id: 'cap/five-nines',
    shows: 'E19/nines',
    system: nines,
    script: () => ninesRun().record.steps.map(({ action }) => action),
  },
  {
    ...shown,
    id: 'cap/half-a-day',
    shows: 'E19/reverse',
    system: reverse,
    script: () => reverseRun().record.steps.map(({ action }) => action),
    lanes: ['K1', 'A', 'B', 'C'],
  },
]

/** A run as a question: what has happened before the first frame of which something holds, and what comes then. */
function asked(run: () => Run, from: (frame: Frame) => boolean): Pick<Prediction, 'before' | 'next'> {
  const split = () => {
    const { frames, steps } = run().record
    const place = frames.findIndex(from)
    const actions = steps.map(({ action }) => action)
    return [actions.slice(0, place), actions.slice(place)] as const
  }
  return { before: () => split()[0], next: () => split()[1] }
}

export const predictions: readonly Prediction[] = [
  {
    // C is cut off when K3 asks it, and a moment later it is not.
    id: 'cap/healed',
    system: nines,
    ...asked(ninesRun, (frame) => frame.groups !== null),
    answer: ({ record }) => (over('K3', 1)(record.frames.at(-1)!) ? 'answered' : 'never'),
  },
  {
    // What K1, whose replica was never cut off, has seen of all that.
    id: 'cap/monitor',
    system: nines,
    ...asked(ninesRun, (frame) => frame.groups === null && over('K2', 1)(frame)),
    answer: ({ record }) => {
      const { operations } = nodeOf(record.frames.at(-1)!, 'K1').state as { operations: { done: boolean }[] }
      return operations.length === LOOKS && operations.every(({ done }) => done) ? 'all' : 'some'
    },
  },
  {
    // All are down when K1 asks.
    id: 'cap/nobody-there',
    system: reverse,
    ...asked(reverseRun, (frame) => frame.nodes.every(({ role, up }) => role !== 'replica' || !up)),
    answer: ({ record }) => (requestsIn(record).unanswered === 0 ? 'kept' : 'broken'),
  },
]
