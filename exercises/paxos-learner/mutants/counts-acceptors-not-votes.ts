// caught by: truth
/** Counts the acceptors that have accepted anything, and announces what the last of them accepted. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  heard: string[]
  chosen: number | null
}

export default node<State, Messages>({
  init() {
    return { heard: [], chosen: null }
  },

  on: {
    accepted(state, { v }, ctx) {
      if (state.chosen !== null) return
      if (!state.heard.includes(ctx.from)) state.heard.push(ctx.from)
      if (state.heard.length * 2 <= ctx.nodes('acceptor').length) return
      state.chosen = v
      ctx.broadcast('client', 'chosen', { v })
    },
  },
})
