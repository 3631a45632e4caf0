/** Keeps each attempt by its number, and lets an earlier one come to its end beside a later one. */
import { node } from 'lockstep'
import type { Messages, Proposal } from '../messages'

interface Attempt {
  wish: number
  promises: { [acceptor: string]: Proposal | null }
}

interface State {
  last: number
  open: { [n: string]: Attempt }
}

export default node<State, Messages, { last: number }>({
  init: () => ({ last: 0, open: {} }),

  on: {
    propose(state, { v }, ctx) {
      const names = ctx.nodes('proposer')
      const first = names.length - names.indexOf(ctx.self)
      state.last = state.last === 0 ? first : state.last + names.length
      ctx.persist({ last: state.last })
      state.open[state.last] = { wish: v, promises: {} }
      ctx.broadcast('acceptor', 'prepare', { n: state.last })
    },

    promise(state, { n, accepted }, ctx) {
      const attempt = state.open[n]
      if (!attempt) return
      attempt.promises[ctx.from] = accepted
      const answers = Object.values(attempt.promises)
      if (answers.length < ctx.nodes('acceptor').length / 2) return
      if (answers.length * 2 === ctx.nodes('acceptor').length) return
      const reports = answers.filter((report) => report !== null)
      const largest = Math.max(...reports.map((report) => report.n))
      const adopted = reports.find((report) => report.n === largest)
      delete state.open[n]
      ctx.broadcast('acceptor', 'accept', { n, v: adopted ? adopted.v : attempt.wish })
    },
  },

  restart: (disk) => ({ last: disk?.last ?? 0, open: {} }),
})
