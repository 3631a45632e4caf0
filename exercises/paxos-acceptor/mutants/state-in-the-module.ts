// caught by: error
/** Keeps its memory in variables of the module, which all acceptors share and no crash clears. */
import { node } from 'lockstep'
import type { Messages, Proposal } from '../messages'

let promised = 0
let accepted: Proposal | null = null

export default node<Record<string, never>, Messages>({
  init() {
    return {}
  },

  on: {
    prepare(_state, { n }, ctx) {
      if (n <= promised) return
      promised = n
      ctx.reply('promise', { n, accepted })
    },

    accept(_state, { n, v }, ctx) {
      if (n < promised) return
      promised = n
      accepted = { n, v }
      ctx.broadcast('learner', 'accepted', { n, v })
    },
  },
})
