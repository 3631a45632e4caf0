// caught by: agreement
/** Writes the promise to its disk and not what it accepted. */
import { node } from 'lockstep'
import type { Messages, Proposal } from '../messages'

interface State {
  promised: number
  accepted: Proposal | null
}

export default node<State, Messages, number>({
  init() {
    return { promised: 0, accepted: null }
  },

  on: {
    prepare(state, { n }, ctx) {
      if (n <= state.promised) return
      state.promised = n
      ctx.persist(state.promised)
      ctx.reply('promise', { n, accepted: state.accepted })
    },

    accept(state, { n, v }, ctx) {
      if (n < state.promised) return
      state.promised = n
      state.accepted = { n, v }
      ctx.persist(state.promised)
      ctx.broadcast('learner', 'accepted', { n, v })
    },
  },

  restart(promised) {
    return { promised: promised ?? 0, accepted: null }
  },
})
