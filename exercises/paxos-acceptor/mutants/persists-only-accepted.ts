// caught by: promise
/** Writes what it accepted to its disk and not what it promised. */
import { node } from 'lockstep'
import type { Messages, Proposal } from '../messages'

interface State {
  promised: number
  accepted: Proposal | null
}

export default node<State, Messages, Proposal>({
  init() {
    return { promised: 0, accepted: null }
  },

  on: {
    prepare(state, { n }, ctx) {
      if (n <= state.promised) return
      state.promised = n
      ctx.reply('promise', { n, accepted: state.accepted })
    },

    accept(state, { n, v }, ctx) {
      if (n < state.promised) return
      state.promised = n
      state.accepted = { n, v }
      ctx.persist({ n, v })
      ctx.broadcast('learner', 'accepted', { n, v })
    },
  },

  restart(accepted) {
    return { promised: accepted?.n ?? 0, accepted }
  },
})
