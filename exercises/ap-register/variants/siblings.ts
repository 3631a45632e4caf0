/** Keeps all values that were written without knowing of each other, by version vectors: a write replaces what its replica knows. */
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

/** What one side knows of and does not have any more was replaced there. */
function merge(state: State, news: State, ctx: Ctx): void {
  const stays = (one: Sibling, other: State): boolean =>
    one.number > (other.known[one.writer] ?? 0) ||
    other.siblings.some(({ writer, number }) => writer === one.writer && number === one.number)
  const fresh = news.siblings.filter(({ writer, number }) => number > (state.known[writer] ?? 0))
  state.siblings = [...state.siblings.filter((one) => stays(one, news)), ...fresh].sort((one, other) =>
    one.writer < other.writer ? -1 : one.writer > other.writer ? 1 : one.number - other.number,
  )
  for (const [replica, number] of Object.entries(news.known))
    state.known[replica] = Math.max(state.known[replica] ?? 0, number)
  ctx.persist(state)
}

function valuesOf({ siblings }: State): string[] {
  return siblings.map(({ value }) => value)
}
