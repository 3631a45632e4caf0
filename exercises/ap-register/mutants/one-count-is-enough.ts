// caught by: acknowledged
/** Takes a vector for larger where one of its counts is. */
import { type Context, node } from 'lockstep'
import type { Messages, Seen } from '../messages'

/** How many writes of each replica a value has seen, its own included. */
type Vector = { [replica: string]: number }

interface Sibling {
  value: string
  vector: Vector
}

interface State {
  siblings: Sibling[]
}

type Ctx = Context<Messages<Sibling[]>, Sibling[]>

export default node<State, Messages<Sibling[]>, Sibling[]>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { siblings: [] }
  },

  on: {
    read(state, { id }, ctx) {
      ctx.reply('values', { id, values: valuesOf(state) })
    },

    /** Covers all siblings that are here. */
    write(state, { id, value }, ctx) {
      const vector: Vector = {}
      for (const sibling of state.siblings)
        for (const [replica, count] of Object.entries(sibling.vector))
          vector[replica] = Math.max(vector[replica] ?? 0, count)
      vector[ctx.self] = (vector[ctx.self] ?? 0) + 1
      keep(state, [{ value, vector }], ctx)
      ctx.reply('written', { id })
    },

    gossip(state, { news }, ctx) {
      const all = [...state.siblings]
      for (const one of news) if (!all.some(({ value }) => value === one.value)) all.push(one)
      keep(
        state,
        all.filter((one) => !all.some((other) => other !== one && covers(other.vector, one.vector))),
        ctx,
      )
    },
  },

  timers: {
    gossip({ siblings }, ctx) {
      ctx.broadcast('replica', 'gossip', { news: siblings })
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return { siblings: disk ?? [] }
  },

  observe(state): Seen {
    return { values: valuesOf(state) }
  },
})

function keep(state: State, siblings: Sibling[], ctx: Ctx): void {
  state.siblings = siblings.sort((one, other) => (one.value < other.value ? -1 : 1))
  ctx.persist(state.siblings)
}

function covers(one: Vector, other: Vector): boolean {
  return Object.entries(one).some(([replica, count]) => count > (other[replica] ?? 0))
}

function valuesOf({ siblings }: State): string[] {
  return siblings.map(({ value }) => value)
}
