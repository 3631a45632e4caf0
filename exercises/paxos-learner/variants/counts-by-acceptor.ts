/** Keeps for each acceptor the list of all that it has accepted, and counts anew each time. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

interface State {
  [acceptor: string]: { n: number; v: number }[]
}

export default node<State, Messages>({
  init() {
    return {}
  },

  on: {
    accepted(state, { n, v }, ctx) {
      const list = (state[ctx.from] ??= [])
      if (!list.some((known) => known.n === n)) list.push({ n, v })
      const acceptors = ctx.nodes('acceptor')
      const behind = acceptors.filter((acceptor) => state[acceptor]?.some((known) => known.n === n))
      if (behind.length > acceptors.length / 2) ctx.broadcast('client', 'chosen', { v })
    },
  },
})
