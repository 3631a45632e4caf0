/** Has everything on its disk, tells the client before it writes down that it knows, and tells it again after a restart. */
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
        ctx.broadcast('client', 'chosen', { v })
      }
      ctx.persist(state)
    },
  },

  restart(disk, ctx) {
    const state = disk ?? { votes: {}, chosen: null }
    if (state.chosen !== null) ctx.broadcast('client', 'chosen', { v: state.chosen })
    return state
  },
})
