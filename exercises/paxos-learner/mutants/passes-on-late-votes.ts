// caught by: one-value
/** Once a majority has accepted something, it announces whatever an acceptor tells it. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  votes: { [n: number]: string[] }
  knows: boolean
}

export default node<State, Messages>({
  init() {
    return { votes: {}, knows: false }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      const voters = (state.votes[n] ??= [])
      if (!voters.includes(ctx.from)) voters.push(ctx.from)
      if (voters.length * 2 > ctx.nodes('acceptor').length) state.knows = true
      if (state.knows) ctx.broadcast('client', 'chosen', { v })
    },
  },
})
