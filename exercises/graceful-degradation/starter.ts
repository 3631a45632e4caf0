/**
 * The front end of a shop that believes in its back ends: it calls them for every request, and waits for what they say.
 * TODO: answer every request by its deadline, and shed whatever can be shed before a checkout.
 */
import { node } from 'lockstep'
import type { Kind, Messages } from './messages'

/** The back end that a request needs. */
const BACK_END: { [kind in Kind]: 'database' | 'recommender' } = {
  checkout: 'database',
  reviews: 'database',
  recommendations: 'recommender',
}

interface State {
  /** Requests that have no answer yet, by number. */
  waiting: { [id: string]: Kind }
}

export default node<State, Messages>({
  init: () => ({ waiting: {} }),

  on: {
    request(state, { id, kind }, ctx) {
      state.waiting[id] = kind
      ctx.send(BACK_END[kind], 'call', { id, kind })
    },

    result(state, { id }, ctx) {
      delete state.waiting[id]
      ctx.send('users', 'page', { id, full: true })
    },
  },
})
