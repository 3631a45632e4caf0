/** A breaker for each back end that opens after three failures in a row, closes by a timer to half, and reads no clock. */
import { type Context, node } from 'lockstep'
import type { Kind, Messages } from '../messages'

type BackEnd = 'database' | 'recommender'

const BACK_END: { [kind in Kind]: BackEnd } = {
  checkout: 'database',
  reviews: 'database',
  recommendations: 'recommender',
}

const PATIENCE = 270
const FAILURES = 3
const COOL_OFF = 500
const CHECKOUTS = 4
const EXTRAS = 2

interface Breaker {
  mode: 'closed' | 'open' | 'half-open'
  /** In a row. */
  failures: number
  /** Calls that have neither come back nor been given up. */
  calls: number[]
}

interface State {
  kinds: { [id: string]: Kind }
  breakers: { [backEnd in BackEnd]: Breaker }
}

const closed = (): Breaker => ({ mode: 'closed', failures: 0, calls: [] })

function admits({ mode, calls }: Breaker, kind: Kind): boolean {
  if (mode === 'open') return false
  if (mode === 'half-open') return calls.length === 0
  return calls.length < (kind === 'checkout' ? CHECKOUTS : EXTRAS)
}

function degrade(id: number, kind: Kind, ctx: Context<Messages>): void {
  if (kind === 'checkout') ctx.send('users', 'refused', { id })
  else ctx.send('users', 'page', { id, full: false })
}

export default node<State, Messages>({
  init: () => ({ kinds: {}, breakers: { database: closed(), recommender: closed() } }),

  on: {
    request(state, { id, kind }, ctx) {
      const breaker = state.breakers[BACK_END[kind]]
      if (!admits(breaker, kind)) {
        degrade(id, kind, ctx)
        return
      }
      breaker.calls.push(id)
      state.kinds[id] = kind
      ctx.send(BACK_END[kind], 'call', { id, kind })
      ctx.setTimer(`failed:${id}`, PATIENCE)
    },

    result(state, { id }, ctx) {
      const breaker = state.breakers[ctx.from as BackEnd]
      // One that comes too late is no success.
      if (!breaker.calls.includes(id)) return
      breaker.calls = breaker.calls.filter((one) => one !== id)
      breaker.failures = 0
      breaker.mode = 'closed'
      delete state.kinds[id]
      ctx.cancelTimer(`failed:${id}`)
      ctx.send('users', 'page', { id, full: true })
    },
  },

  timers: {
    failed(state, ctx) {
      const id = Number(ctx.about)
      const kind = state.kinds[id]!
      const backEnd = BACK_END[kind]
      const breaker = state.breakers[backEnd]
      delete state.kinds[id]
      breaker.calls = breaker.calls.filter((one) => one !== id)
      breaker.failures++
      if (breaker.failures >= FAILURES) {
        breaker.mode = 'open'
        ctx.setTimer(`cooled:${backEnd}`, COOL_OFF)
      }
      degrade(id, kind, ctx)
    },
    cooled(state, ctx) {
      state.breakers[ctx.about as BackEnd].mode = 'half-open'
    },
  },
})
