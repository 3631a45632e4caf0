// caught by: truth
/** Takes half of the acceptors for a majority, which is wrong where their number is even. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  votes: { [n: number]: string[] }
  chosen: number | null
}

export default node<State, Messages>({
  init() {
    return { votes: {}, chosen: null }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      if (state.chosen !== null) return
      const voters = (state.votes[n] ??= [])
      if (!voters.includes(ctx.from)) voters.push(ctx.from)
      if (voters.length < ctx.nodes('acceptor').length / 2) return
      state.chosen = v
      ctx.broadcast('client', 'chosen', { v })
    },
  },
})
