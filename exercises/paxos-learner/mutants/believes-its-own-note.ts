// caught by: learns
/** Writes down that it has told, and then tells: a crash in between, and after the restart it thinks that it is done. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  votes: { [n: number]: string[] }
  told: boolean
}

export default node<State, Messages, boolean>({
  init() {
    return { votes: {}, told: false }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      if (state.told) return
      const voters = (state.votes[n] ??= [])
      if (!voters.includes(ctx.from)) voters.push(ctx.from)
      if (voters.length * 2 <= ctx.nodes('acceptor').length) return
      state.told = true
      ctx.persist(true)
      ctx.broadcast('client', 'chosen', { v })
    },
  },

  restart(told) {
    return { votes: {}, told: told ?? false }
  },
})
