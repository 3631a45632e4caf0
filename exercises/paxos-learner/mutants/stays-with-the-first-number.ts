// caught by: learns
/** Counts the votes for the first number that it hears of, and for no other. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  n: number | null
  voters: string[]
  chosen: number | null
}

export default node<State, Messages>({
  init() {
    return { n: null, voters: [], chosen: null }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      if (state.chosen !== null) return
      state.n ??= n
      if (n !== state.n) return
      if (!state.voters.includes(ctx.from)) state.voters.push(ctx.from)
      if (state.voters.length * 2 <= ctx.nodes('acceptor').length) return
      state.chosen = v
      ctx.broadcast('client', 'chosen', { v })
    },
  },
})
