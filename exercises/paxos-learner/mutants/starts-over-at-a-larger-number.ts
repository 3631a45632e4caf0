// caught by: learns
/** Forgets all votes when it hears of a larger number, and takes no notice of smaller ones. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  n: number
  voters: string[]
  chosen: number | null
}

export default node<State, Messages>({
  init() {
    return { n: 0, voters: [], chosen: null }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      if (state.chosen !== null || n < state.n) return
      if (n > state.n) {
        state.n = n
        state.voters = []
      }
      if (!state.voters.includes(ctx.from)) state.voters.push(ctx.from)
      if (state.voters.length * 2 <= ctx.nodes('acceptor').length) return
      state.chosen = v
      ctx.broadcast('client', 'chosen', { v })
    },
  },
})
