/**
 * A learner of single-decree Paxos: a value is chosen once a majority of the acceptors has accepted one proposal.
 * Reference: L. Lamport, "Paxos Made Simple", 2001, sections 2.2 and 2.3.
 */
import { node } from 'lockstep'
import type { Messages } from './messages'

interface State {
  /** For each proposal, by its number, the acceptors that have accepted it. Invariant: each at most once. */
  votes: { [n: number]: string[] }
  /** The value that was chosen, as soon as this learner knows. Invariant: it never changes. */
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
      // An acceptor may say it twice, and so may the network.
      if (!voters.includes(ctx.from)) voters.push(ctx.from)
      if (voters.length * 2 <= ctx.nodes('acceptor').length) return
      state.chosen = v
      ctx.broadcast('client', 'chosen', { v })
    },
  },
})
