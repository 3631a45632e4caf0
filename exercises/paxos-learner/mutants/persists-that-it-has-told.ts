// caught by: learns
/** Writes down that it knows and throws the votes away before it tells: a crash in between, and it never does. */
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
      if (voters.length * 2 <= ctx.nodes('acceptor').length) return ctx.persist(state)
      state.chosen = v
      ctx.persist(state)
      state.votes = {}
      ctx.persist(state)
      ctx.broadcast('client', 'chosen', { v })
    },
  },

  restart(disk) {
    return disk ?? { votes: {}, chosen: null }
  },
})
