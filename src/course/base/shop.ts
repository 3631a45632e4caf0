/**
 * A shop under load, for as long as one likes: customers who ask again and again, the back ends of the exercise `graceful-degradation`,
 * and a front end whose degraded page can be switched on and off while it runs.
 */
import { boolean, fields, number, oneOf } from '../../../engine/actors/fields.ts'
import type { AnyNodeDefinition, System, View } from '../../../engine/actors/system.ts'
import { type Context, node } from '../../../engine/api.ts'
import type { Kind, Messages } from '../../../exercises/graceful-degradation/messages.ts'
import { DEADLINE } from '../../../exercises/graceful-degradation/properties.ts'
import solution from '../../../exercises/graceful-degradation/solution.ts'
import { TAKES, backEnd } from '../../../exercises/graceful-degradation/trials.ts'

export { DEADLINE, TAKES }
export type { Kind }

/** What a customer asks for, one after the other: half of it reviews, a quarter each of the others. */
const ASKS: readonly Kind[] = ['recommendations', 'reviews', 'checkout', 'reviews']
/** Milliseconds from one request of a customer to the next: anything between these. */
const BETWEEN = [500, 1500] as const
const LATENCY = { from: 1, to: 5 }
export const CUSTOMERS_MAX = 60

/** What has become of the requests of one kind. */
export interface Tally {
  /** Answered by the deadline: in full, or with a degraded page. */
  full: number
  degraded: number
  refused: number
  /** Not answered by the deadline: the customer has left. */
  late: number
  /** Milliseconds that all of them have waited together, each until it was answered or left. */
  waited: number
}

interface Customers {
  /** So many are in the shop. */
  count: number
  /** Who will ask again, and for what, by number. */
  turns: { [customer: string]: number }
  /** Those who wait, by the number of their request. */
  open: { [id: string]: { kind: Kind; at: number } }
  next: number
  tallies: { [kind in Kind]: Tally }
}

const nothing = (): Tally => ({ full: 0, degraded: 0, refused: 0, late: 0, waited: 0 })
type CustomersContext = Context<Messages>

/** Those who are in the shop and have no timer yet get one. @param first when; left out: at any time */
function comeIn(state: Customers, ctx: CustomersContext, first?: (customer: number) => number): void {
  for (let customer = 0; customer < state.count; customer++) {
    if (customer in state.turns) continue
    state.turns[customer] = customer
    ctx.setTimer(`visit:${customer}`, first?.(customer))
  }
}

/** @param from what is asked for before is not counted, in milliseconds */
function customers(count: number, from: number): AnyNodeDefinition {
  const ended = (
    state: Customers,
    id: number,
    how: Exclude<keyof Tally, 'waited'>,
    ctx: CustomersContext,
  ): void => {
    const request = state.open[id]
    // Whoever has left does not hear it any more.
    if (request === undefined) return
    delete state.open[id]
    if (request.at < from) return
    const tally = state.tallies[request.kind]
    tally[how]++
    tally.waited += ctx.now() - request.at
  }
  return {
    ...node<Customers, Messages>({
      init(ctx) {
        const state: Customers = {
          count,
          turns: {},
          open: {},
          next: 1,
          tallies: { checkout: nothing(), reviews: nothing(), recommendations: nothing() },
        }
        // At the start nothing is drawn: they come one after the other.
        comeIn(state, ctx, (customer) => Math.round((BETWEEN[1] * customer) / count))
        return state
      },
      on: {
        page(state, { id, full }, ctx) {
          ctx.cancelTimer(`late:${id}`)
          ended(state, id, full ? 'full' : 'degraded', ctx)
        },
        refused(state, { id }, ctx) {
          ctx.cancelTimer(`late:${id}`)
          ended(state, id, 'refused', ctx)
        },
      },
      timers: {
        visit(state, ctx) {
          const customer = Number(ctx.about)
          if (customer >= state.count) {
            delete state.turns[customer]
            return
          }
          const id = state.next++
          const kind = ASKS[state.turns[customer]! % ASKS.length]!
          state.turns[customer]!++
          state.open[id] = { kind, at: ctx.now() }
          ctx.send('shop', 'request', { id, kind })
          ctx.setTimer(`late:${id}`, DEADLINE)
          ctx.setTimer(`visit:${customer}`)
        },
        late: (state, ctx) => ended(state, Number(ctx.about), 'late', ctx),
        load(state, ctx) {
          state.count = Number(ctx.about)
          comeIn(state, ctx)
        },
      },
    }),
    offers: () => LOADS,
  }
}

