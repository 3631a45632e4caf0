// caught by: truth
/** Takes it after a restart that the votes have been counted, and believes the next acceptor. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  votes: { [n: number]: string[] }
  chosen: number | null
  restarted: boolean
}

export default node<State, Messages>({
  init() {
    return { votes: {}, chosen: null, restarted: false }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      if (state.chosen !== null) return
      const voters = (state.votes[n] ??= [])
      if (!voters.includes(ctx.from)) voters.push(ctx.from)
      if (!state.restarted && voters.length * 2 <= ctx.nodes('acceptor').length) return
      state.chosen = v
      ctx.broadcast('client', 'chosen', { v })
    },
  },

  restart() {
    return { votes: {}, chosen: null, restarted: true }
  },
})
