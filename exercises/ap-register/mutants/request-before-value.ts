// caught by: acknowledged
/** Carries out no request twice, and writes down that it has done so before it does. */
import { type Context, node } from 'lockstep'
import type { Messages, Seen, Stamp, Version } from '../messages'

interface State {
  /** Its stamp only rises. Null: nothing was written. */
  version: Version | null
  /** The last request of each client that it takes for done. */
  done: { [client: string]: string }
}

type Ctx = Context<Messages, State>

/** On disk there is the state. */
export default node<State, Messages, State>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { version: null, done: {} }
  },

  on: {
    read(state, { id }, ctx) {
      ctx.reply('values', { id, values: valuesOf(state) })
    },

    write(state, { id, value }, ctx) {
      if (state.done[ctx.from] !== id) {
        state.done[ctx.from] = id
        ctx.persist(state)
        const counter = (state.version?.stamp.counter ?? 0) + 1
        keep(state, { value, stamp: { counter, writer: ctx.self } }, ctx)
      }
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
    return disk ?? { version: null, done: {} }
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
