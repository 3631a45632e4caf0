// caught by: learns
/** Counts the votes for one number at a time, and starts over whenever it hears of another. */
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
      if (state.chosen !== null) return
      if (n !== state.n) {
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