const LOADS = Array.from({ length: CUSTOMERS_MAX + 1 }, (_, count) => `load:${count}`)

/** A front end without a degraded page: it calls for every request, and answers when the result comes. */
export const plain = node<{ waiting: { [id: string]: true } }, Messages>({
  init: () => ({ waiting: {} }),
  on: {
    request(state, { id, kind }, ctx) {
      state.waiting[id] = true
      ctx.send(kind === 'recommendations' ? 'recommender' : 'database', 'call', { id, kind })
    },
    result(state, { id }, ctx) {
      if (!state.waiting[id]) return
      delete state.waiting[id]
      ctx.send('users', 'page', { id, full: true })
    },
  },
}) as AnyNodeDefinition

export const degrading = solution as AnyNodeDefinition

interface Switched {
  /** Is there a degraded page? */
  on: boolean
  plain: unknown
  degrading: unknown
  /** Calls that have not come back, with what they are for. */
  called: { [id: string]: Kind }
}

type AnyContext = Context<Record<string, unknown>>
/** Front ends are data here: what they send is looked at when it is sent. */
const loose = (ctx: Context<Messages>): AnyContext => ctx as unknown as AnyContext

/** Two front ends, of which one takes the requests and both take what they have called for. */
function switched(on: boolean): AnyNodeDefinition {
  /** Notes what is called for. */
  const noting = (state: Pick<Switched, 'called'>, ctx: AnyContext): AnyContext => ({
    ...ctx,
    send(to, type, message) {
      ctx.send(to, type, message)
      const { id, kind } = message as Messages['call']
      if (type === 'call') state.called[id] = kind
    },
  })
  return {
    ...node<Switched, Messages>({
      init: (ctx) => ({
        on,
        plain: plain.init(loose(ctx)),
        degrading: degrading.init(loose(ctx)),
        called: {},
      }),
      on: {
        request(state, message, ctx) {
          const [shop, inner] = state.on ? [degrading, state.degrading] : [plain, state.plain]
          shop.on['request']!(inner, message, noting(state, loose(ctx)))
        },
        result(state, message, ctx) {
          delete state.called[message.id]
          plain.on['result']!(state.plain, message, loose(ctx))
          degrading.on['result']!(state.degrading, message, loose(ctx))
        },
      },
      timers: {
        ...Object.fromEntries(
          Object.entries(degrading.timers!).map(([name, handle]) => [
            name,
            (state: Switched, ctx: Context<Messages>) => handle(state.degrading, noting(state, loose(ctx))),
          ]),
        ),
        'degraded-page'(state, ctx) {
          state.on = ctx.about === 'on'
        },
      },
    }),
    offers: () => ['degraded-page:on', 'degraded-page:off'],
  }
}

/** What is seen of the shop and those around it. */
export interface ShopSeen {
  readonly customers: number
  readonly tallies: { readonly [kind in Kind]: Tally }
  readonly on: boolean
  /** What the back ends have before them, what is being worked on first; `waits`: does the customer? */
  readonly queues: { readonly [backEnd in 'database' | 'recommender']: readonly Call[] }
}
export interface Call {
  readonly kind: Kind
  readonly waits: boolean
}

