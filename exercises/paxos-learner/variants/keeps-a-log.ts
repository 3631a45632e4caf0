/** Keeps every vote in one list, in the order in which they came. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  log: { from: string; n: number }[]
}

export default node<State, Messages>({
  init() {
    return { log: [] }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      const known = state.log.some((vote) => vote.from === ctx.from && vote.n === n)
      if (!known) state.log.push({ from: ctx.from, n })
      const votes = state.log.filter((vote) => vote.n === n)
      if (votes.length * 2 <= ctx.nodes('acceptor').length) return
      for (const client of ctx.nodes('client')) ctx.send(client, 'chosen', { v })
    },
  },
})
