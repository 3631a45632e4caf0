/** Has promised minus infinity before its first promise, and leaves out what it has not accepted. */
import { node } from 'lockstep'
import type { Messages, Proposal } from '../messages'

interface State {
  promised: number
  accepted?: Proposal
}

export default node<State, Messages>({
  init() {
    return { promised: -Infinity }
  },

  on: {
    prepare(state, { n }, ctx) {
      if (n <= state.promised) return
      state.promised = n
      ctx.persist(state)
      ctx.reply('promise', { n, accepted: state.accepted ?? null })
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
    return disk ?? { promised: -Infinity }
  },
})
