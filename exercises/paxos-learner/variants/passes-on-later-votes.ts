/** Once it knows, it announces what any later ballot brings: after a choice, no later proposal carries another value. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  votes: { [n: number]: string[] }
  chosen: { n: number; v: number } | null
}

export default node<State, Messages>({
  init() {
    return { votes: {}, chosen: null }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      const voters = (state.votes[n] ??= [])
      if (!voters.includes(ctx.from)) voters.push(ctx.from)
      const known = state.chosen
      if (known && n <= known.n) return
      if (!known && voters.length * 2 <= ctx.nodes('acceptor').length) return
      state.chosen = { n, v }
      ctx.broadcast('client', 'chosen', { v })
    },
  },
})
