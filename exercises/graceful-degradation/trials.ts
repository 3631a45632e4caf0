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
  /** Is there a run in which everybody gets the full page? */
  readonly goal?: true
}

/** What a call takes at a back end that is well. */
export const TAKES: { readonly [backEnd in BackEnd]: number } = { database: 60, recommender: 20 }
/** A message takes no longer. */
export const LATENCY_MAX = 5

interface Users {
  /** Visits that have not begun. */
  coming: number
  /** What was asked for, by number. */
  asked: { [id: string]: Kind }
  answers: { id: number; kind: Kind | null; answer: Answer }[]
  late: { id: number; kind: Kind }[]
}

/** Users, who ask the shop at the times of their visits. The first visit has the number 1. */
export function usersOf(visits: readonly Visit[]): AnyNodeDefinition {
  const told = (state: Users, id: number, answer: Answer, ctx: Context<Messages>): void => {
    state.answers.push({ id, kind: state.asked[id] ?? null, answer })
    ctx.cancelTimer(`late:${id}`)
  }
  return node<Users, Messages>({
    init(ctx) {
      visits.forEach(({ at }, index) => ctx.setTimer(`visit:${index + 1}`, at ?? undefined))
      return { coming: visits.length, asked: {}, answers: [], late: [] }
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
      visit(state, ctx) {
        const id = Number(ctx.about)
        const { kind } = visits[id - 1]!
        state.coming--
        state.asked[id] = kind
        ctx.send('shop', 'request', { id, kind })
        ctx.setTimer(`late:${id}`, DEADLINE + 1)
      },
      late(state, ctx) {
        const id = Number(ctx.about)
        state.late.push({ id, kind: state.asked[id]! })
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

const roles: Record<string, Role> = {
  users: {
    sends: { request: fields({ id: number, kind }) },
    observe: ({ state }): UsersSeen => {
      const { coming, answers, late } = state as Users
      return { answers, late, all: coming === 0 }
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
}

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
    roles,
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
/** From the first time to the last, so far apart. */
const every = (apart: number, from: number, to: number): number[] =>
  Array.from({ length: Math.floor((to - from) / apart) + 1 }, (_, index) => from + index * apart)

/** Trials of which every run is looked at. */
export const explored: { readonly [id: string]: Trial } = {
  quiet: {
    visits: [...each('checkout', 0, 200), ...each('reviews', 100, 300), ...each('recommendations', 0, 100)],
    latencies: [LATENCY_MAX],
    goal: true,
  },
  'slow-recommender': {
    visits: each('recommendations', 0, 150),
    latencies: [1, LATENCY_MAX],
    varies: { backEnd: 'recommender', takes: [20, 200, 270, 280, 285, 295, 400] },
  },
  'slow-database': {
    visits: [...each('checkout', 0), ...each('reviews', 40)],
    latencies: [1, LATENCY_MAX],
    varies: { backEnd: 'database', takes: [60, 130, 200, 240, 280, 285, 295] },
  },
  crowd: {
    visits: [
      ...each('reviews', 0, 1, 2, 3, 4, 5),
      { kind: 'checkout', at: null },
      { kind: 'checkout', at: null },
    ],
    between: [6, 61, 130],
    latencies: [LATENCY_MAX],
  },
  rush: {
    visits: [...each('checkout', ...every(10, 0, 80), 370, 372), ...each('reviews', 65, 85, 125)],
    latencies: [LATENCY_MAX],
  },
  hangs: {
    visits: [
      ...each('recommendations', ...every(50, 0, 250), ...every(100, 1_000, 1_800)),
      ...each('checkout', 100, 1_500),
    ],
    hangs: [{ backEnd: 'recommender', from: 0, until: 700 }],
    latencies: [LATENCY_MAX],
  },
}
