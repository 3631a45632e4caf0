// caught by: decided
/** Does nothing, and so breaks no promise. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

export default node<Record<string, never>, Messages>({
  init() {
    return {}
  },

  on: {},
})
