// caught by: decides
/** It tries once more, and then leaves it to the others. */
import { type Context, node } from 'lockstep'
import type { Messages, Proposal } from '../messages'

/** How long the first attempt has, in milliseconds. How long a message takes is not known: each attempt has twice as long. */
const PATIENCE_FIRST = 100
const PATIENCE_MAX = 3_200

interface State {
  /** What the client wants; null before it has asked, and once a value is known to be chosen. */
  wish: number | null
  /** From this `draw` makes its next number. */
  seed: number
  /** The round of the last attempt. Invariant: it never falls, crash or no crash, so no number comes twice. */
  round: number
  attempt: Attempt | null
  /** How long the present attempt has, and the most that is waited after it, in milliseconds. */
  patience: number
  /** The largest number of which it was told that an acceptor has promised it. */
  promised: number
}

interface Attempt {
  n: number
  /** What each acceptor that promised has accepted. */
  promises: { [acceptor: string]: Proposal | null }
  /** Has it asked the acceptors to accept? */
  asked: boolean
}

/** The next number from 0 to `limit` − 1 that looks as if it were drawn by lot. */
function draw(state: State, limit: number): number {
  state.seed = (state.seed * 48_271) % 2_147_483_647
  return state.seed % limit
}

/** Begins an attempt, with a number that is larger than all that it knows of. */
function begin(state: State, ctx: Context<Messages, number>): void {
  const proposers = ctx.nodes('proposer')
  state.round = Math.max(state.round, Math.floor(state.promised / proposers.length)) + 1
  ctx.persist(state.round)
  const n = state.round * proposers.length + proposers.indexOf(ctx.self)
  state.attempt = { n, promises: {}, asked: false }
  ctx.broadcast('acceptor', 'prepare', { n })
  state.patience = Math.min(state.patience * 2, PATIENCE_MAX)
  ctx.setTimer('retry', state.patience)
}

/** On disk there is the round alone. */
export default node<State, Messages, number>({
  init() {
    return { wish: null, seed: 1, round: 0, attempt: null, patience: PATIENCE_FIRST / 2, promised: 0 }
  },

  on: {
    propose(state, { v, seed }, ctx) {
      state.wish = v
      state.seed = seed
      begin(state, ctx)
    },

    promise(state, { n, accepted }, ctx) {
      const { attempt, wish } = state
      if (attempt?.n !== n || attempt.asked || wish === null) return
      attempt.promises[ctx.from] = accepted
      const answers = Object.values(attempt.promises)
      if (answers.length * 2 <= ctx.nodes('acceptor').length) return
      let latest: Proposal | null = null
      for (const report of answers) if (report && report.n > (latest?.n ?? 0)) latest = report
      ctx.broadcast('acceptor', 'accept', { n, v: latest ? latest.v : wish })
      attempt.asked = true
    },

    // The first refusal ends the attempt, and the others of it change nothing: the wait goes on.
    nack(state, { n, promised }, ctx) {
      state.promised = Math.max(state.promised, promised)
      if (state.attempt?.n !== n) return
      state.attempt = null
      ctx.setTimer('retry', draw(state, state.patience))
    },

    chosen(state, _message, ctx) {
      state.wish = null
      state.attempt = null
      ctx.cancelTimer('retry')
    },
  },

  timers: {
    retry(state, ctx) {
      if (state.patience === PATIENCE_FIRST) begin(state, ctx)
    },
  },

  restart(round) {
    return {
      wish: null,
      seed: 1,
      round: round ?? 0,
      attempt: null,
      patience: PATIENCE_FIRST / 2,
      promised: 0,
    }
  },
})
