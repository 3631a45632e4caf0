// caught by: in-time
/** A request that waits in the shop for its turn begins to lose patience only when it has it. */
import { type Context, node } from 'lockstep'
import type { Kind, Messages } from '../messages'

type BackEnd = 'database' | 'recommender'

const BACK_END: { [kind in Kind]: BackEnd } = {
  checkout: 'database',
  reviews: 'database',
  recommendations: 'recommender',
}

const PATIENCE = 280
/** A call that takes longer is taken for lost. */
const LOST = 400

interface Request {
  id: number
  kind: Kind
}

interface State {
  /** Requests that wait for their turn. */
  queue: Request[]
  /** What each back end works on. */
  calls: { [backEnd in BackEnd]: Request | null }
  /** Requests whose call was made and who have no answer yet. */
  called: Request[]
}

function next(state: State, backEnd: BackEnd, ctx: Context<Messages>): void {
  if (state.calls[backEnd] !== null) return
  const mine = state.queue.filter(({ kind }) => BACK_END[kind] === backEnd)
  const one = mine.find(({ kind }) => kind === 'checkout') ?? mine[0]
  if (one === undefined) return
  state.queue = state.queue.filter(({ id }) => id !== one.id)
  state.calls[backEnd] = one
  state.called.push(one)
  ctx.send(backEnd, 'call', one)
  ctx.setTimer(`answer:${one.id}`, PATIENCE)
  ctx.setTimer(`lost:${backEnd}`, LOST)
}

export default node<State, Messages>({
  init: () => ({ queue: [], calls: { database: null, recommender: null }, called: [] }),

  on: {
    request(state, { id, kind }, ctx) {
      state.queue.push({ id, kind })
      next(state, BACK_END[kind], ctx)
    },

    result(state, { id }, ctx) {
      const backEnd = ctx.from as BackEnd
      if (state.called.some((one) => one.id === id)) {
        state.called = state.called.filter((one) => one.id !== id)
        ctx.cancelTimer(`answer:${id}`)
        ctx.send('users', 'page', { id, full: true })
      }
      if (state.calls[backEnd]?.id !== id) return
      state.calls[backEnd] = null
      ctx.cancelTimer(`lost:${backEnd}`)
      next(state, backEnd, ctx)
    },
  },

  timers: {
    answer(state, ctx) {
      const id = Number(ctx.about)
      const { kind } = [...state.queue, ...state.called].find((one) => one.id === id)!
      state.queue = state.queue.filter((one) => one.id !== id)
      state.called = state.called.filter((one) => one.id !== id)
      if (kind === 'checkout') ctx.send('users', 'refused', { id })
      else ctx.send('users', 'page', { id, full: false })
    },
    lost(state, ctx) {
      const backEnd = ctx.about as BackEnd
      state.calls[backEnd] = null
      next(state, backEnd, ctx)
    },
  },
})
