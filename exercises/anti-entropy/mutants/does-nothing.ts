// caught by: told
/** Does nothing. */
import { node } from 'lockstep'
import type { Messages, Seen } from '../messages'

export default node<Record<string, never>, Messages>({
  init: () => ({}),
  on: {},
  observe: (): Seen => ({ items: [] }),
})
