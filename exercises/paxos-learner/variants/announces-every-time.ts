/** Announces again with each vote that comes after the majority; saying the same twice does no harm. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  votes: { [n: number]: string[] }
}

export default node<State, Messages>({
  init() {
    return { votes: {} }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      const voters = (state.votes[n] ??= [])
      if (!voters.includes(ctx.from)) voters.push(ctx.from)
      if (voters.length * 2 > ctx.nodes('acceptor').length) ctx.broadcast('client', 'chosen', { v })
    },
  },
})
