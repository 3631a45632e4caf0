/** Keeps the latest write of each replica, tells all of them, and shows the newest. */
import { type Context, node } from 'lockstep'
import type { Messages, Seen, Version } from '../messages'

type Latest = { [writer: string]: Version }

interface State {
  latest: Latest
}

type Ctx = Context<Messages<Latest>, Latest>

export default node<State, Messages<Latest>, Latest>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { latest: {} }
  },

  on: {
    read(state, { id }, ctx) {
      ctx.reply('values', { id, values: valuesOf(state) })
    },

    write(state, { id, value }, ctx) {
      const counter = (newest(state)?.stamp.counter ?? 0) + 1
      keep(state, { value, stamp: { counter, writer: ctx.self } }, ctx)
      ctx.reply('written', { id })
    },

    gossip(state, { news }, ctx) {
      for (const version of Object.values(news)) keep(state, version, ctx)
    },
  },

  timers: {
    gossip({ latest }, ctx) {
      ctx.broadcast('replica', 'gossip', { news: latest })
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return { latest: disk ?? {} }
  },

  observe(state): Seen {
    return { values: valuesOf(state) }
  },
})

/** Each replica counts its own writes up, so that of two of its versions the one with the larger counter is the later one. */
function keep(state: State, version: Version, ctx: Ctx): void {
  const { counter, writer } = version.stamp
  if ((state.latest[writer]?.stamp.counter ?? 0) >= counter) return
  state.latest[writer] = version
  ctx.persist(state.latest)
}

function newest({ latest }: State): Version | undefined {
  return Object.values(latest).sort(
    (one, other) =>
      other.stamp.counter - one.stamp.counter || (one.stamp.writer < other.stamp.writer ? 1 : -1),
  )[0]
}

function valuesOf(state: State): string[] {
  const version = newest(state)
  return version === undefined ? [] : [version.value]
}
