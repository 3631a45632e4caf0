/** Tells the learner again, however late, of a proposal that it has accepted before. */
import { node } from 'lockstep'
import type { Messages, Proposal } from '../messages'

interface State {
  promised: number
  accepted: Proposal[]
}

export default node<State, Messages>({
  init() {
    return { promised: 0, accepted: [] }
  },

  on: {
    prepare(state, { n }, ctx) {
      if (n <= state.promised) return
      state.promised = n
      ctx.persist(state)
      ctx.reply('promise', { n, accepted: state.accepted[state.accepted.length - 1] ?? null })
    },

    accept(state, { n, v }, ctx) {
      const known = state.accepted.some((proposal) => proposal.n === n)
      if (n < state.promised && !known) return
      if (!known) {
        state.promised = n
        ctx.persist(state)
        state.accepted.push({ n, v })
        ctx.persist(state)
      }
      ctx.broadcast('learner', 'accepted', { n, v })
    },
  },

  restart(disk) {
    return disk ?? { promised: 0, accepted: [] }
  },
})
