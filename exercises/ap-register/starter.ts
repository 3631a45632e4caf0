/**
 * A register on one node alone: it answers at once.
 * TODO: the other replicas hear nothing of what is written here, and a crash takes all of it away. Say what a version is and when one is newer,
 * tell the others again and again, and write down what must not be forgotten.
 */
import { node } from 'lockstep'
import type { Messages, Seen } from './messages'

interface State {
  value: string | null
}

export default node<State, Messages>({
  init() {
    return { value: null }
  },

  on: {
    read({ value }, { id }, ctx) {
      ctx.reply('values', { id, values: value === null ? [] : [value] })
    },

    write(state, { id, value }, ctx) {
      state.value = value
      ctx.reply('written', { id })
    },
  },

  /** This is how the trials see a replica: what a read would be answered now. */
  observe({ value }): Seen {
    return { values: value === null ? [] : [value] }
  },
})
