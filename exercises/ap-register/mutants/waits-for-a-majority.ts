// caught by: answers
/** Answers a write once a majority of the replicas has heard of it. */
import { type Context, node } from 'lockstep'
import type { Messages, Seen, Stamp, Version } from '../messages'

interface State {
  /** Invariant: on disk before anybody hears of it, and its stamp only rises. Null: nothing was written. */
  version: Version | null
  /** The write that waits: whose it is, and who has heard of it. */
  waits: { client: string; id: string; heard: string[] } | null
}

type Ctx = Context<Messages, Version>

/** On disk there is the version. */
export default node<State, Messages, Version>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { version: null, waits: null }
  },

  on: {
    read(state, { id }, ctx) {
      ctx.reply('values', { id, values: valuesOf(state) })
    },

    /** Newer than all that this replica knows of. */
    write(state, { id, value }, ctx) {
      const counter = (state.version?.stamp.counter ?? 0) + 1
      const news = { value, stamp: { counter, writer: ctx.self } }
      keep(state, news, ctx)
      state.waits = { client: ctx.from, id, heard: [ctx.self] }
      ctx.broadcast('replica', 'gossip', { news })
    },

    gossip(state, { news }, ctx) {
      if (state.version === null || isNewer(news.stamp, state.version.stamp)) keep(state, news, ctx)
      ctx.reply('heard', { known: news.stamp })
    },

    heard({ version, waits }, { known }, ctx) {
      if (waits === null || known?.counter !== version?.stamp.counter) return
      if (!waits.heard.includes(ctx.from)) waits.heard = [...waits.heard, ctx.from].sort()
      if (waits.heard.length * 2 > ctx.nodes('replica').length)
        ctx.send(waits.client, 'written', { id: waits.id })
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
    return { version: disk, waits: null }
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
