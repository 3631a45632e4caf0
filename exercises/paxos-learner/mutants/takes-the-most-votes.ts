// caught by: truth
/** Waits until a majority has said something, and takes the proposal with the most votes. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  votes: { [n: number]: { v: number; voters: string[] } }
  chosen: number | null
}

export default node<State, Messages>({
  init() {
    return { votes: {}, chosen: null }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      if (state.chosen !== null) return
      const vote = (state.votes[n] ??= { v, voters: [] })
      if (!vote.voters.includes(ctx.from)) vote.voters.push(ctx.from)
      const votes = Object.values(state.votes)
      const heard = new Set(votes.flatMap(({ voters }) => voters))
      if (heard.size * 2 <= ctx.nodes('acceptor').length) return
      const most = votes.sort((one, other) => other.voters.length - one.voters.length)[0]!
      state.chosen = most.v
      ctx.broadcast('client', 'chosen', { v: most.v })
    },
  },
})
