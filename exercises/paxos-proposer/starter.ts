/** A proposer that asks whether anybody minds, and then does as it likes. It lets two values be chosen. TODO: repair it. */
import { node } from 'lockstep'
import type { Messages } from './messages'

interface State {
  /** The number of its proposals; 0 before the first request. */
  n: number
  /** What the client wants. */
  wish: number
}

export default node<State, Messages>({
  init() {
    return { n: 0, wish: 0 }
  },

  on: {
    propose(state, { v }, ctx) {
      state.n = 1 + ctx.nodes('proposer').indexOf(ctx.self)
      state.wish = v
      ctx.broadcast('acceptor', 'prepare', { n: state.n })
    },

    promise(state, { n }, ctx) {
      if (n !== state.n) return
      ctx.broadcast('acceptor', 'accept', { n, v: state.wish })
    },
  },

  restart(disk) {
    return disk ?? { n: 0, wish: 0 }
  },
})
