/**
 * Operations are logged by the replica at which they were done, each with what was known there before it. A replica says how much of each
 * log it has, and is sent what it lacks. What arrives before something that it rests on waits for that.
 */
import { type Context, type NodeId, node } from 'lockstep'
import type { Messages, Seen } from '../messages'

type Clock = Record<NodeId, number>

interface Operation {
  by: NodeId
  /** Counted from 1 at `by`. */
  number: number
  kind: 'add' | 'remove'
  item: string
  /** Of each replica's operations so many had been carried out at `by` before this. */
  after: Clock
}

/** Every operation that was carried out here, in the order in which it was. */
interface State {
  log: Operation[]
  waiting: Operation[]
}

interface Gossip {
  have: Clock
}

interface Answer {
  operations: Operation[]
}

type Ctx = Context<Messages<Gossip, Answer>, Operation[]>

export default node<State, Messages<Gossip, Answer>, Operation[]>({
  init(ctx) {
    ctx.setTimer('ask')
    return { log: [], waiting: [] }
  },

  on: {
    add(state, { item }, ctx) {
      operate(state, 'add', item, ctx)
    },

    remove(state, { item }, ctx) {
      operate(state, 'remove', item, ctx)
    },

    gossip({ log }, { have }, ctx) {
      const operations = sorted(log.filter(({ by, number }) => number > (have[by] ?? 0)))
      if (operations.length > 0) ctx.reply('answer', { operations })
    },

    answer(state, { operations }, ctx) {
      state.waiting = [...state.waiting, ...operations]
      const before = state.log.length
      while (carryOut(state));
      state.waiting = []
      if (state.log.length > before) ctx.persist(state.log)
    },
  },

  timers: {
    ask({ log }, ctx) {
      ctx.broadcast('replica', 'gossip', { have: clockOf(log) })
      ctx.setTimer('ask')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('ask')
    return { log: disk ?? [], waiting: [] }
  },

  observe: ({ log }): Seen => ({ items: itemsOf(log) }),
})

function operate({ log }: State, kind: Operation['kind'], item: string, ctx: Ctx): void {
  const after = clockOf(log)
  log.push({ by: ctx.self, number: (after[ctx.self] ?? 0) + 1, kind, item, after })
  ctx.persist(log)
  ctx.reply('cart', { items: itemsOf(log) })
}

/** Carries one operation out for which everything is there. */
function carryOut(state: State): boolean {
  const clock = clockOf(state.log)
  const next = state.waiting.find(
    ({ by, number, after }) =>
      number === (clock[by] ?? 0) + 1 &&
      Object.entries(after).every(([replica, count]) => count <= (clock[replica] ?? 0)),
  )
  if (next) state.log.push(next)
  return next !== undefined
}

function clockOf(log: readonly Operation[]): Clock {
  const clock: Clock = {}
  for (const { by } of log) clock[by] = (clock[by] ?? 0) + 1
  return clock
}

function itemsOf(log: readonly Operation[]): string[] {
  const left = log.filter(
    (add) =>
      add.kind === 'add' &&
      !log.some(
        (one) => one.kind === 'remove' && one.item === add.item && add.number <= (one.after[add.by] ?? 0),
      ),
  )
  return [...new Set(left.map(({ item }) => item))]
}

function sorted(operations: Operation[]): Operation[] {
  return operations.sort((one, other) =>
    one.by < other.by ? -1 : one.by > other.by ? 1 : one.number - other.number,
  )
}
