// caught by: learns
/** Takes no notice of anything. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

export default node<Record<string, never>, Messages>({
  init() {
    return {}
  },

  on: {},
})
