// caught by: unique
/** Takes the number after the one that it is told of, which another proposer may take as well. */
import { node } from 'lockstep'
import type { Messages, Proposal } from '../messages'

interface State {
  /** How many attempts were begun. Invariant: it never falls, crash or no crash, so no number comes twice. */
  round: number
  /** The attempt that waits for promises; null while there is none. */
  attempt: Attempt | null
}

interface Attempt {
  n: number
  /** What the client wants. It counts only as long as nothing is reported. */
  wish: number
  /** What each acceptor that promised has accepted. */
  promises: { [acceptor: string]: Proposal | null }
}

/** On disk there is the round alone. */
export default node<State, Messages, number>({
  init(ctx) {
    return { round: ctx.nodes('proposer').indexOf(ctx.self), attempt: null }
  },

  on: {
    // Phase 1a: a number that nobody has used, and the question.
    propose(state, { v }, ctx) {
      state.round += 1
      ctx.persist(state.round)
      const n = state.round
      state.attempt = { n, wish: v, promises: {} }
      ctx.broadcast('acceptor', 'prepare', { n })
    },

    // Phase 2a: once a majority has promised this number, propose one value, and only once.
    promise(state, { n, accepted }, ctx) {
      const attempt = state.attempt
      if (attempt?.n !== n) return
      attempt.promises[ctx.from] = accepted
      const answers = Object.values(attempt.promises)
      if (answers.length * 2 <= ctx.nodes('acceptor').length) return
      let latest: Proposal | null = null
      for (const report of answers) if (report && report.n > (latest?.n ?? 0)) latest = report
      ctx.broadcast('acceptor', 'accept', { n, v: latest ? latest.v : attempt.wish })
      state.attempt = null
    },

    nack(state, { promised }) {
      state.round = Math.max(state.round, promised)
    },
  },

  restart(round, ctx) {
    return { round: round ?? ctx.nodes('proposer').indexOf(ctx.self), attempt: null }
  },
})
