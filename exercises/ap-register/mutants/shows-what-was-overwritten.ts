// caught by: acknowledged
/** Answers with all values that it has ever held. */
import { node } from 'lockstep'
import type { Messages, Seen } from '../messages'

interface State {
  values: string[]
}

export default node<State, Messages<string[]>, string[]>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { values: [] }
  },

  on: {
    read({ values }, { id }, ctx) {
      ctx.reply('values', { id, values })
    },

    write(state, { id, value }, ctx) {
      state.values = [...state.values, value].sort()
      ctx.persist(state.values)
      ctx.reply('written', { id })
    },

    gossip(state, { news }, ctx) {
      state.values = [...new Set([...state.values, ...news])].sort()
      ctx.persist(state.values)
    },
  },

  timers: {
    gossip({ values }, ctx) {
      ctx.broadcast('replica', 'gossip', { news: values })
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return { values: disk ?? [] }
  },

  observe({ values }): Seen {
    return { values }
  },
})
