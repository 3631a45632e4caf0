// caught by: monotonic
/** Writes down what clients write, and keeps what it hears in memory alone. */
import { type Context, node } from 'lockstep'
import type { Messages, Seen, Stamp, Version } from '../messages'

interface State {
  /** Invariant: on disk before anybody hears of it, and its stamp only rises. Null: nothing was written. */
  version: Version | null
}

type Ctx = Context<Messages, Version>

/** On disk there is the version. */
export default node<State, Messages, Version>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { version: null }
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

    gossip(state, { news }) {
      if (state.version === null || isNewer(news.stamp, state.version.stamp)) state.version = news
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
    return { version: disk }
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
