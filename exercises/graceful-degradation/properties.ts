/**
 * What graceful-degradation promises, and the book that is kept of the shop to see whether it does: it stands beside the answer’s state
 * and notes the messages that the shop takes and sends, with the time. Times are milliseconds since the start.
 */
import type { AnyNodeDefinition, SystemProperty, View, Violation } from '../../engine/actors/system.ts'
import type { Context } from '../../engine/api.ts'
import type { Kind, Messages } from './messages.ts'

export type BackEnd = 'database' | 'recommender'

/** The back end that a request needs. */
export const BACK_END: { readonly [kind in Kind]: BackEnd } = {
  checkout: 'database',
  reviews: 'database',
  recommendations: 'recommender',
}

/** So long after a user has sent a request an answer has to have reached her. */
export const DEADLINE = 300
/** So many other checkouts may be under way when one comes that has to be done. */
export const OTHER_CHECKOUTS = 1
/** So long after a checkout was refused the database is not called for reviews. */
export const NOTHING_TO_SPARE = 50
/** Requests for a back end that come at least so far apart leave it idle in between. */
export const APART = 100
/** So much nearer than they were sent may two of them arrive. */
const JITTER = 10
/** For so long a back end has to have been well before all that it is asked for is owed. */
export const SETTLED = 1_000
/** Calls for one request. */
export const CALLS_MAX = 2
/** A back end that was called and has answered nothing for so long is silent. */
export const SILENT = 500
/** So many calls may be made to a silent back end in so long a time. */
export const INTO_SILENCE_MAX = 4
export const WINDOW = 500

/** A time in which a back end does nothing, or not what it does usually. */
export interface Trouble {
  readonly backEnd: BackEnd
  readonly from: number
  /** Infinity: it does not end. */
  readonly until: number
}

export type Answer = 'full' | 'degraded' | 'refused'

/** One request, as the shop has dealt with it. */
interface Entry {
  readonly kind: Kind
  readonly came: number
  calls: number
  /** Has a result for it come back? */
  result: boolean
  answer: Answer | null
  /** A checkout: how many others were under way when it came. */
  readonly others: number
}

/** What is known of the calls to a back end. */
interface Line {
  /** When a request that needs it came last. */
  came: number | null
  /** Since when such requests have come far enough apart. */
  calm: number
  /** When it was called first, of all times since it last answered; null where it owes no answer. */
  waiting: number | null
  /** When it was called while it was silent. */
  intoSilence: number[]
}

type Broken = { [property: string]: Violation }

interface Book {
  requests: { [id: string]: Entry }
  lines: { [backEnd in BackEnd]: Line }
  /** When the database was last called for reviews, and for which request. */
  reviews: { at: number; id: number } | null
  /** When a checkout was last refused although the database was well. */
  refused: { at: number; id: number } | null
  /** The first violation of each property. */
  broken: Broken
}

/** The answer’s state, and the book. */
interface Watched {
  answer: unknown
  book: Book
}

type AnyContext = Context<Record<string, unknown>>

const line = (): Line => ({ came: null, calm: -SETTLED, waiting: null, intoSilence: [] })

/** Keeps the book. */
class Bookkeeper {
  readonly #book: Book
  readonly #now: number
  readonly #troubles: readonly Trouble[]

  constructor(book: Book, now: number, troubles: readonly Trouble[]) {
    this.#book = book
    this.#now = now
    this.#troubles = troubles
  }

