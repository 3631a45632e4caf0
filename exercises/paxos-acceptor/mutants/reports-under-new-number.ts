// caught by: agreement
/** Reports the accepted value under the number of the prepare that it answers, so that old reports look as good as new ones. */
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
    prepare(state, { n }, ctx) {
      if (n <= state.promised) return
      state.promised = n
      ctx.persist(state)
      const { accepted } = state
      ctx.reply('promise', { n, accepted: accepted && { n, v: accepted.v } })
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
