// caught by: done
/** Counts for each item and replica how often it was added and removed: two removals of one addition count twice. */
import { type Context, type NodeId, node } from 'lockstep'
import type { Messages, Seen } from '../messages'

type Counts = Record<NodeId, number>

interface Cart {
  [item: string]: { added: Counts; removed: Counts }
}

type Ctx = Context<Messages<Cart>, Cart>

export default node<Cart, Messages<Cart>>({
  init(ctx) {
    ctx.setTimer('gossip')
    return {}
  },

  on: {
    add(cart, { item }, ctx) {
      const { added } = (cart[item] ??= { added: {}, removed: {} })
      added[ctx.self] = (added[ctx.self] ?? 0) + 1
      finish(cart, ctx)
    },

    remove(cart, { item }, ctx) {
      const counts = cart[item]
      if (counts && left(counts) > 0)
        counts.removed[ctx.self] = (counts.removed[ctx.self] ?? 0) + left(counts)
      finish(cart, ctx)
    },

    gossip(cart, theirs, ctx) {
      for (const [item, { added, removed }] of Object.entries(theirs)) {
        const mine = (cart[item] ??= { added: {}, removed: {} })
        raise(mine.added, added)
        raise(mine.removed, removed)
      }
      ctx.persist(cart)
    },
  },

  timers: {
    gossip(cart, ctx) {
      ctx.broadcast('replica', 'gossip', cart)
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return disk ?? {}
  },

  observe: (cart): Seen => ({ items: itemsOf(cart) }),
})

const sum = (counts: Counts): number => Object.values(counts).reduce((all, count) => all + count, 0)

const left = ({ added, removed }: Cart[string]): number => sum(added) - sum(removed)

function raise(mine: Counts, theirs: Counts): void {
  for (const [replica, count] of Object.entries(theirs)) mine[replica] = Math.max(mine[replica] ?? 0, count)
}

function finish(cart: Cart, ctx: Ctx): void {
  ctx.persist(cart)
  ctx.reply('cart', { items: itemsOf(cart) })
}

function itemsOf(cart: Cart): string[] {
  return Object.entries(cart)
    .filter(([, counts]) => left(counts) > 0)
    .map(([item]) => item)
}
