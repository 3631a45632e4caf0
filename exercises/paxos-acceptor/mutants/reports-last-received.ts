// caught by: agreement
/** Remembers what it accepts, and still reports the last proposal that it received, as the note does. */
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
