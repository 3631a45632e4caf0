/**
 * A cart whose replicas send each other what is in it, and put together whatever they hear of.
 * TODO: what somebody has taken out comes back as soon as another replica tells of it.
 */
import { node } from 'lockstep'
import type { Messages, Seen } from './messages'

interface Cart {
  items: string[]
}

/** What a replica tells the others. It need not be what it keeps. */
interface Gossip {
  items: string[]
}

export default node<Cart, Messages<Gossip>>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { items: [] }
  },

  on: {
    add(cart, { item }, ctx) {
      if (!cart.items.includes(item)) cart.items.push(item)
      ctx.reply('cart', { items: cart.items })
    },

    remove(cart, { item }, ctx) {
      cart.items = cart.items.filter((one) => one !== item)
      ctx.reply('cart', { items: cart.items })
    },

    gossip(cart, { items }) {
      cart.items = [...new Set([...cart.items, ...items])].sort()
    },
  },

  timers: {
    gossip(cart, ctx) {
      ctx.broadcast('replica', 'gossip', { items: cart.items })
      ctx.setTimer('gossip')
    },
  },

  /** This is how the trials see the cart. */
  observe({ items }): Seen {
    return { items }
  },
})
