/** Keeps every proposal that it ever accepted and reports the one with the largest number. */
import { node } from 'lockstep'
import type { Messages, Proposal } from '../messages'

interface State {
  promised: number
  log: Proposal[]
}

function last(log: Proposal[]): Proposal | null {
  return log.reduce<Proposal | null>(
    (best, proposal) => (best && best.n > proposal.n ? best : proposal),
    null,
  )
}

export default node<State, Messages>({
  init() {
    return { promised: 0, log: [] }
  },

  on: {
    prepare(state, { n }, ctx) {
      if (n <= state.promised) return
      state.promised = n
      ctx.persist(state)
      ctx.reply('promise', { n, accepted: last(state.log) })
    },

    accept(state, { n, v }, ctx) {
      if (n < state.promised) return
      state.promised = n
      if (!state.log.some((proposal) => proposal.n === n)) state.log.push({ n, v })
      ctx.persist(state)
      ctx.broadcast('learner', 'accepted', { n, v })
    },
  },

  restart(disk) {
    return disk ?? { promised: 0, log: [] }
  },
})
