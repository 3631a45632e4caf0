/** Reckons when a back end will be done with all that it was called for, and makes no call that would come too late. */
import { type Context, node } from 'lockstep'
import type { Kind, Messages } from '../messages'

type BackEnd = 'database' | 'recommender'

const BACK_END: { [kind in Kind]: BackEnd } = {
  checkout: 'database',
  reviews: 'database',
  recommendations: 'recommender',
}

const TAKES: { [backEnd in BackEnd]: number } = { database: 60, recommender: 20 }
/** How long a call may take, all before it included, with 5 ms for its way. Reviews leave the time of three checkouts. */
const MAY_TAKE: { [kind in Kind]: number } = { checkout: 255, reviews: 125, recommendations: 125 }
const PATIENCE = 285
/** A back end that owes something and has not been heard of for so long is asked only now and then. */
const LATE = 150
const NOW_AND_THEN = 400

interface Estimate {
  /** When it will have done everything, as far as is known. */
  done: number
  /** The requests for which it owes an answer, in the order of its calls. */
  owes: number[]
  /** When it was heard of last, or called after a time in which it owed nothing. */
  heard: number
  asked: number
}

interface State {
  open: { [id: string]: Kind }
  estimates: { [backEnd in BackEnd]: Estimate }
}

const idle = (): Estimate => ({ done: 0, owes: [], heard: 0, asked: -NOW_AND_THEN })

function withoutBackEnd(id: number, kind: Kind, ctx: Context<Messages>): void {
  if (kind === 'checkout') ctx.send('users', 'refused', { id })
  else ctx.send('users', 'page', { id, full: false })
}

export default node<State, Messages>({
  init: () => ({ open: {}, estimates: { database: idle(), recommender: idle() } }),

  on: {
    request(state, { id, kind }, ctx) {
      const now = ctx.now()
      const backEnd = BACK_END[kind]
      const estimate = state.estimates[backEnd]
      if (estimate.owes.length === 0) estimate.heard = now
      const late = now - estimate.heard > LATE
      // What is so late may be lost, and is no longer counted.
      const done = Math.max(late ? 0 : estimate.done, now + 5) + TAKES[backEnd]
      const worthIt = late ? now - estimate.asked > NOW_AND_THEN : done - now <= MAY_TAKE[kind]
      if (!worthIt) return withoutBackEnd(id, kind, ctx)
      if (!late) estimate.done = done
      estimate.owes.push(id)
      estimate.asked = now
      state.open[id] = kind
      ctx.send(backEnd, 'call', { id, kind })
      ctx.setTimer(`enough:${id}`, PATIENCE)
    },

    result(state, { id }, ctx) {
      const now = ctx.now()
      const backEnd = ctx.from as BackEnd
      const estimate = state.estimates[backEnd]
      estimate.heard = now
      // It does one call after the other: what comes before this one is done, or lost.
      estimate.owes = estimate.owes.slice(estimate.owes.indexOf(id) + 1)
      estimate.done = now + estimate.owes.length * TAKES[backEnd]
      if (!(id in state.open)) return
      delete state.open[id]
      ctx.cancelTimer(`enough:${id}`)
      ctx.send('users', 'page', { id, full: true })
    },
  },

  timers: {
    enough(state, ctx) {
      const id = Number(ctx.about)
      const kind = state.open[id]!
      delete state.open[id]
      withoutBackEnd(id, kind, ctx)
    },
  },
})
