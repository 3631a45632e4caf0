// caught by: kept
/** Carries out every message that arrives: “added” that comes again after it was removed adds again. */
import { node } from 'lockstep'
import type { Messages, Seen } from '../messages'

interface Change {
  kind: 'add' | 'remove'
  item: string
}

/** What is in the cart, and what was done here, to be told to the others. */
interface Cart {
  items: string[]
  done: Change[]
}

interface Gossip {
  done: Change[]
}

export default node<Cart, Messages<Gossip>>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { items: [], done: [] }
  },

  on: {
    add(cart, { item }, ctx) {
      apply(cart, { kind: 'add', item })
      cart.done.push({ kind: 'add', item })
      ctx.persist(cart)
      ctx.reply('cart', { items: cart.items })
    },

    remove(cart, { item }, ctx) {
      apply(cart, { kind: 'remove', item })
      cart.done.push({ kind: 'remove', item })
      ctx.persist(cart)
      ctx.reply('cart', { items: cart.items })
    },

    gossip(cart, { done }, ctx) {
      for (const change of done) apply(cart, change)
      ctx.persist(cart)
    },
  },

  timers: {
    gossip({ done }, ctx) {
      ctx.broadcast('replica', 'gossip', { done })
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return disk ?? { items: [], done: [] }
  },

  observe: ({ items }): Seen => ({ items }),
})

function apply(cart: Cart, { kind, item }: Change): void {
  cart.items = cart.items.filter((one) => one !== item)
  if (kind === 'add') cart.items = [...cart.items, item].sort()
}
