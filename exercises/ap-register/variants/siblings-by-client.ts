/** Keeps siblings, and lets a write replace only what its client has seen at this replica. */
import { type Context, node } from 'lockstep'
import type { Messages, Seen } from '../messages'

interface News {
  values: string[]
  /** Values that were replaced. They don't come back. */
  replaced: string[]
}

interface State extends News {
  /** By client, what it has read or written here: a write of it replaces that, and nothing else. */
  told: { [client: string]: string[] }
}

type Ctx = Context<Messages<News>, State>

export default node<State, Messages<News>, State>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { values: [], replaced: [], told: {} }
  },

  on: {
    read(state, { id }, ctx) {
      tell(state, state.values, ctx)
      ctx.reply('values', { id, values: state.values })
    },

    write(state, { id, value }, ctx) {
      // A request that comes again does not replace itself.
      const told = (state.told[ctx.from] ?? []).filter((one) => one !== value)
      state.replaced = union(state.replaced, told)
      state.values = union(state.values, [value]).filter((one) => !told.includes(one))
      tell(state, [value], ctx)
      ctx.reply('written', { id })
    },

    gossip(state, { news }, ctx) {
      state.replaced = union(state.replaced, news.replaced)
      state.values = union(state.values, news.values).filter((one) => !state.replaced.includes(one))
      ctx.persist(state)
    },
  },

  timers: {
    gossip({ values, replaced }, ctx) {
      ctx.broadcast('replica', 'gossip', { news: { values, replaced } })
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return disk ?? { values: [], replaced: [], told: {} }
  },

  observe({ values }): Seen {
    return { values }
  },
})

function tell(state: State, values: readonly string[], ctx: Ctx): void {
  state.told[ctx.from] = union(state.told[ctx.from] ?? [], values)
  ctx.persist(state)
}

function union(some: readonly string[], more: readonly string[]): string[] {
  return [...new Set([...some, ...more])].sort()
}
