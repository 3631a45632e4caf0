/** Reviews are called for only where the database has nothing to do; one of them waits in the shop until it has. */
import { type Context, node } from 'lockstep'
import type { Kind, Messages } from '../messages'

type BackEnd = 'database' | 'recommender'

const BACK_END: { [kind in Kind]: BackEnd } = {
  checkout: 'database',
  reviews: 'database',
  recommendations: 'recommender',
}

const PATIENCE = 280
const CHECKOUTS = 4
const RECOMMENDATIONS = 3
const FORGOTTEN = 450

interface State {
  /** Requests without an answer. */
  open: { [id: string]: Kind }
  /** Calls without a result, and when they were made. */
  calls: { [backEnd in BackEnd]: { [id: string]: number } }
  /** The request for reviews that waits. */
  review: number | null
}

function count(state: State, backEnd: BackEnd, now: number): number {
  const calls = state.calls[backEnd]
  for (const [id, at] of Object.entries(calls)) if (now - at >= FORGOTTEN) delete calls[id]
  return Object.keys(calls).length
}

function call(state: State, id: number, kind: Kind, ctx: Context<Messages>): void {
  state.calls[BACK_END[kind]][id] = ctx.now()
  ctx.send(BACK_END[kind], 'call', { id, kind })
}

function close(state: State, id: number, ctx: Context<Messages>): void {
  const kind = state.open[id]
  delete state.open[id]
  if (state.review === id) state.review = null
  ctx.cancelTimer(`close:${id}`)
  if (kind === 'checkout') ctx.send('users', 'refused', { id })
  else ctx.send('users', 'page', { id, full: false })
}

export default node<State, Messages>({
  init: () => ({ open: {}, calls: { database: {}, recommender: {} }, review: null }),

  on: {
    request(state, { id, kind }, ctx) {
      state.open[id] = kind
      ctx.setTimer(`close:${id}`, PATIENCE)
      const busy = count(state, BACK_END[kind], ctx.now())
      const room = kind === 'checkout' ? CHECKOUTS : kind === 'reviews' ? 1 : RECOMMENDATIONS
      if (busy < room) call(state, id, kind, ctx)
      else if (kind === 'reviews' && state.review === null) state.review = id
      else close(state, id, ctx)
    },

    result(state, { id }, ctx) {
      const backEnd = ctx.from as BackEnd
      delete state.calls[backEnd][id]
      if (id in state.open) {
        delete state.open[id]
        ctx.cancelTimer(`close:${id}`)
        ctx.send('users', 'page', { id, full: true })
      }
      if (backEnd === 'recommender' || state.review === null || count(state, backEnd, ctx.now()) > 0) return
      call(state, state.review, 'reviews', ctx)
      state.review = null
    },
  },

  timers: {
    close(state, ctx) {
      close(state, Number(ctx.about), ctx)
    },
  },
})
