// caught by: truth
/** Passes votes on to the other learners as if they were results, and believes them. */
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
      ctx.broadcast('learner', 'chosen', { v })
      if (voters.length * 2 <= ctx.nodes('acceptor').length) return
      state.chosen = v
      ctx.broadcast('client', 'chosen', { v })
    },

    chosen(state, { v }, ctx) {
      if (state.chosen !== null) return
      state.chosen = v
      ctx.broadcast('client', 'chosen', { v })
    },
  },
})
