// caught by: checkout
/** Takes a back end for silent if its oldest call is old, though it has done those before it one after the other. */
import { type Context, node } from 'lockstep'
import type { Kind, Messages } from '../messages'

type BackEnd = 'database' | 'recommender'

const BACK_END: { [kind in Kind]: BackEnd } = {
  checkout: 'database',
  reviews: 'database',
  recommendations: 'recommender',
}

/** A request is answered after so many milliseconds at the latest. That leaves its messages enough of the 300 ms. */
const PATIENCE = 280
/**
 * A call is made only where fewer than so many are unanswered. Two reviews, two checkouts: at 60 ms each that is 240 ms, which the last
 * of them has.
 */
const ROOM: { [kind in Kind]: number } = { checkout: 4, reviews: 2, recommendations: 4 }
/** A call that has not been answered for so long is taken for lost, and leaves its room to others. */
const LOST = 600
/** A back end whose oldest call has not been answered for so long is silent. */
const SILENCE = 200
/** A silent back end is called once in so many milliseconds. */
const PROBE = 250

interface State {
  /** Requests that have no answer yet, by number. */
  waiting: { [id: string]: Kind }
  lines: { [backEnd in BackEnd]: Line }
}

/** What is known of a back end. */
interface Line {
  /** Calls that it has not answered, and when they were made. */
  calls: { id: number; at: number }[]
  /** When the oldest call was made that it has not answered; null where it has answered all. */
  since: number | null
  /** When it was called last. */
  called: number
}

const newLine = (): Line => ({ calls: [], since: null, called: 0 })

/** Is there room for one more call? */
function mayCall(line: Line, kind: Kind, now: number): boolean {
  if (line.since !== null && now - line.since >= SILENCE) return now - line.called >= PROBE
  line.calls = line.calls.filter(({ at }) => now - at < LOST)
  return line.calls.length < ROOM[kind]
}

/** Answers without a back end. */
function fallBack(state: State, id: number, ctx: Context<Messages>): void {
  const kind = state.waiting[id]
  delete state.waiting[id]
  if (kind === 'checkout') ctx.send('users', 'refused', { id })
  else ctx.send('users', 'page', { id, full: false })
}

export default node<State, Messages>({
  init: () => ({ waiting: {}, lines: { database: newLine(), recommender: newLine() } }),

  on: {
    request(state, { id, kind }, ctx) {
      state.waiting[id] = kind
      const backEnd = BACK_END[kind]
      const line = state.lines[backEnd]
      if (!mayCall(line, kind, ctx.now())) return fallBack(state, id, ctx)
      line.calls.push({ id, at: ctx.now() })
      line.since ??= ctx.now()
      line.called = ctx.now()
      ctx.send(backEnd, 'call', { id, kind })
      ctx.setTimer(`give-up:${id}`, PATIENCE)
    },

    result(state, { id }, ctx) {
      const line = state.lines[ctx.from as BackEnd]
      line.calls = line.calls.filter((call) => call.id !== id)
      line.since = line.calls[0]?.at ?? null
      if (!(id in state.waiting)) return
      delete state.waiting[id]
      ctx.cancelTimer(`give-up:${id}`)
      ctx.send('users', 'page', { id, full: true })
    },
  },

  timers: {
    'give-up'(state, ctx) {
      fallBack(state, Number(ctx.about), ctx)
    },
  },
})
