// caught by: promise
/** Answers first and writes its disk afterwards: a crash in between forgets a promise that was given. */
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
      ctx.reply('promise', { n, accepted: state.accepted })
      ctx.persist(state)
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
