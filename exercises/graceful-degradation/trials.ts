/** What graceful-degradation is tried on: the users, the back ends, and what comes of them when. Times are milliseconds. */
import { boolean, fields, number, oneOf } from '../../engine/actors/fields.ts'
import type { AnyNodeDefinition, Role, System } from '../../engine/actors/system.ts'
import { type Context, node } from '../../engine/api.ts'
import type { Answer as Given } from '../../engine/exercise.ts'
import type { Kind, Messages } from './messages.ts'
import {
  type Answer,
  type BackEnd,
  DEADLINE,
  type Trouble,
  type UsersSeen,
  promise,
  served,
  watched,
} from './properties.ts'

/** A request that a user will make. */
export interface Visit {
  readonly kind: Kind
  /** Null: at some moment, see `Trial.between`. */
  readonly at: number | null
}

/** A time in which a back end does nothing. */
export interface Hang extends Trouble {
  /** Is what it was called for until its end lost? Left out: it is done then. */
  readonly loses?: true
}

export interface Trial {
  readonly visits: readonly Visit[]
  /** When visits come that don’t say when: one of these in an exploration, anything from the first to the last in random runs. */
  readonly between?: readonly number[]
  readonly hangs?: readonly Hang[]
  /** How long a message may take. */
  readonly latencies: readonly number[]
  /** A back end that takes any of these times for a call, each time. */
  readonly varies?: { readonly backEnd: BackEnd; readonly takes: readonly number[] }
  /** Is there a run in which somebody gets to see reviews? */
  readonly goal?: true
}

/** What a call takes at a back end that is well. */
export const TAKES: { readonly [backEnd in BackEnd]: number } = { database: 60, recommender: 20 }
/** A message takes no longer. */
export const LATENCY_MAX = 5

interface Users {
  /** What they were told, by the number of the request. */
  answers: { [id: string]: Answer[] }
  /** Requests that were not answered by their deadline. */
  late: number[]
}

/**
 * Users, who ask the shop at the times of their visits.
 * @param visits those that say when in the order of their times; the first has the number 1
 */
export function usersOf(visits: readonly Visit[]): AnyNodeDefinition {
  const told = ({ answers }: Users, id: number, answer: Answer, ctx: Context<Messages>): void => {
    answers[id] = [...(answers[id] ?? []), answer]
    ctx.cancelTimer(`late:${id}`)
  }
  /** Sets the timer of the next visit whose time is known, of those after this one. */
  const next = (after: number, now: number, ctx: Context<Messages>): void => {
    const id = 1 + visits.findIndex(({ at }, index) => index >= after && at !== null)
    if (id > 0) ctx.setTimer(`visit:${id}`, visits[id - 1]!.at! - now)
  }
  return node<Users, Messages>({
    init(ctx) {
      next(0, 0, ctx)
      visits.forEach(({ at }, index) => {
        if (at === null) ctx.setTimer(`visit:${index + 1}`)
      })
      return { answers: {}, late: [] }
    },
    on: {
      page(state, { id, full }, ctx) {
        told(state, id, full ? 'full' : 'degraded', ctx)
      },
      refused(state, { id }, ctx) {
        told(state, id, 'refused', ctx)
      },
    },
    timers: {
      visit(_state, ctx) {
        const id = Number(ctx.about)
        const { kind, at } = visits[id - 1]!
        if (at !== null) next(id, at, ctx)
        ctx.send('shop', 'request', { id, kind })
        ctx.setTimer(`late:${id}`, DEADLINE + 1)
      },
      late(state, ctx) {
        state.late.push(Number(ctx.about))
      },
    },
  })
}

interface Queue {
  /** Calls in the order in which they came; the first is being worked on. */
  calls: { id: number; from: string }[]
  hangs: boolean
}

/** A back end, which does one call after the other, whether somebody still waits for it or not. */
export function backEnd(
  kinds: readonly Kind[],
  /** Milliseconds; null: what the system’s `timeouts` have for `work`. */
  takes: number | null,
  hangs: readonly Hang[] = [],
): AnyNodeDefinition {
  const work = (ctx: Context<Messages>): void => ctx.setTimer('work', takes ?? undefined)
  return node<Queue, Messages>({
    init(ctx) {
      hangs.forEach(({ from, until }, index) => {
        if (from > 0) ctx.setTimer(`hang:${index}`, from)
        if (until < Infinity) ctx.setTimer(`resume:${index}`, until)
      })
      return { calls: [], hangs: hangs.some(({ from }) => from === 0) }
    },
    on: {
      call(state, { id, kind }, ctx) {
        if (!kinds.includes(kind)) return
        state.calls.push({ id, from: ctx.from })
        if (state.calls.length === 1 && !state.hangs) work(ctx)
      },
    },
    timers: {
      work(state, ctx) {
        const { id, from } = state.calls.shift()!
        ctx.send(from, 'result', { id })
        if (state.calls.length > 0) work(ctx)
      },
      hang(state, ctx) {
        state.hangs = true
        ctx.cancelTimer('work')
      },
      resume(state, ctx) {
        state.hangs = false
        if (hangs[Number(ctx.about)]!.loses) state.calls = []
        if (state.calls.length > 0) work(ctx)
      },
    },
  })
}

