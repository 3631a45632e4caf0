// caught by: learns
/** Keeps of each acceptor the first vote, as if it could accept only one proposal. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  first: { [acceptor: string]: number }
  chosen: number | null
}

export default node<State, Messages>({
  init() {
    return { first: {}, chosen: null }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      if (state.chosen !== null) return
      state.first[ctx.from] ??= n
      const votes = Object.values(state.first).filter((first) => first === n)
      if (votes.length * 2 <= ctx.nodes('acceptor').length) return
      state.chosen = v
      ctx.broadcast('client', 'chosen', { v })
    },
  },
})
