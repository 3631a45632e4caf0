// caught by: removed
/** Counts how often an item was added less how often it was removed, and merges by adding up what others count. */
import { node } from 'lockstep'
import type { Messages, Seen } from '../messages'

type Counts = Record<string, number>

/** What was counted here, and what was last heard to be counted at each other replica. */
interface Cart {
  counts: Counts
}

export default node<Cart, Messages<Cart>>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { counts: {} }
  },

  on: {
    add(cart, { item }, ctx) {
      cart.counts[item] = Math.max(0, cart.counts[item] ?? 0) + 1
      ctx.persist(cart)
      ctx.reply('cart', { items: itemsOf(cart) })
    },

    remove(cart, { item }, ctx) {
      if (cart.counts[item]) cart.counts[item] = 0
      ctx.persist(cart)
      ctx.reply('cart', { items: itemsOf(cart) })
    },

    gossip(cart, { counts }, ctx) {
      for (const [item, count] of Object.entries(counts))
        cart.counts[item] = Math.min(9, (cart.counts[item] ?? 0) + count)
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
    return disk ?? { counts: {} }
  },

  observe: (cart): Seen => ({ items: itemsOf(cart) }),
})

function itemsOf({ counts }: Cart): string[] {
  return Object.keys(counts).filter((item) => counts[item]! > 0)
}
