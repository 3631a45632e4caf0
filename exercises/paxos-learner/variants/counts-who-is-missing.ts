/** Counts down: for each number, the acceptors that have not accepted it. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  missing: { [n: number]: string[] }
}

export default node<State, Messages>({
  init() {
    return { missing: {} }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      const acceptors = ctx.nodes('acceptor')
      const missing = state.missing[n] ?? [...acceptors]
      state.missing[n] = missing.filter((acceptor) => acceptor !== ctx.from)
      if (state.missing[n].length * 2 < acceptors.length) ctx.send(ctx.nodes('client')[0]!, 'chosen', { v })
    },
  },
})