const KINDS: { readonly [backEnd in BackEnd]: readonly Kind[] } = {
  database: ['checkout', 'reviews'],
  recommender: ['recommendations'],
}

const kind = oneOf('checkout', 'reviews', 'recommendations')

const rolesOf = (visits: readonly Visit[]): Record<string, Role> => ({
  users: {
    sends: { request: fields({ id: number, kind }) },
    observe: ({ state }): UsersSeen => {
      const { answers, late } = state as Users
      return { kinds: visits.map((visit) => visit.kind), answers, late }
    },
  },
  shop: {
    sends: {
      page: fields({ id: number, full: boolean }),
      refused: fields({ id: number }),
      call: fields({ id: number, kind }),
    },
    observe: ({ state }) => state,
  },
  database: { sends: { result: fields({ id: number }) }, observe: () => null },
  recommender: { sends: { result: fields({ id: number }) }, observe: () => null },
})

/** So long after the last deadline the shop may do what it likes. */
const AFTERWARDS = 100

/** When everything in a trial is over. */
export function endOf({ visits, between = [0] }: Trial): number {
  return Math.max(...visits.map(({ at }) => at ?? Math.max(...between))) + DEADLINE + AFTERWARDS
}

/** The answer as the shop of a trial, with its users and back ends. */
export function system(trial: Trial, { definition, probe }: Given): System {
  const { visits, between, hangs = [], latencies, varies, goal } = trial
  const troubles: Trouble[] = [
    ...hangs,
    ...(varies ? [{ backEnd: varies.backEnd, from: 0, until: Infinity }] : []),
  ]
  const at = (id: BackEnd): AnyNodeDefinition =>
    backEnd(
      KINDS[id],
      varies?.backEnd === id ? null : TAKES[id],
      hangs.filter((one) => one.backEnd === id),
    )
  return {
    nodes: [
      { id: 'users', role: 'users', definition: usersOf(visits) },
      { id: 'shop', role: 'shop', definition: watched(definition, troubles, endOf(trial)), probe },
      { id: 'database', role: 'database', definition: at('database') },
      { id: 'recommender', role: 'recommender', definition: at('recommender') },
    ],
    roles: rolesOf(visits),
    network: { duplicates: 0, drops: 0 },
    crashes: null,
    time: {
      latencies,
      timeouts: { ...(between && { visit: between }), ...(varies && { work: varies.takes }) },
      readers: ['shop'],
    },
    properties: goal ? [...promise, served] : promise,
  }
}

/** Requests of one kind, at these times. */
const each = (kind: Kind, ...times: readonly number[]): Visit[] => times.map((at) => ({ kind, at }))
/** All of these in the order of their times; those that don’t say when come last. */
const ordered = (...visits: readonly (readonly Visit[])[]): Visit[] =>
  visits.flat().sort((one, other) => (one.at ?? Infinity) - (other.at ?? Infinity))
/** From the first time to the last, so far apart. */
const every = (apart: number, from: number, to: number): number[] =>
  Array.from({ length: Math.floor((to - from) / apart) + 1 }, (_, index) => from + index * apart)

/** So many requests of one kind that don’t say when. */
const some = (kind: Kind, count: number): Visit[] => Array.from({ length: count }, () => ({ kind, at: null }))

