// caught by: kept
/** The tag of an addition is its item and replica, so that the second one of both is taken for the first. */
import { type Context, node } from 'lockstep'
import type { Messages, Seen } from '../messages'

interface Cart {
  /** By tag the item that was added with it; removed ones stay. */
  added: Record<string, string>
  /** Tags of additions that were removed. */
  removed: Record<string, true>
}

export default node<Cart & { count: number }, Messages<Cart>>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { added: {}, removed: {}, count: 0 }
  },

  on: {
    add(cart, { item }, ctx) {
      const tag = `${item} at ${ctx.self}`
      cart.added[tag] = item
      // It is in again.
      delete cart.removed[tag]
      done(cart, ctx)
    },

    remove(cart, { item }, ctx) {
      for (const [tag, what] of Object.entries(cart.added)) if (what === item) cart.removed[tag] = true
      done(cart, ctx)
    },

    gossip(cart, { added, removed }, ctx) {
      Object.assign(cart.added, added)
      Object.assign(cart.removed, removed)
      ctx.persist(cart)
    },
  },

  timers: {
    gossip({ added, removed }, ctx) {
      ctx.broadcast('replica', 'gossip', { added, removed })
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return disk ?? { added: {}, removed: {}, count: 0 }
  },

  observe: (cart): Seen => ({ items: itemsOf(cart) }),
})

function done(cart: Cart & { count: number }, ctx: Context<Messages<Cart>, Cart & { count: number }>): void {
  ctx.persist(cart)
  ctx.reply('cart', { items: itemsOf(cart) })
}

function itemsOf({ added, removed }: Cart): string[] {
  const items = Object.entries(added)
    .filter(([tag]) => !removed[tag])
    .map(([, item]) => item)
  return [...new Set(items)]
}
