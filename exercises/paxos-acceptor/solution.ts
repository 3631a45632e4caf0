/**
 * An acceptor of single-decree Paxos.
 * Reference: L. Lamport, "Paxos Made Simple", 2001, section 2.2 and the end of 2.5 (stable storage).
 */
import { node } from 'lockstep'
import type { Messages, Proposal } from './messages'

interface State {
  /** The largest number that was promised. Invariant: it never falls, and `accepted.n <= promised`. */
  promised: number
  /** The accepted proposal with the largest number. */
  accepted: Proposal | null
}

export default node<State, Messages>({
  init() {
    return { promised: 0, accepted: null }
  },

  on: {
    // Phase 1b: promise, and report what was accepted.
    prepare(state, { n }, ctx) {
      if (n <= state.promised) return
      state.promised = n
      ctx.persist(state)
      ctx.reply('promise', { n, accepted: state.accepted })
    },

    // Phase 2b: accept, unless a larger number was promised.
    accept(state, { n, v }, ctx) {
      if (n < state.promised) return
      state.promised = n
      state.accepted = { n, v }
      ctx.persist(state)
      ctx.broadcast('learner', 'accepted', { n, v })
    },
  },

  restart(disk) {
    return disk ?? { promised: 0, accepted: null }
  },
})
