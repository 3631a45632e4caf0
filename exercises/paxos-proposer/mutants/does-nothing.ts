// caught by: decided
/** Listens and does nothing, and so proposes nothing wrong. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

export default node<{ wish: number | null }, Messages>({
  init() {
    return { wish: null }
  },

  on: {
    propose(state, { v }) {
      state.wish = v
    },
  },
})
