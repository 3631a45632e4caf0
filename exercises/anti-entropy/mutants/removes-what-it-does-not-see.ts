// caught by: kept
/** A removal is remembered by the name of the item, whether or not it was in the cart. */
import { node } from 'lockstep'
import type { Messages, Seen } from '../messages'

interface Cart {
  added: string[]
  removed: string[]
}

export default node<Cart, Messages<Cart>>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { added: [], removed: [] }
  },

  on: {
    add(cart, { item }, ctx) {
      cart.added = together(cart.added, [item])
      cart.removed = cart.removed.filter((one) => one !== item)
      ctx.persist(cart)
      ctx.reply('cart', observed(cart))
    },

    remove(cart, { item }, ctx) {
      cart.removed = together(cart.removed, [item])
      ctx.persist(cart)
      ctx.reply('cart', observed(cart))
    },

    gossip(cart, { added, removed }, ctx) {
      cart.added = together(cart.added, added)
      cart.removed = together(cart.removed, removed)
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
    return disk ?? { added: [], removed: [] }
  },

  observe: observed,
})

function together(some: string[], more: string[]): string[] {
  return [...new Set([...some, ...more])].sort()
}

function observed({ added, removed }: Cart): Seen {
  return { items: added.filter((item) => !removed.includes(item)) }
}
