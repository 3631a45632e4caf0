/** An acceptor as the note describes it. It lets two values be chosen. TODO: repair it. */
import { node } from 'lockstep'
import type { Messages, Proposal } from './messages'

interface State {
  /** The largest number that was promised; 0 before the first promise. */
  promised: number
  /** The last proposal received, as the note keeps it. */
  last: Proposal | null
}

export default node<State, Messages>({
  init() {
    return { promised: 0, last: null }
  },

  on: {
    prepare(state, { n, v }, ctx) {
      if (state.promised > n) return
      const previous = state.last
      state.promised = n
      state.last = { n, v }
      ctx.persist(state)
      ctx.reply('promise', { n, accepted: previous })
    },

    accept(state, { n, v }, ctx) {
      if (n < state.promised) return
      ctx.broadcast('learner', 'accepted', { n, v })
    },
  },

  restart(disk) {
    return disk ?? { promised: 0, last: null }
  },
})