/** What is seen of it in a view, as properties and figures see it. */
export function shopIn(view: View): ShopSeen {
  const [users, shop, database, recommender] = view.map(({ seen }) => seen) as [
    Pick<Customers, 'count' | 'open' | 'tallies'>,
    Pick<Switched, 'on' | 'called'>,
    readonly number[],
    readonly number[],
  ]
  const callsOf = (ids: readonly number[]): Call[] =>
    ids.map((id) => ({ kind: shop.called[id]!, waits: id in users.open }))
  return {
    customers: users.count,
    tallies: users.tallies,
    on: shop.on,
    queues: { database: callsOf(database), recommender: callsOf(recommender) },
  }
}

const kind = oneOf('checkout', 'reviews', 'recommendations')

const queued = ({ state }: { readonly state: unknown }): readonly number[] =>
  (state as { calls: readonly { id: number }[] }).calls.map(({ id }) => id)

/** The shop and its back ends among some users, with clocks. */
const around = (users: AnyNodeDefinition, front: AnyNodeDefinition): Omit<System, 'time'> => ({
  nodes: [
    { id: 'users', role: 'users', definition: users },
    { id: 'shop', role: 'shop', definition: front },
    { id: 'database', role: 'database', definition: backEnd(['checkout', 'reviews'], TAKES.database) },
    { id: 'recommender', role: 'recommender', definition: backEnd(['recommendations'], TAKES.recommender) },
  ],
  roles: {
    users: { sends: { request: fields({ id: number, kind }) }, observe: ({ state }) => state },
    shop: {
      sends: {
        page: fields({ id: number, full: boolean }),
        refused: fields({ id: number }),
        call: fields({ id: number, kind }),
      },
      observe: ({ state }) => state,
    },
    database: { sends: { result: fields({ id: number }) }, observe: queued },
    recommender: { sends: { result: fields({ id: number }) }, observe: queued },
  },
  network: { duplicates: 0, drops: 0 },
  crashes: null,
  properties: [],
})

const READERS = ['users', 'shop']

/** @param from what is asked for before is not counted, in milliseconds */
export const shop = (count: number, degradedPage: boolean, from = 0): System => ({
  ...around(customers(count, from), switched(degradedPage)),
  time: {
    latencies: [LATENCY.to],
    spread: { kind: 'uniform', ...LATENCY },
    timeouts: { visit: BETWEEN },
    readers: READERS,
  },
})

/** Somebody asks for something once. */
export interface Visit {
  readonly kind: Kind
  /** When, in milliseconds since the start. */
  readonly at: number
}

export interface VisitorsState {
  /** What each was told, by the number of the request, which is that of the visit. */
  answers: { [id: string]: 'full' | 'degraded' | 'refused' }
  /** Those who had no answer by the deadline. */
  left: number[]
}

/** Users of whom each asks once. */
function visitors(visits: readonly Visit[]): AnyNodeDefinition {
  const told = (
    state: VisitorsState,
    id: number,
    answer: VisitorsState['answers'][string],
    ctx: CustomersContext,
  ): void => {
    ctx.cancelTimer(`late:${id}`)
    if (!state.left.includes(id)) state.answers[id] = answer
  }
  return node<VisitorsState, Messages>({
    init(ctx) {
      for (const [index, { at }] of visits.entries()) ctx.setTimer(`visit:${index + 1}`, at)
      return { answers: {}, left: [] }
    },
    on: {
      page: (state, { id, full }, ctx) => told(state, id, full ? 'full' : 'degraded', ctx),
      refused: (state, { id }, ctx) => told(state, id, 'refused', ctx),
    },
    timers: {
      visit(_state, ctx) {
        const id = Number(ctx.about)
        ctx.send('shop', 'request', { id, kind: visits[id - 1]!.kind })
        ctx.setTimer(`late:${id}`, DEADLINE)
      },
      late(state, ctx) {
        state.left.push(Number(ctx.about))
      },
    },
  })
}

/** A front end that is visited at these times, without the back end that nobody needs. */
export function visited(front: AnyNodeDefinition, visits: readonly Visit[]): System {
  const whole = around(visitors(visits), front)
  return {
    ...whole,
    nodes: whole.nodes.filter(({ id }) => id !== 'recommender'),
    time: { latencies: [LATENCY.to], readers: READERS },
  }
}
