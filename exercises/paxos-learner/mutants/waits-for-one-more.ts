// caught by: learns
/** Announces when another acceptor confirms what a majority has accepted. */
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
      const enough = voters.length * 2 > ctx.nodes('acceptor').length
      if (!voters.includes(ctx.from)) voters.push(ctx.from)
      if (!enough) return
      state.chosen = v
      ctx.broadcast('client', 'chosen', { v })
    },
  },
})
