/** Dispensable pages cost a token, of which there is a new one every 90 ms,, and reviews wait for no checkout. */
import { type Context, node } from 'lockstep'
import type { Kind, Messages } from '../messages'

type BackEnd = 'database' | 'recommender'

const BACK_END: { [kind in Kind]: BackEnd } = {
  checkout: 'database',
  reviews: 'database',
  recommendations: 'recommender',
}

const TOKENS_MAX = 1
const TOKEN_EVERY = 90
const CHECKOUTS_MAX = 3
const PATIENCE = 275
const GIVEN_UP = 500

interface Bucket {
  tokens: number
  filled: number
}

interface Call {
  kind: Kind
  at: number
  answered: boolean
}

interface State {
  buckets: { [backEnd in BackEnd]: Bucket }
  calls: { [id: string]: Call }
  /** When a call to a back end was given up last without another that came back since; null where none was. */
  failed: { [backEnd in BackEnd]: number | null }
}

/** Takes a token, if there is one. */
function take(bucket: Bucket, now: number): boolean {
  const fresh = Math.floor((now - bucket.filled) / TOKEN_EVERY)
  bucket.tokens = Math.min(TOKENS_MAX, bucket.tokens + fresh)
  bucket.filled += fresh * TOKEN_EVERY
  if (bucket.tokens === 0) return false
  bucket.tokens--
  return true
}

function otherwise(id: number, kind: Kind, ctx: Context<Messages>): void {
  if (kind === 'checkout') ctx.send('users', 'refused', { id })
  else ctx.send('users', 'page', { id, full: false })
}

export default node<State, Messages>({
  init: () => ({
    buckets: { database: { tokens: TOKENS_MAX, filled: 0 }, recommender: { tokens: TOKENS_MAX, filled: 0 } },
    calls: {},
    failed: { database: null, recommender: null },
  }),

  on: {
    request(state, { id, kind }, ctx) {
      const now = ctx.now()
      const backEnd = BACK_END[kind]
      for (const [call, { at }] of Object.entries(state.calls))
        if (now - at > GIVEN_UP) delete state.calls[call]
      const checkouts = Object.values(state.calls).filter((call) => call.kind === 'checkout').length
      const failed = state.failed[backEnd]
      const mends = failed !== null && now - failed < 300
      const room =
        kind === 'checkout'
          ? checkouts < CHECKOUTS_MAX
          : !(kind === 'reviews' && checkouts > 1) && take(state.buckets[backEnd], now)
      if (mends || !room) {
        otherwise(id, kind, ctx)
        return
      }
      // After a failure one call has to come back before there are others.
      if (failed !== null) state.failed[backEnd] = now
      state.calls[id] = { kind, at: now, answered: false }
      ctx.send(backEnd, 'call', { id, kind })
      ctx.setTimer(`patience:${id}`, PATIENCE)
    },

    result(state, { id }, ctx) {
      state.failed[ctx.from as BackEnd] = null
      const call = state.calls[id]
      if (call === undefined) return
      delete state.calls[id]
      if (call.answered) return
      ctx.cancelTimer(`patience:${id}`)
      ctx.send('users', 'page', { id, full: true })
    },
  },

  timers: {
    patience(state, ctx) {
      const id = Number(ctx.about)
      const call = state.calls[id]!
      call.answered = true
      state.failed[BACK_END[call.kind]] = ctx.now()
      otherwise(id, call.kind, ctx)
    },
  },
})
