// caught by: learns
/** Keeps of each acceptor the vote that came last, which need not be the latest. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  latest: { [acceptor: string]: number }
  chosen: number | null
}

export default node<State, Messages>({
  init() {
    return { latest: {}, chosen: null }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      if (state.chosen !== null) return
      state.latest[ctx.from] = n
      const votes = Object.values(state.latest).filter((latest) => latest === n)
      if (votes.length * 2 <= ctx.nodes('acceptor').length) return
      state.chosen = v
      ctx.broadcast('client', 'chosen', { v })
    },
  },
})
