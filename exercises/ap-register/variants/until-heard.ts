/** Tells each of the others until it has heard of this very version. */
import { type Context, node } from 'lockstep'
import type { Messages, Seen, Stamp, Version } from '../messages'

interface State {
  /** Invariant: on disk before anybody hears of it, and its stamp only rises. Null: nothing was written. */
  version: Version | null
  /** Who has it too. */
  heard: string[]
}

type Ctx = Context<Messages, Version>

/** On disk there is the version. */
export default node<State, Messages, Version>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { version: null, heard: [] }
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
      ctx.reply('heard', { known: news.stamp })
    },

    heard(state, { known }, ctx) {
      const stamp = state.version?.stamp
      if (known?.counter !== stamp?.counter || known?.writer !== stamp?.writer) return
      if (!state.heard.includes(ctx.from)) state.heard = [...state.heard, ctx.from].sort()
    },
  },

  timers: {
    gossip({ version, heard }, ctx) {
      for (const other of ctx.nodes('replica'))
        if (version !== null && other !== ctx.self && !heard.includes(other))
          ctx.send(other, 'gossip', { news: version })
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return { version: disk, heard: [] }
  },

  observe(state): Seen {
    return { values: valuesOf(state) }
  },
})

function keep(state: State, version: Version, ctx: Ctx): void {
  state.version = version
  state.heard = []
  ctx.persist(version)
}

/** All replicas put all stamps into the same order; where counters are equal, the name decides. */
function isNewer(one: Stamp, other: Stamp): boolean {
  return one.counter === other.counter ? one.writer > other.writer : one.counter > other.counter
}

function valuesOf({ version }: State): string[] {
  return version === null ? [] : [version.value]
}