/** Trials of which every run is looked at. */
export const explored: { readonly [id: string]: Trial } = {
  quiet: {
    visits: ordered(each('checkout', 0, 200), each('reviews', 100, 300), each('recommendations', 0, 100)),
    latencies: [LATENCY_MAX],
  },
  'slow-recommender': {
    visits: each('recommendations', 0, 10, 150),
    latencies: [LATENCY_MAX],
    varies: { backEnd: 'recommender', takes: [20, 110, 275, 285, 400] },
  },
  'slow-database': {
    visits: ordered(each('checkout', 0), each('reviews', 40), each('checkout', 150)),
    latencies: [LATENCY_MAX],
    varies: { backEnd: 'database', takes: [60, 130, 240, 280, 400] },
  },
  crowd: {
    visits: ordered(each('reviews', 0, 1, 2, 3, 4, 5), some('checkout', 2)),
    between: [6, 61, 130],
    latencies: [LATENCY_MAX],
    goal: true,
  },
  // Reviews come twice as fast as the database does them: a count of calls that forgets some lets in ever more.
  steady: {
    visits: ordered(
      each('reviews', ...[0, 72, 132, 192].flatMap((at) => [at, at + 1])),
      each('checkout', 195, 196),
    ),
    latencies: [LATENCY_MAX],
  },
  // When the last checkout comes the database has one other to do, whose call was made long ago because all was in line at once.
  'late-checkout': {
    visits: ordered(each('checkout', 0, 1, 2, 3, 235), each('reviews', ...every(30, 15, 225))),
    latencies: [LATENCY_MAX],
  },
  rush: {
    visits: ordered(each('checkout', ...every(10, 0, 80), 370, 372), each('reviews', 65, 85, 125)),
    latencies: [LATENCY_MAX],
  },
  silent: {
    visits: ordered(
      each('recommendations', ...every(43, 0, 215), ...every(43, 516, 1_548)),
      each('checkout', 240, 310, 700, 1_100),
    ),
    hangs: [{ backEnd: 'recommender', from: 0, until: Infinity }],
    latencies: [LATENCY_MAX],
  },
  'goes-on': {
    visits: ordered(
      each('recommendations', ...every(50, 0, 250), ...every(200, 700, 1_500), 1_650, 1_750),
      each('reviews', 400),
    ),
    hangs: [{ backEnd: 'recommender', from: 0, until: 600 }],
    latencies: [LATENCY_MAX],
  },
  // All that it has been called for in 600 ms is lost: a count that leaks has no room left.
  restarts: {
    visits: each('recommendations', ...every(43, 0, 602), ...every(200, 750, 1_550), 1_700),
    hangs: [{ backEnd: 'recommender', from: 0, until: 650, loses: true }],
    latencies: [LATENCY_MAX],
  },
  // What is called for to see whether it is back is lost too.
  'restarts-late': {
    visits: each(
      'recommendations',
      ...every(50, 0, 200),
      ...every(150, 750, 1_050),
      ...every(200, 1_300, 1_900),
      2_150,
    ),
    hangs: [{ backEnd: 'recommender', from: 0, until: 1_100, loses: true }],
    latencies: [LATENCY_MAX],
  },
  // One call has shown nothing yet but that there is no answer to it, when a crowd comes.
  'one-then-many': {
    visits: each('recommendations', 0, ...every(1, 502, 508)),
    hangs: [{ backEnd: 'recommender', from: 0, until: Infinity }],
    latencies: [LATENCY_MAX],
  },
  stalls: {
    visits: ordered(
      each('checkout', 0, 50, 100, 150, 750, 1_350, 1_660, 1_780),
      each('reviews', 20, 1_050, ...every(2, 1_640, 1_650)),
    ),
    hangs: [{ backEnd: 'database', from: 0, until: 600 }],
    latencies: [LATENCY_MAX],
  },
  'database-restarts': {
    visits: ordered(
      each('checkout', ...every(86, 100, 960), ...every(300, 1_200, 2_100), 2_200),
      each('reviews', 20, ...every(86, 143, 960), 1_350, 1_650, 2_400),
    ),
    hangs: [{ backEnd: 'database', from: 100, until: 1_000, loses: true }],
    latencies: [LATENCY_MAX],
  },
}

/** Random runs of a trial. */
export interface RandomTrial extends Trial {
  readonly runs: number
}

export const random: { readonly [id: string]: RandomTrial } = {
  busy: {
    runs: 60,
    visits: [...some('checkout', 8), ...some('reviews', 10), ...some('recommendations', 4)],
    between: [0, 700],
    latencies: [1, 2, 3, 4, LATENCY_MAX],
  },
  'ragged-recommender': {
    runs: 40,
    visits: [...some('checkout', 2), ...some('recommendations', 8)],
    between: [0, 900],
    latencies: [1, 2, 3, 4, LATENCY_MAX],
    varies: { backEnd: 'recommender', takes: [20, 400] },
  },
  'ragged-database': {
    runs: 40,
    visits: [...some('checkout', 5), ...some('reviews', 5)],
    between: [0, 900],
    latencies: [1, 2, 3, 4, LATENCY_MAX],
    varies: { backEnd: 'database', takes: [20, 400] },
  },
}
