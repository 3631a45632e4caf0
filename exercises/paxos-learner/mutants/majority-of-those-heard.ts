// caught by: truth
/** Wants a majority of the acceptors that it has heard, not of all. */
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
      const heard = new Set(Object.values(state.votes).flat())
      if (voters.length * 2 <= heard.size) return
      state.chosen = v
      ctx.broadcast('client', 'chosen', { v })
    },
  },
})
