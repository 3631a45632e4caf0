// caught by: error
/** Keeps the votes in a variable of the module, which all learners share and no crash clears. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

const votes = new Map<number, Set<string>>()

export default node<Record<string, never>, Messages>({
  init() {
    return {}
  },

  on: {
    accepted(_state, { n, v }, ctx) {
      const voters = votes.get(n) ?? new Set()
      votes.set(n, voters.add(ctx.from))
      if (voters.size * 2 > ctx.nodes('acceptor').length) ctx.broadcast('client', 'chosen', { v })
    },
  },
})
