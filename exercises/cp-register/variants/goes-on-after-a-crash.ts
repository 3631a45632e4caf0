/** What is under way is on disk, and goes on after a crash. It is forgotten there before anybody is told how it ended. */
import { type Context, type NodeId, node } from 'lockstep'
import type { Messages, Stamp, Value } from '../messages'

/** A value with its stamp. */
interface Held {
  stamp: Stamp
  value: Value
}

/** An operation of a client that is under way. */
interface Operation {
  client: NodeId
  /** What is to be written; null for a read. */
  writes: string | null
  phase: 'asking' | 'storing'
  /** The other replicas that have answered in this phase, sorted. */
  heard: NodeId[]
  /** The newest value that was heard of. */
  newest: Held
}

interface State {
  /** Invariant: on disk before anybody hears of it. */
  held: Held
  operations: { [id: string]: Operation }
}

interface Disk {
  held: Held
  operations: { [id: string]: Operation }
}

type Ctx = Context<Messages, Disk>

/** Milliseconds; all that an operation needs takes far less where a majority can be reached. */
const PATIENCE = 500

const NOTHING: Held = { stamp: { counter: 0, writer: '' }, value: null }

/** On disk there is what it holds. Operations that were under way are forgotten in a crash. */
export default node<State, Messages, Disk>({
  init: () => ({ held: NOTHING, operations: {} }),

  on: {
    read(state, { id }, ctx) {
      begin(state, id, null, ctx)
    },

    write(state, { id, value }, ctx) {
      begin(state, id, value, ctx)
    },

    ask({ held }, { id }, ctx) {
      ctx.reply('report', { id, ...held })
    },

    report(state, { id, stamp, value }, ctx) {
      const operation = state.operations[id]
      if (operation?.phase !== 'asking') return
      if (isNewer(stamp, operation.newest.stamp)) operation.newest = { stamp, value }
      if (hearsMajority(operation, ctx)) store(state, id, operation, ctx)
    },

    store(state, { id, stamp, value }, ctx) {
      keep(state, { stamp, value }, ctx)
      ctx.reply('stored', { id })
    },

    stored(state, { id }, ctx) {
      const operation = state.operations[id]
      if (operation?.phase !== 'storing' || !hearsMajority(operation, ctx)) return
      const { client, writes, newest } = operation
      if (writes === null) ctx.send(client, 'value', { id, value: newest.value })
      else ctx.send(client, 'written', { id })
      end(state, id, ctx)
    },
  },

  timers: {
    /** What has begun to be stored may be found by others at any time. A read changes nothing that anybody can see. */
    timeout(state, ctx) {
      const id = ctx.about
      const { client, writes, phase } = state.operations[id]!
      const harmless = writes === null || phase === 'asking'
      end(state, id, ctx)
      ctx.send(client, harmless ? 'refused' : 'unknown', { id })
    },
  },

  restart(disk, ctx) {
    const state: State = { held: disk?.held ?? NOTHING, operations: disk?.operations ?? {} }
    for (const [id, operation] of Object.entries(state.operations)) {
      operation.heard = []
      if (operation.phase === 'asking') ctx.broadcast('replica', 'ask', { id })
      else ctx.broadcast('replica', 'store', { id, ...operation.newest })
      ctx.setTimer(`timeout:${id}`, PATIENCE)
    }
    return state
  },
})

function begin(state: State, id: string, writes: string | null, ctx: Ctx): void {
  state.operations[id] = { client: ctx.from, writes, phase: 'asking', heard: [], newest: state.held }
  save(state, ctx)
  ctx.broadcast('replica', 'ask', { id })
  ctx.setTimer(`timeout:${id}`, PATIENCE)
}

/** Has a majority store what was read, so that no later read finds something older; or what is to be written, as the newest of all. */
function store(state: State, id: string, operation: Operation, ctx: Ctx): void {
  operation.phase = 'storing'
  operation.heard = []
  if (operation.writes !== null) {
    // Its own may have become newer meanwhile, by another operation of its own: no stamp is given twice.
    const counter = Math.max(operation.newest.stamp.counter, state.held.stamp.counter) + 1
    operation.newest = { stamp: { counter, writer: ctx.self }, value: operation.writes }
  }
  keep(state, operation.newest, ctx)
  save(state, ctx)
  ctx.broadcast('replica', 'store', { id, ...operation.newest })
}

function save({ held, operations }: State, ctx: Ctx): void {
  ctx.persist({ held, operations })
}

function keep(state: State, held: Held, ctx: Ctx): void {
  if (!isNewer(held.stamp, state.held.stamp)) return
  state.held = held
  save(state, ctx)
}

/** Counts the sender. @returns whether it makes a majority, together with this replica and those that were heard before */
function hearsMajority({ heard }: Operation, ctx: Ctx): boolean {
  if (!heard.includes(ctx.from)) heard.push(ctx.from)
  heard.sort()
  return (heard.length + 1) * 2 > ctx.nodes('replica').length
}

function end(state: State, id: string, ctx: Ctx): void {
  delete state.operations[id]
  save(state, ctx)
  ctx.cancelTimer(`timeout:${id}`)
}

function isNewer(one: Stamp, other: Stamp): boolean {
  return one.counter > other.counter || (one.counter === other.counter && one.writer > other.writer)
}
