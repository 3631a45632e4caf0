/** Counts number and value together, in sets that it sorts, and acts at the very vote that makes the majority. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  voters: { [proposal: string]: string[] }
}

export default node<State, Messages>({
  init() {
    return { voters: {} }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      const key = `${n}:${v}`
      const voters = new Set(state.voters[key])
      if (voters.has(ctx.from)) return
      voters.add(ctx.from)
      state.voters[key] = [...voters].sort()
      const majority = Math.floor(ctx.nodes('acceptor').length / 2) + 1
      if (voters.size === majority) ctx.broadcast('client', 'chosen', { v })
    },
  },
})
