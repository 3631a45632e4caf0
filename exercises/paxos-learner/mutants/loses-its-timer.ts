// caught by: learns
/** Writes the result down and sets a timer to announce it; a crash takes the timer, and the disk says that all is done. */
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
      if (voters.length * 2 > ctx.nodes('acceptor').length) {
        state.chosen = v
        ctx.setTimer('tell')
      }
      ctx.persist(state)
    },
  },

  timers: {
    tell(state, ctx) {
      if (state.chosen !== null) ctx.broadcast('client', 'chosen', { v: state.chosen })
    },
  },

  restart(disk) {
    return disk ?? { votes: {}, chosen: null }
  },
})
