/** Once a back end has much to do, its dispensable pages are degraded until it has been idle, and after trouble for a while longer. */
import { node } from 'lockstep'
import type { Kind, Messages } from '../messages'

type BackEnd = 'database' | 'recommender'

const BACK_END: { [kind in Kind]: BackEnd } = {
  checkout: 'database',
  reviews: 'database',
  recommendations: 'recommender',
}

const PATIENCE = 285
const MUCH = 2
const CHECKOUTS_MAX = 4
/** So long after a call that came to nothing there are no extras. */
const CAREFUL = 400
const FORGET = 500

interface Side {
  calls: { [id: string]: number }
  /** Are dispensable pages degraded? */
  brown: boolean
  careful: number
  last: number
}

interface State {
  waiting: { [id: string]: Kind }
  sides: { [backEnd in BackEnd]: Side }
}

const side = (): Side => ({ calls: {}, brown: false, careful: 0, last: 0 })

export default node<State, Messages>({
  init: () => ({ waiting: {}, sides: { database: side(), recommender: side() } }),

  on: {
    request(state, { id, kind }, ctx) {
      const now = ctx.now()
      const one = state.sides[BACK_END[kind]]
      for (const call of Object.keys(one.calls)) if (now - one.calls[call]! > FORGET) delete one.calls[call]
      const count = Object.keys(one.calls).length
      if (count === 0) one.brown = false
      if (count >= MUCH) one.brown = true
      const probes = now < one.careful && now - one.last > 200
      const extra = !one.brown && now >= one.careful
      const allowed = probes || (kind === 'checkout' ? count < CHECKOUTS_MAX && now >= one.careful : extra)
      if (!allowed) {
        if (kind === 'checkout') ctx.send('users', 'refused', { id })
        else ctx.send('users', 'page', { id, full: false })
        return
      }
      one.calls[id] = now
      one.last = now
      state.waiting[id] = kind
      ctx.send(BACK_END[kind], 'call', { id, kind })
      ctx.setTimer(`over:${id}`, PATIENCE)
    },

    result(state, { id }, ctx) {
      const one = state.sides[ctx.from as BackEnd]
      delete one.calls[id]
      one.careful = 0
      if (Object.keys(one.calls).length === 0) one.brown = false
      if (state.waiting[id] === undefined) return
      delete state.waiting[id]
      ctx.cancelTimer(`over:${id}`)
      ctx.send('users', 'page', { id, full: true })
    },
  },

  timers: {
    over(state, ctx) {
      const kind = state.waiting[ctx.about]!
      delete state.waiting[ctx.about]
      state.sides[BACK_END[kind]].careful = ctx.now() + CAREFUL
      const id = Number(ctx.about)
      if (kind === 'checkout') ctx.send('users', 'refused', { id })
      else ctx.send('users', 'page', { id, full: false })
    },
  },
})
