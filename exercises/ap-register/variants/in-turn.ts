/** Tells one of the others each time, in turn. */
import { type Context, node } from 'lockstep'
import type { Messages, Seen, Stamp, Version } from '../messages'

interface State {
  /** Invariant: on disk before anybody hears of it, and its stamp only rises. Null: nothing was written. */
  version: Version | null
  /** Whose turn it is. */
  turn: number
}

type Ctx = Context<Messages, Version>

/** On disk there is the version. */
export default node<State, Messages, Version>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { version: null, turn: 0 }
  },

  on: {
    read(state, { id }, ctx) {
      ctx.reply('values', { id, values: valuesOf(state) })
    },

    /** Newer than all that this replica knows of. */
    write(state, { id, value }, ctx) {
      const counter = (state.version?.stamp.counter ?? 0) + 1
      keep(state, { value, stamp: { counter, writer: ctx.self } }, ctx)
      ctx.reply('written', { id })
    },

    gossip(state, { news }, ctx) {
      if (state.version === null || isNewer(news.stamp, state.version.stamp)) keep(state, news, ctx)
    },
  },

  timers: {
    gossip(state, ctx) {
      const others = ctx.nodes('replica').filter((other) => other !== ctx.self)
      const one = others[state.turn]
      if (state.version !== null && one !== undefined) {
        ctx.send(one, 'gossip', { news: state.version })
        state.turn = (state.turn + 1) % others.length
      }
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return { version: disk, turn: 0 }
  },

  observe(state): Seen {
    return { values: valuesOf(state) }
  },
})

function keep(state: State, version: Version, ctx: Ctx): void {
  state.version = version
  ctx.persist(version)
}

/** All replicas put all stamps into the same order; where counters are equal, the name decides. */
function isNewer(one: Stamp, other: Stamp): boolean {
  return one.counter === other.counter ? one.writer > other.writer : one.counter > other.counter
}

function valuesOf({ version }: State): string[] {
  return version === null ? [] : [version.value]
}
