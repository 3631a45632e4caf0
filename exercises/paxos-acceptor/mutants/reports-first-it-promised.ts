// caught by: agreement
/** Accepts only the number that it promised, and still reports the first proposal that it accepted. */
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
      ctx.reply('promise', { n, accepted: state.accepted })
    },

    accept(state, { n, v }, ctx) {
      if (n !== state.promised) return
      state.accepted ??= { n, v }
      ctx.persist(state)
      ctx.broadcast('learner', 'accepted', { n, v })
    },
  },

  restart(disk) {
    return disk ?? { promised: 0, accepted: null }
  },
})
