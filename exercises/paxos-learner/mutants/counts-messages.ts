// caught by: truth
/** Counts messages, not acceptors: one that comes again is a vote more. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  votes: { [n: number]: number }
  chosen: number | null
}

export default node<State, Messages>({
  init() {
    return { votes: {}, chosen: null }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      if (state.chosen !== null) return
      const count = (state.votes[n] ?? 0) + 1
      state.votes[n] = count
      if (count * 2 <= ctx.nodes('acceptor').length) return
      state.chosen = v
      ctx.broadcast('client', 'chosen', { v })
    },
  },
})