  came({ id, kind }: Messages['request']): void {
    const { requests, lines } = this.#book
    const line = lines[BACK_END[kind]]
    if (line.came !== null && this.#now - line.came < APART - JITTER) line.calm = this.#now
    line.came = this.#now
    const others = Object.values(requests).filter(
      (one) => kind === 'checkout' && one.kind === kind && one.answer === null,
    ).length
    requests[id] = { kind, came: this.#now, calls: 0, result: false, answer: null, others }
  }

  /** A result has come. */
  result(backEnd: BackEnd, { id }: Messages['result']): void {
    this.#book.lines[backEnd].waiting = null
    this.#book.lines[backEnd].intoSilence = []
    const entry = this.#book.requests[id]
    if (entry) entry.result = true
  }

  sent(to: BackEnd | null, type: string, fields: unknown): void {
    if (type === 'call' && to !== null) this.#called(to, fields as Messages['call'])
    if (type === 'page') {
      const { id, full } = fields as Messages['page']
      this.#answered(id, full ? 'full' : 'degraded')
    }
    if (type === 'refused') this.#answered((fields as Messages['refused']).id, 'refused')
  }

  #called(backEnd: BackEnd, { id, kind }: Messages['call']): void {
    const { requests, lines, refused } = this.#book
    const entry = requests[id]
    const meant = entry?.kind === kind && BACK_END[kind] === backEnd
    const calls = entry ? ++entry.calls : 1
    const allowed = meant ? CALLS_MAX : 0
    if (calls > allowed) this.#break('few-calls', { id, calls, allowed })
    if (kind === 'reviews' && meant) {
      this.#book.reviews = { at: this.#now, id }
      if (refused && this.#now - refused.at < NOTHING_TO_SPARE)
        this.#break('first', { checkout: refused.id, reviews: id })
    }
    const line = lines[backEnd]
    line.waiting ??= this.#now
    const silence = this.#now - line.waiting
    if (silence < SILENT) return
    line.intoSilence = [...line.intoSilence.filter((at) => this.#now - at < WINDOW), this.#now]
    const count = line.intoSilence.length
    if (count > INTO_SILENCE_MAX) this.#break('spares', { backEnd, silence, calls: count })
  }

  #answered(id: number, answer: Answer): void {
    const entry = this.#book.requests[id]
    if (!entry || entry.answer !== null) return
    entry.answer = answer
    const { kind, came, result } = entry
    const backEnd = BACK_END[kind]
    if (answer === 'full' && !result) this.#break('honest', { id })
    if (answer === 'full' || !this.#isWell(backEnd, came)) return
    if (kind !== 'checkout') {
      const { calm } = this.#book.lines[backEnd]
      if (came - calm >= SETTLED)
        this.#owed('full', Math.max(calm, this.#illUntil(backEnd, came)), { id, kind, backEnd })
      return
    }
    const { reviews } = this.#book
    this.#book.refused = { at: this.#now, id }
    if (entry.others <= OTHER_CHECKOUTS)
      this.#owed('checkout', this.#illUntil(backEnd, came), { id, kind, backEnd, others: entry.others })
    if (reviews && reviews.at > came) this.#break('first', { checkout: id, reviews: reviews.id })
  }

  /** Has a back end been well from some time before `since` until now? */
  #isWell(backEnd: BackEnd, since: number): boolean {
    return this.#troubles.every(
      (one) => one.backEnd !== backEnd || one.from > this.#now || since - one.until >= SETTLED,
    )
  }

  /** When the last trouble of a back end was over, of those before a time; 0 where it had none. */
  #illUntil(backEnd: BackEnd, before: number): number {
    const past = this.#troubles.filter((one) => one.backEnd === backEnd && one.until < before)
    return Math.max(0, ...past.map(({ until }) => until))
  }

  /** Something that is owed was not given: always, or as there has been no trouble since the time `over`. */
  #owed(property: string, over: number, values: Violation): void {
    if (over > 0) this.#break('recovers', { ...values, over })
    else this.#break(property, values)
  }

  #break(property: string, values: Violation): void {
    this.#book.broken[property] ??= values
  }
}

/**
 * The answer, with a book kept beside its state.
 * @param end from then on its handlers are not called, so that a run comes to an end
 */
