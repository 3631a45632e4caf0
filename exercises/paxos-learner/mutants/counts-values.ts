// caught by: truth
/** Adds up, value by value, the latest vote of each acceptor, whatever its number. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  latest: { [acceptor: string]: { n: number; v: number } }
  chosen: number | null
}

export default node<State, Messages>({
  init() {
    return { latest: {}, chosen: null }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      if (state.chosen !== null) return
      const known = state.latest[ctx.from]
      if (!known || n > known.n) state.latest[ctx.from] = { n, v }
      const same = Object.values(state.latest).filter((vote) => vote.v === v)
      if (same.length * 2 <= ctx.nodes('acceptor').length) return
      state.chosen = v
      ctx.broadcast('client', 'chosen', { v })
    },
  },
})
