// caught by: acknowledged
/** Of two values the larger one stays, whichever was written later. */
import { type Context, node } from 'lockstep'
import type { Messages, Seen, Version } from '../messages'

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

    gossip(state, { news }, ctx) {
      if (state.version === null || news.value > state.version.value) keep(state, news, ctx)
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

function valuesOf({ version }: State): string[] {
  return version === null ? [] : [version.value]
}
