/** How many calls a back end may have at once is learnt: one more for each that comes back, half as many for each that does not. */
import { type Context, node } from 'lockstep'
import type { Kind, Messages } from '../messages'

type BackEnd = 'database' | 'recommender'

const BACK_END: { [kind in Kind]: BackEnd } = {
  checkout: 'database',
  reviews: 'database',
  recommendations: 'recommender',
}

const PATIENCE = 280
const LIMIT_MIN = 1
const LIMIT_MAX = 4
/** A call that is so old holds no place any more. */
const OLD = 550

interface Side {
  limit: number
  calls: { id: number; at: number }[]
}

interface State {
  waiting: { [id: string]: Kind }
  sides: { [backEnd in BackEnd]: Side }
}

function fallBack(id: number, kind: Kind, ctx: Context<Messages>): void {
  if (kind === 'checkout') ctx.send('users', 'refused', { id })
  else ctx.send('users', 'page', { id, full: false })
}

export default node<State, Messages>({
  init: () => ({
    waiting: {},
    sides: { database: { limit: LIMIT_MAX, calls: [] }, recommender: { limit: LIMIT_MAX, calls: [] } },
  }),

  on: {
    request(state, { id, kind }, ctx) {
      const side = state.sides[BACK_END[kind]]
      side.calls = side.calls.filter(({ at }) => ctx.now() - at < OLD)
      // What can be degraded is called for only where a back end has nothing else to do.
      const limit = kind === 'checkout' ? side.limit : 1
      if (side.calls.length >= limit) {
        fallBack(id, kind, ctx)
        return
      }
      side.calls.push({ id, at: ctx.now() })
      state.waiting[id] = kind
      ctx.send(BACK_END[kind], 'call', { id, kind })
      ctx.setTimer(`patience:${id}`, PATIENCE)
    },

    result(state, { id }, ctx) {
      const side = state.sides[ctx.from as BackEnd]
      side.calls = side.calls.filter((call) => call.id !== id)
      if (!(id in state.waiting)) return
      delete state.waiting[id]
      side.limit = Math.min(LIMIT_MAX, side.limit + 1)
      ctx.cancelTimer(`patience:${id}`)
      ctx.send('users', 'page', { id, full: true })
    },
  },

  timers: {
    patience(state, ctx) {
      const id = Number(ctx.about)
      const kind = state.waiting[id]!
      delete state.waiting[id]
      const side = state.sides[BACK_END[kind]]
      side.limit = Math.max(LIMIT_MIN, Math.floor(side.limit / 2))
      fallBack(id, kind, ctx)
    },
  },
})
