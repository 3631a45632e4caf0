// caught by: done
/** What was removed once can never be added again: a two-phase set. */
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
      ctx.persist(cart)
      ctx.reply('cart', observed(cart))
    },

    remove(cart, { item }, ctx) {
      if (cart.added.includes(item)) cart.removed = together(cart.removed, [item])
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
