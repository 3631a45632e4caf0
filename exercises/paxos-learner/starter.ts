/** A learner that counts the acceptors behind each value. It announces values that were not chosen. TODO: repair it. */
import { node } from 'lockstep'
import type { Messages } from './messages'

interface State {
  /** For each value, the acceptors that have accepted it. */
  votes: { [v: number]: string[] }
  /** The value that was announced; null before. */
  chosen: number | null
}

export default node<State, Messages>({
  init() {
    return { votes: {}, chosen: null }
  },

  on: {
    accepted(state, { v }, ctx) {
      if (state.chosen !== null) return
      const voters = (state.votes[v] ??= [])
      if (!voters.includes(ctx.from)) voters.push(ctx.from)
      if (voters.length * 2 <= ctx.nodes('acceptor').length) return
      state.chosen = v
      ctx.broadcast('client', 'chosen', { v })
    },
  },
})
