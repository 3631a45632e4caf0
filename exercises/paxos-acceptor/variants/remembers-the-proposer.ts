/** Remembers who proposed what, which nobody asks for, and sends it along. */
import { node } from 'lockstep'
import type { Messages, Proposal } from '../messages'

interface State {
  promised: { n: number; to: string | null }
  accepted: (Proposal & { by: string }) | null
}

export default node<State, Messages>({
  init() {
    return { promised: { n: 0, to: null }, accepted: null }
  },

  on: {
    prepare(state, { n }, ctx) {
      if (n <= state.promised.n) return
      state.promised = { n, to: ctx.from }
      ctx.persist(state)
      ctx.reply('promise', { n, accepted: state.accepted })
    },

    accept(state, { n, v }, ctx) {
      if (n < state.promised.n) return
      state.promised.n = n
      state.accepted = { n, v, by: ctx.from }
      ctx.persist(state)
      ctx.broadcast('learner', 'accepted', { n, v })
    },
  },

  restart(disk) {
    return disk ?? { promised: { n: 0, to: null }, accepted: null }
  },
})
