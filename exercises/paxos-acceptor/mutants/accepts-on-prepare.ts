// caught by: validity
/** Takes the value of a prepare for a proposal and accepts it at once. */
import { node } from 'lockstep'
import type { Messages, Proposal } from '../messages'

interface State {
  promised: number
  accepted: Proposal | null
}

export default node<State, Messages>({
  init() {
    return { promised: 0, accepted: null }
  },

  on: {
    prepare(state, { n, v }, ctx) {
      if (n <= state.promised) return
      const previous = state.accepted
      state.promised = n
      state.accepted = { n, v }
      ctx.persist(state)
      ctx.reply('promise', { n, accepted: previous })
      ctx.broadcast('learner', 'accepted', { n, v })
    },

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
