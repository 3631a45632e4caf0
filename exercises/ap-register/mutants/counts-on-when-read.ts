// caught by: acknowledged
/** Counts on from what it shows, and does not write that down. */
import { type Context, node } from 'lockstep'
import type { Messages, Seen, Stamp, Version } from '../messages'

interface State {
  /** Its stamp only rises. Null: nothing was written. */
  version: Version | null
  counter: number
}

type Ctx = Context<Messages, State>

/** On disk there is the state. */
export default node<State, Messages, State>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { version: null, counter: 0 }
  },

  on: {
    read(state, { id }, ctx) {
      state.counter = Math.max(state.counter, state.version?.stamp.counter ?? 0)
      ctx.reply('values', { id, values: valuesOf(state) })
    },

    write(state, { id, value }, ctx) {
      state.counter += 1
      keep(state, { value, stamp: { counter: state.counter, writer: ctx.self } }, ctx)
      ctx.reply('written', { id })
    },

    gossip(state, { news }, ctx) {
      if (state.version === null || isNewer(news.stamp, state.version.stamp)) keep(state, news, ctx)
    },
  },

  timers: {
    /** Again and again: any message may be lost. */
    gossip({ version }, ctx) {
      if (version !== null) ctx.broadcast('replica', 'gossip', { news: version })
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return disk ?? { version: null, counter: 0 }
  },

  observe(state): Seen {
    return { values: valuesOf(state) }
  },
})

function keep(state: State, version: Version, ctx: Ctx): void {
  state.version = version
  ctx.persist(state)
}

/** All replicas put all stamps into the same order; where counters are equal, the name decides. */
function isNewer(one: Stamp, other: Stamp): boolean {
  return one.counter === other.counter ? one.writer > other.writer : one.counter > other.counter
}

function valuesOf({ version }: State): string[] {
  return version === null ? [] : [version.value]
}
