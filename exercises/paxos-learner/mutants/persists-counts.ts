// caught by: truth
/** Has on its disk how many votes there are, and not whose: after a restart it counts an acceptor again. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

type Counts = { [n: number]: number }

interface State {
  counts: Counts
  seen: string[]
  chosen: number | null
}

export default node<State, Messages, Counts>({
  init() {
    return { counts: {}, seen: [], chosen: null }
  },

  on: {
    accepted(state, { n, v }, ctx) {
      if (state.chosen !== null || state.seen.includes(`${ctx.from} ${n}`)) return
      state.seen.push(`${ctx.from} ${n}`)
      const count = (state.counts[n] ?? 0) + 1
      state.counts[n] = count
      ctx.persist(state.counts)
      if (count * 2 <= ctx.nodes('acceptor').length) return
      state.chosen = v
      ctx.broadcast('client', 'chosen', { v })
    },
  },

  restart(disk) {
    return { counts: disk ?? {}, seen: [], chosen: null }
  },
})
