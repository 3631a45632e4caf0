/**
 * The acceptor of Paxos, which says so when it refuses: a `nack` with the number that it has promised.
 * Reference: L. Lamport, "Paxos Made Simple", 2001, section 2.2; the courtesy of saying so at the end of 2.2 too.
 */
import { node } from '../../engine/api.ts'
import type { Messages, Proposal } from '../paxos-acceptor/messages.ts'

interface State {
  /** The largest number that was promised; 0 before the first promise. Invariant: it never falls. */
  promised: number
  /** The accepted proposal with the largest number. */
  accepted: Proposal | null
}

export const acceptor = node<State, Messages>({
  init: () => ({ promised: 0, accepted: null }),
  on: {
    prepare(state, { n }, ctx) {
      if (n <= state.promised) return ctx.reply('nack', { n, promised: state.promised })
      state.promised = n
      ctx.persist(state)
      ctx.reply('promise', { n, accepted: state.accepted })
    },
    accept(state, { n, v }, ctx) {
      if (n < state.promised) return ctx.reply('nack', { n, promised: state.promised })
      state.promised = n
      state.accepted = { n, v }
      ctx.persist(state)
      ctx.broadcast('learner', 'accepted', { n, v })
    },
  },
  restart: (disk) => disk ?? { promised: 0, accepted: null },
})