export function watched(
  definition: AnyNodeDefinition,
  troubles: readonly Trouble[],
  end: number,
): AnyNodeDefinition {
  const step = (kept: Watched, ctx: AnyContext, handle: (ctx: AnyContext) => void): void => {
    if (ctx.now() >= end) return
    const keeper = new Bookkeeper(kept.book, ctx.now(), troubles)
    const note = (to: readonly string[], type: string, fields: unknown): void => {
      for (const one of to)
        keeper.sent(one === 'database' || one === 'recommender' ? one : null, type, fields)
    }
    handle({
      ...ctx,
      send: (to, type, fields) => (ctx.send(to, type, fields), note([to], type, fields)),
      reply: (type, fields) => (ctx.reply(type, fields), note([ctx.from], type, fields)),
      broadcast: (role, type, fields) => (
        ctx.broadcast(role, type, fields),
        note(ctx.nodes(role), type, fields)
      ),
    })
  }
  const { init, on, timers = {} } = definition
  const noted = (kept: Watched, type: string, message: unknown, ctx: AnyContext): void => {
    if (ctx.now() >= end) return
    const keeper = new Bookkeeper(kept.book, ctx.now(), troubles)
    if (type === 'request') keeper.came(message as Messages['request'])
    if (type === 'result') keeper.result(ctx.from as BackEnd, message as Messages['result'])
  }
  return {
    init: (ctx) => {
      const book: Book = {
        requests: {},
        lines: { database: line(), recommender: line() },
        reviews: null,
        refused: null,
        broken: {},
      }
      const kept: Watched = { answer: null, book }
      step(kept, ctx, (noting) => void (kept.answer = init(noting)))
      return kept
    },
    // Requests and results are noted whether the answer takes them or not.
    on: Object.fromEntries(
      [...new Set([...Object.keys(on), 'request', 'result'])].map((type) => [
        type,
        (kept: Watched, message: unknown, ctx: AnyContext) => {
          noted(kept, type, message, ctx)
          step(kept, ctx, (noting) => on[type]?.(kept.answer, message as never, noting))
        },
      ]),
    ),
    timers: Object.fromEntries(
      Object.entries(timers).map(([name, handle]) => [
        name,
        (kept: Watched, ctx: AnyContext) => step(kept, ctx, (noting) => handle(kept.answer, noting)),
      ]),
    ),
    show: (state) => (state as Watched).answer,
    properties: (state) => (state as Watched).book.broken,
  }
}

/** What users have been told. */
export interface UsersSeen {
  /** What each request was for; the first has the number 1. */
  readonly kinds: readonly Kind[]
  /** By the number of the request. */
  readonly answers: { readonly [id: string]: readonly Answer[] }
  /** Requests that were not answered by their deadline. */
  readonly late: readonly number[]
}

export function usersIn(view: View): UsersSeen {
  return view.find(({ role }) => role === 'users')!.seen as UsersSeen
}

const brokenIn = (view: View): Broken => view.find(({ role }) => role === 'shop')!.seen as Broken

function late(view: View): Violation | null {
  const { late, kinds } = usersIn(view)
  const id = late[0]
  return id === undefined ? null : { id, kind: kinds[id - 1]!, milliseconds: DEADLINE }
}

function twice(view: View): Violation | null {
  const again = Object.entries(usersIn(view).answers).find(([, all]) => all.length > 1)
  return again ? { id: Number(again[0]), first: again[1][0]!, second: again[1][1]! } : null
}

/** An answer that is none to this request: a checkout that is degraded, another that is refused, one that nobody has asked for. */
function unfitting(view: View): Violation | null {
  const { answers, kinds } = usersIn(view)
  for (const [id, [answer]] of Object.entries(answers)) {
    const kind = kinds[Number(id) - 1]
    if (answer === 'full' ? kind : kind && (kind === 'checkout') === (answer === 'refused')) continue
    return { id: Number(id), kind: kind ?? 'nothing', answer: answer! }
  }
  return null
}

const always = (id: string, violated: (view: View) => Violation | null): SystemProperty => ({
  id,
  kind: 'always',
  violated,
})
const kept = (id: string): SystemProperty => always(id, (view) => brokenIn(view)[id] ?? null)

/** What holds everywhere. */
export const promise: readonly SystemProperty[] = [
  always('in-time', late),
  always('once', twice),
  always('fitting', unfitting),
  ...['honest', 'checkout', 'first', 'full', 'recovers', 'few-calls', 'spares'].map(kept),
]

/** Somebody gets to see reviews. */
export const served: SystemProperty = {
  id: 'served',
  kind: 'sometimes',
  reached: (view) => {
    const { answers, kinds } = usersIn(view)
    return kinds.some((kind, index) => kind === 'reviews' && answers[index + 1]?.[0] === 'full')
  },
}
