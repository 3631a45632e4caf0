// caught by: learns
/** Takes the value 0 for no value at all. */
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
      if (state.chosen) return
      const voters = (state.votes[n] ??= [])
      if (!voters.includes(ctx.from)) voters.push(ctx.from)
      if (voters.length * 2 > ctx.nodes('acceptor').length) state.chosen = v
      if (state.chosen) ctx.broadcast('client', 'chosen', { v: state.chosen })
    },
  },
})
