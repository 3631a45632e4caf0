// caught by: answers
/** Passes each write on to the first replica, which decides. */
import { node } from 'lockstep'
import type { Messages, Seen } from '../messages'

/** What is passed on: a write, or the value that the primary has decided on, by its number. */
type News =
  | { kind: 'write'; client: string; id: string; value: string }
  | { kind: 'value'; number: number; value: string }

interface State {
  number: number
  value: string | null
}

export default node<State, Messages<News>, State>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { number: 0, value: null }
  },

  on: {
    read({ value }, { id }, ctx) {
      ctx.reply('values', { id, values: value === null ? [] : [value] })
    },

    write(state, { id, value }, ctx) {
      const primary = ctx.nodes('replica')[0]!
      if (ctx.self !== primary)
        return ctx.send(primary, 'gossip', { news: { kind: 'write', client: ctx.from, id, value } })
      state.number += 1
      state.value = value
      ctx.persist(state)
      ctx.reply('written', { id })
    },

    gossip(state, { news }, ctx) {
      if (news.kind === 'write') {
        state.number += 1
        state.value = news.value
        ctx.persist(state)
        ctx.send(news.client, 'written', { id: news.id })
      } else if (news.number > state.number) {
        state.number = news.number
        state.value = news.value
        ctx.persist(state)
      }
    },
  },

  timers: {
    gossip({ number, value }, ctx) {
      if (value !== null) ctx.broadcast('replica', 'gossip', { news: { kind: 'value', number, value } })
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return disk ?? { number: 0, value: null }
  },

  observe({ value }): Seen {
    return { values: value === null ? [] : [value] }
  },
})
