// caught by: agreement
/** Skips the first phase when it is told to propose for the first time. */
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
  init() {
    return { round: 0, attempt: null }
  },

  on: {
    // Phase 1a: a number that nobody has used, and the question.
    propose(state, { v }, ctx) {
      const proposers = ctx.nodes('proposer')
      state.round += 1
      ctx.persist(state.round)
      const n = state.round * proposers.length + proposers.indexOf(ctx.self)
      state.attempt = { n, wish: v, promises: {} }
      if (state.round === 1) ctx.broadcast('acceptor', 'accept', { n, v })
      else ctx.broadcast('acceptor', 'prepare', { n })
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
  },

  restart(round) {
    return { round: round ?? 0, attempt: null }
  },
})
