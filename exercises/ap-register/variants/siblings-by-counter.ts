/** Keeps all values with the largest counter: who has counted the same has not known of the other. */
import { type Context, node } from 'lockstep'
import type { Messages, Seen } from '../messages'

interface State {
  counter: number
  /** Sorted. */
  values: string[]
}

type Ctx = Context<Messages<State>, State>

export default node<State, Messages<State>, State>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { counter: 0, values: [] }
  },

  on: {
    read({ values }, { id }, ctx) {
      ctx.reply('values', { id, values })
    },

    write(state, { id, value }, ctx) {
      keep(state, state.counter + 1, [value], ctx)
      ctx.reply('written', { id })
    },

    gossip(state, { news }, ctx) {
      if (news.counter > state.counter) keep(state, news.counter, news.values, ctx)
      else if (news.counter === state.counter)
        keep(state, news.counter, [...new Set([...state.values, ...news.values])].sort(), ctx)
    },
  },

  timers: {
    gossip(state, ctx) {
      ctx.broadcast('replica', 'gossip', { news: state })
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return disk ?? { counter: 0, values: [] }
  },

  observe({ values }): Seen {
    return { values }
  },
})

function keep(state: State, counter: number, values: string[], ctx: Ctx): void {
  state.counter = counter
  state.values = values
  ctx.persist(state)
}
