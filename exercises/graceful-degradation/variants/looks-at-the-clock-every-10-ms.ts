/** One timer for everything, which goes on every 10 ms as long as somebody waits, and looks at who has waited long enough. */
import { type Context, node } from 'lockstep'
import type { Kind, Messages } from '../messages'

type BackEnd = 'database' | 'recommender'

const BACK_END: { [kind in Kind]: BackEnd } = {
  checkout: 'database',
  reviews: 'database',
  recommendations: 'recommender',
}

const TICK = 10
const PATIENCE = 270
const SLOTS: { [kind in Kind]: number } = { checkout: 4, reviews: 1, recommendations: 2 }
/** In ticks: how long a call may hold its slot, and how long a back end is left alone after that. */
const SLOT_TICKS = 40

interface Call {
  id: number
  kind: Kind
  /** In milliseconds; null once it is answered. */
  waited: number | null
  ticks: number
}

interface State {
  calls: Call[]
  ticking: boolean
  /** Calls in a row that lost their slot. */
  lost: { [backEnd in BackEnd]: number }
}

const answer = ({ id, kind }: Pick<Call, 'id' | 'kind'>, ctx: Context<Messages>): void => {
  if (kind === 'checkout') ctx.send('users', 'refused', { id })
  else ctx.send('users', 'page', { id, full: false })
}

export default node<State, Messages>({
  init: () => ({ calls: [], ticking: false, lost: { database: 0, recommender: 0 } }),

  on: {
    request(state, { id, kind }, ctx) {
      const backEnd = BACK_END[kind]
      const held = state.calls.filter((call) => BACK_END[call.kind] === backEnd).length
      const slots = state.lost[backEnd] > 0 ? 1 : SLOTS[kind]
      if (held >= slots) return answer({ id, kind }, ctx)
      state.calls.push({ id, kind, waited: 0, ticks: 0 })
      ctx.send(backEnd, 'call', { id, kind })
      if (!state.ticking) ctx.setTimer('tick', TICK)
      state.ticking = true
    },

    result(state, { id }, ctx) {
      state.lost[ctx.from as BackEnd] = 0
      const call = state.calls.find((one) => one.id === id)
      state.calls = state.calls.filter((one) => one !== call)
      if (call && call.waited !== null) ctx.send('users', 'page', { id, full: true })
    },
  },

  timers: {
    tick(state, ctx) {
      for (const call of state.calls) {
        call.ticks++
        if (call.waited !== null) call.waited += TICK
        if (call.waited === PATIENCE) {
          call.waited = null
          answer(call, ctx)
        }
        if (call.ticks === SLOT_TICKS) state.lost[BACK_END[call.kind]]++
      }
      state.calls = state.calls.filter(({ ticks }) => ticks < SLOT_TICKS)
      state.ticking = state.calls.length > 0
      if (state.ticking) ctx.setTimer('tick', TICK)
    },
  },
})
