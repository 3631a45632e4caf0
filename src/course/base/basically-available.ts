/** The page on what “basically available” means: a shop that has too much to do, with and without a degraded page. */
import type { AnyNodeDefinition, System } from '../../../engine/actors/system.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check, Measured } from '../check.ts'
import { type Part, once } from '../measured.ts'
import { goOn } from '../locks/runs.ts'
import type { Prediction } from '../prediction.ts'
import { nodeOf, play } from '../services/script.ts'
import {
  type Kind,
  type Tally,
  type Visit,
  type VisitorsState,
  degrading,
  plain,
  shop,
  shopIn,
  visited,
} from './shop.ts'

/** What comes before is the time in which a queue grows; then so much is counted, in milliseconds. */
const COUNTED_FROM = 3000
const COUNTED = 7000

const shops = {
  with: once((customers: number) => shop(customers, true, COUNTED_FROM)),
  without: once((customers: number) => shop(customers, false, COUNTED_FROM)),
}

const counted = (
  id: string,
  degradedPage: boolean,
  [kind, what]: readonly [Kind, readonly ('full' | 'degraded')[]],
  words: string,
  expect: Measured['expect'],
): Measured => ({
  kind: 'measured',
  id,
  system: shops[degradedPage ? 'with' : 'without'],
  at: 40,
  over: [10, 15, 20, 25, 30, 40, 50, 60],
  counted: (view) => partOf(shopIn(view).tallies[kind], what),
  runs: 3,
  seed: 1,
  milliseconds: COUNTED_FROM + COUNTED,
  expect,
  words,
  axes: { x: 'customers', y: 'in-time' },
})

const partOf = ({ full, degraded, refused, late }: Tally, what: readonly ('full' | 'degraded')[]): Part => ({
  had: (what.includes('full') ? full : 0) + (what.includes('degraded') ? degraded : 0),
  of: full + degraded + refused + late,
})

const CHECKOUTS = ['checkout', ['full']] as const
const REVIEWS = ['reviews', ['full', 'degraded']] as const
const FULL_REVIEWS = ['reviews', ['full']] as const
const RECOMMENDATIONS = ['recommendations', ['full', 'degraded']] as const

export const checks: readonly Check[] = [
  counted('C28/with', true, CHECKOUTS, 'check.checkouts', { least: 0.9 }),
  counted('C28/without', false, CHECKOUTS, 'check.checkouts', { most: 0.02 }),
  counted('C28/reviews-with', true, REVIEWS, 'check.review-pages', { least: 1 }),
  counted('C28/reviews-without', false, REVIEWS, 'check.review-pages', { most: 0.02 }),
  counted('C28/full-with', true, FULL_REVIEWS, 'check.full-reviews', { most: 0.5 }),
  counted('C28/bulkhead', false, RECOMMENDATIONS, 'check.recommendation-pages', { least: 1 }),
]

/** Six who want reviews, and then somebody who wants to pay. */
const CROWD: readonly Visit[] = [
  ...[0, 1, 2, 3, 4, 5].map((at): Visit => ({ kind: 'reviews', at })),
  { kind: 'checkout', at: 10 },
]
const CHECKOUT = CROWD.length

const crowd = (definition: AnyNodeDefinition): System => visited(definition, CROWD)

const usersAt = (frame: Frame): VisitorsState => nodeOf(frame, 'users').state as unknown as VisitorsState
const hasLeft = (frame: Frame): boolean => usersAt(frame).left.includes(CHECKOUT)
/** Everybody has an answer or has left, and the database has nothing to do. */
const isOver = (frame: Frame): boolean => {
  const { answers, left } = usersAt(frame)
  const { calls } = nodeOf(frame, 'database').state as unknown as { calls: readonly unknown[] }
  const over = Object.keys(answers).length + left.length === CROWD.length
  return over && calls.length === 0 && frame.inFlight.length === 0
}
const hasCome = (frame: Frame): boolean => frame.now! >= 15

export const figures: readonly FigureDefinition[] = [
  {
    id: 'base/crowd',
    variants: ['plain', 'degrading'],
    system: (variant) => crowd(variant === 'plain' ? plain : degrading),
    script: (variant) => play(crowd(variant === 'plain' ? plain : degrading), [], isOver),
    fields: { users: ['answers', 'left'], database: ['calls'] },
    lanes: ['users', 'shop', 'database'],
  },
]

const lastFrame = ({ record }: Run): Frame => record.frames.at(-1)!
/** What has become of a request. */
const outcomeOf = (frame: Frame, id: number): string =>
  hasLeft(frame) ? 'late' : (usersAt(frame).answers[id] ?? 'nothing')

const asked = (
  id: string,
  definition: AnyNodeDefinition,
  before: (frame: Frame) => boolean,
  answer: Prediction['answer'],
): Prediction => ({
  id,
  system: () => crowd(definition),
  before: () => play(crowd(definition), [], before),
  next: (actions) => goOn(crowd(definition), actions, isOver),
  answer,
})

export const predictions: readonly Prediction[] = [
  asked('base/after-the-crowd', plain, hasCome, (run) => outcomeOf(lastFrame(run), CHECKOUT)),
  asked('base/after-the-crowd-degraded', degrading, hasCome, (run) => outcomeOf(lastFrame(run), CHECKOUT)),
  asked(
    'base/nobody-waits',
    plain,
    hasLeft,
    // Is the call of the one who has left still done?
    ({ record }, from) =>
      record.steps
        .slice(from - 1)
        .some(({ sent }) =>
          sent.some(({ type, fields }) => type === 'result' && (fields as { id: number }).id === CHECKOUT),
        )
        ? 'works'
        : 'forgets',
  ),
]
