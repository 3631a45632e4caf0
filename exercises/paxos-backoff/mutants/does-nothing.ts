// caught by: reachable
/** A proposer that answers nothing. It is safe, and nothing is ever chosen. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

export default node<Record<string, never>, Messages>({
  init() {
    return {}
  },

  on: {},
})
