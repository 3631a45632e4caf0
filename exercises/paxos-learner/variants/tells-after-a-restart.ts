/** Writes the result down before it tells the client, and makes up for it when it restarts. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  votes: { [n: number]: string[] }
  chosen: number | null
}

export default node<State, Messages, { v: number }>({
  init() {
    return { votes: {}, chosen: null }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      if (state.chosen !== null) return
      const voters = (state.votes[n] ??= [])
      if (!voters.includes(ctx.from)) voters.push(ctx.from)
      if (voters.length * 2 <= ctx.nodes('acceptor').length) return
      state.chosen = v
      // The votes are not needed any more, and need not survive: acceptors are heard again.
      state.votes = {}
      ctx.persist({ v })
      ctx.broadcast('client', 'chosen', { v })
    },
  },

  restart(disk, ctx) {
    if (disk) ctx.broadcast('client', 'chosen', disk)
    return { votes: {}, chosen: disk ? disk.v : null }
  },
})
