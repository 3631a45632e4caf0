/** Asks the recommender a second time where it takes long, out of a budget that only successes fill. */
import { type Context, node } from 'lockstep'
import type { Kind, Messages } from '../messages'

type BackEnd = 'database' | 'recommender'

const BACK_END: { [kind in Kind]: BackEnd } = {
  checkout: 'database',
  reviews: 'database',
  recommendations: 'recommender',
}

const LONG = 120
const PATIENCE = 280
const ROOM: { [kind in Kind]: number } = { checkout: 4, reviews: 2, recommendations: 3 }
const BUDGET_MAX = 2
/** After so long without a word a back end is left alone, but for one call in this time. */
const ALONE = 250

interface Side {
  /** Unanswered calls and when they were made. A call is known by its request, and may be there twice. */
  calls: { id: number; at: number }[]
  /** When it was heard of last, or called after a time in which it owed nothing. */
  heard: number
  probed: number
}

interface State {
  waiting: { [id: string]: Kind }
  sides: { [backEnd in BackEnd]: Side }
  /** How often may the recommender be asked again? */
  budget: number
}

const side = (): Side => ({ calls: [], heard: 0, probed: 0 })

/** Calls the back end, if it has room. */
function call(state: State, id: number, kind: Kind, ctx: Context<Messages>): boolean {
  const now = ctx.now()
  const one = state.sides[BACK_END[kind]]
  const silent = one.calls.length > 0 && now - one.heard > ALONE
  if (silent ? now - one.probed < ALONE : one.calls.length >= ROOM[kind]) return false
  if (silent) one.calls = one.calls.filter(({ at }) => now - at < 600)
  if (one.calls.length === 0 && !silent) one.heard = now
  one.probed = now
  one.calls.push({ id, at: now })
  ctx.send(BACK_END[kind], 'call', { id, kind })
  return true
}

function fallBack(state: State, id: number, ctx: Context<Messages>): void {
  const kind = state.waiting[id]
  delete state.waiting[id]
  if (kind === 'checkout') ctx.send('users', 'refused', { id })
  else ctx.send('users', 'page', { id, full: false })
}

export default node<State, Messages>({
  init: () => ({ waiting: {}, sides: { database: side(), recommender: side() }, budget: BUDGET_MAX }),

  on: {
    request(state, { id, kind }, ctx) {
      state.waiting[id] = kind
      if (!call(state, id, kind, ctx)) {
        fallBack(state, id, ctx)
        return
      }
      ctx.setTimer(`give-up:${id}`, PATIENCE)
      if (kind === 'recommendations') ctx.setTimer(`again:${id}`, LONG)
    },

    result(state, { id }, ctx) {
      const one = state.sides[ctx.from as BackEnd]
      const first = one.calls.findIndex((made) => made.id === id)
      // It does one after the other: those before this one are done, or lost.
      one.calls = one.calls.slice(first + 1)
      one.heard = ctx.now()
      if (state.waiting[id] === undefined) return
      delete state.waiting[id]
      state.budget = Math.min(BUDGET_MAX, state.budget + 1)
      ctx.cancelTimer(`give-up:${id}`)
      ctx.cancelTimer(`again:${id}`)
      ctx.send('users', 'page', { id, full: true })
    },
  },

  timers: {
    again(state, ctx) {
      const id = Number(ctx.about)
      if (state.budget === 0) return
      state.budget--
      call(state, id, 'recommendations', ctx)
    },
    'give-up'(state, ctx) {
      fallBack(state, Number(ctx.about), ctx)
    },
  },
})
