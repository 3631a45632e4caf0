// caught by: truth
/** Believes the first acceptor that says something. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  chosen: number | null
}

export default node<State, Messages>({
  init() {
    return { chosen: null }
  },

  on: {
    accepted(state, { v }, ctx) {
      if (state.chosen !== null) return
      state.chosen = v
      ctx.broadcast('client', 'chosen', { v })
    },
  },
})
