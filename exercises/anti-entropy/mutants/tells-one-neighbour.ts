// caught by: equal
/** Tells only the first of the other replicas, which passes nothing on. */
import { type Context, type NodeId, node } from 'lockstep'
import type { Messages, Seen } from '../messages'

/** The addition with number `adds`, or a removal of these additions. */
interface Change {
  number: number
  adds?: string
  removes?: string[]
}

interface Disk {
  /** What was done here. */
  own: Change[]
  /** Of each other replica's changes the first so many are known. */
  known: Record<NodeId, number>
  /** By name, the additions that were not removed yet. */
  items: Record<string, string>
  /** Additions that were removed before they were heard of. */
  ahead: string[]
}

interface State extends Disk {
  /** Of the changes made here each other replica has so many. */
  acknowledged: Record<NodeId, number>
}

interface Gossip {
  changes: Change[]
}

interface Answer {
  upTo: number
}

type Ctx = Context<Messages<Gossip, Answer>, Disk>

export default node<State, Messages<Gossip, Answer>, Disk>({
  init(ctx) {
    ctx.setTimer('again')
    return { own: [], known: {}, items: {}, ahead: [], acknowledged: {} }
  },

  on: {
    add(state, { item }, ctx) {
      const number = state.own.length + 1
      state.own.push({ number, adds: item })
      state.items[`${ctx.self}${number}`] = item
      finish(state, ctx)
    },

    remove(state, { item }, ctx) {
      const removes = Object.keys(state.items).filter((name) => state.items[name] === item)
      if (removes.length > 0) {
        for (const name of removes) delete state.items[name]
        state.own.push({ number: state.own.length + 1, removes })
      }
      finish(state, ctx)
    },

    gossip(state, { changes }, ctx) {
      for (const change of changes) {
        if (change.number !== (state.known[ctx.from] ?? 0) + 1) continue
        state.known[ctx.from] = change.number
        apply(state, change, `${ctx.from}${change.number}`)
      }
      persist(state, ctx)
      ctx.reply('answer', { upTo: state.known[ctx.from] ?? 0 })
    },

    answer(state, { upTo }, ctx) {
      state.acknowledged[ctx.from] = Math.max(state.acknowledged[ctx.from] ?? 0, upTo)
    },
  },

  timers: {
    again(state, ctx) {
      const neighbour = ctx.nodes('replica').find((replica) => replica !== ctx.self)
      if (neighbour) tell(state, neighbour, ctx)
      ctx.setTimer('again')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('again')
    return { ...(disk ?? { own: [], known: {}, items: {}, ahead: [] }), acknowledged: {} }
  },

  observe: ({ items }): Seen => ({ items: [...new Set(Object.values(items))] }),
})

function tell({ own, acknowledged }: State, replica: NodeId, ctx: Ctx): void {
  const changes = own.slice(acknowledged[replica] ?? 0)
  if (replica !== ctx.self && changes.length > 0) ctx.send(replica, 'gossip', { changes })
}

function apply({ items, ahead }: State, { adds, removes = [] }: Change, name: string): void {
  if (adds !== undefined && !ahead.includes(name)) items[name] = adds
  for (const one of removes) {
    delete items[one]
    if (!ahead.includes(one)) ahead.push(one)
  }
  ahead.sort()
}

function persist({ own, known, items, ahead }: State, ctx: Ctx): void {
  ctx.persist({ own, known, items, ahead })
}

function finish(state: State, ctx: Ctx): void {
  persist(state, ctx)
  ctx.reply('cart', { items: [...new Set(Object.values(state.items))] })
}
