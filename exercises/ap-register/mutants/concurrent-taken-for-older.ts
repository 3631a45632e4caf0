// caught by: converges
/** Takes the other side’s siblings for older unless its vector is larger everywhere. */
import { type Context, node } from 'lockstep'
import type { Messages, Seen } from '../messages'

/** How many writes of each replica are known. */
type Vector = { [replica: string]: number }

/** A value, and the number of its write among those of a replica. */
interface Sibling {
  value: string
  writer: string
  number: number
}

interface State {
  siblings: Sibling[]
  /** Invariant: covers all siblings, and all that they have replaced. */
  known: Vector
}

type Ctx = Context<Messages<State>, State>

export default node<State, Messages<State>, State>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { siblings: [], known: {} }
  },

  on: {
    read(state, { id }, ctx) {
      ctx.reply('values', { id, values: valuesOf(state) })
    },

    write(state, { id, value }, ctx) {
      const number = (state.known[ctx.self] ?? 0) + 1
      state.known[ctx.self] = number
      state.siblings = [{ value, writer: ctx.self, number }]
      ctx.persist(state)
      ctx.reply('written', { id })
    },

    gossip(state, { news }, ctx) {
      merge(state, news, ctx)
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
    return disk ?? { siblings: [], known: {} }
  },

  observe(state): Seen {
    return { values: valuesOf(state) }
  },
})

function merge(state: State, news: State, ctx: Ctx): void {
  const isNewer = Object.entries(state.known).every(
    ([replica, number]) => (news.known[replica] ?? 0) >= number,
  )
  if (!isNewer) return
  state.siblings = news.siblings
  for (const [replica, number] of Object.entries(news.known))
    state.known[replica] = Math.max(state.known[replica] ?? 0, number)
  ctx.persist(state)
}

function valuesOf({ siblings }: State): string[] {
  return siblings.map(({ value }) => value)
}
