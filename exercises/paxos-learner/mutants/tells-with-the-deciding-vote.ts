// caught by: learns
/** Tells when the vote that makes the majority comes. It has written it down by then: after a crash it never comes as news again. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  votes: { [n: number]: string[] }
}

export default node<State, Messages>({
  init() {
    return { votes: {} }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      const voters = (state.votes[n] ??= [])
      if (voters.includes(ctx.from)) return
      voters.push(ctx.from)
      ctx.persist(state)
      const majority = Math.floor(ctx.nodes('acceptor').length / 2) + 1
      if (voters.length === majority) ctx.broadcast('client', 'chosen', { v })
    },
  },

  restart(disk) {
    return disk ?? { votes: {} }
  },
})
