/** While a back end is silent everybody is answered at once, and a call for one of the answered tries whether it is back. */
import { type Context, node } from 'lockstep'
import type { Kind, Messages } from '../messages'

type BackEnd = 'database' | 'recommender'

const BACK_END: { [kind in Kind]: BackEnd } = {
  checkout: 'database',
  reviews: 'database',
  recommendations: 'recommender',
}

const PATIENCE = 280
const ROOM: { [kind in Kind]: number } = { checkout: 4, reviews: 2, recommendations: 4 }
const PROBE_EVERY = 200

interface State {
  waiting: { [id: string]: Kind }
  /** Calls whose answers are missed, by back end. */
  missing: { [backEnd in BackEnd]: number[] }
  /** Back ends that have let somebody wait in vain since they last answered. */
  silent: { [backEnd in BackEnd]: boolean }
  mayProbe: { [backEnd in BackEnd]: boolean }
}

function fallBack(id: number, kind: Kind, ctx: Context<Messages>): void {
  if (kind === 'checkout') ctx.send('users', 'refused', { id })
  else ctx.send('users', 'page', { id, full: false })
}

export default node<State, Messages>({
  init: () => ({
    waiting: {},
    missing: { database: [], recommender: [] },
    silent: { database: false, recommender: false },
    mayProbe: { database: true, recommender: true },
  }),

  on: {
    request(state, { id, kind }, ctx) {
      const backEnd = BACK_END[kind]
      if (state.silent[backEnd]) {
        fallBack(id, kind, ctx)
        if (!state.mayProbe[backEnd]) return
        state.mayProbe[backEnd] = false
        ctx.setTimer(`probe:${backEnd}`, PROBE_EVERY)
        ctx.send(backEnd, 'call', { id, kind })
        return
      }
      if (state.missing[backEnd].length >= ROOM[kind]) {
        fallBack(id, kind, ctx)
        return
      }
      state.missing[backEnd].push(id)
      state.waiting[id] = kind
      ctx.send(backEnd, 'call', { id, kind })
      ctx.setTimer(`wait:${id}`, PATIENCE)
    },

    result(state, { id }, ctx) {
      const backEnd = ctx.from as BackEnd
      // Where it was silent, whatever is missing is done by now, or never will be.
      state.missing[backEnd] = state.silent[backEnd] ? [] : state.missing[backEnd].filter((one) => one !== id)
      state.silent[backEnd] = false
      if (!(id in state.waiting)) return
      delete state.waiting[id]
      ctx.cancelTimer(`wait:${id}`)
      ctx.send('users', 'page', { id, full: true })
    },
  },

  timers: {
    wait(state, ctx) {
      const id = Number(ctx.about)
      const kind = state.waiting[id]!
      delete state.waiting[id]
      state.silent[BACK_END[kind]] = true
      fallBack(id, kind, ctx)
    },
    probe(state, ctx) {
      state.mayProbe[ctx.about as BackEnd] = true
    },
  },
})
