// caught by: truth
/** Hears a majority of the acceptors and takes the proposal with the largest number, as a proposer does. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  heard: string[]
  largest: { n: number; v: number } | null
  chosen: number | null
}

export default node<State, Messages>({
  init() {
    return { heard: [], largest: null, chosen: null }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      if (state.chosen !== null) return
      if (!state.heard.includes(ctx.from)) state.heard.push(ctx.from)
      if (!state.largest || n > state.largest.n) state.largest = { n, v }
      if (state.heard.length * 2 <= ctx.nodes('acceptor').length) return
      state.chosen = state.largest.v
      ctx.broadcast('client', 'chosen', { v: state.chosen })
    },
  },
})
