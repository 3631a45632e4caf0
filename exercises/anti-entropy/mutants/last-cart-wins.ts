// caught by: kept
/** The cart that was changed last wins as a whole, by a Lamport clock. */
import { type Context, type NodeId, node } from 'lockstep'
import type { Messages, Seen } from '../messages'

/** The last that is known to have happened to an item. */
interface Written {
  there: boolean
  /** A Lamport clock, and who wrote it. */
  clock: number
  by: NodeId
}

interface Cart {
  clock: number
  items: Record<string, Written>
}

export default node<Cart, Messages<Cart>>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { clock: 0, items: {} }
  },

  on: {
    add(cart, { item }, ctx) {
      write(cart, item, true, ctx)
    },

    remove(cart, { item }, ctx) {
      write(cart, item, false, ctx)
    },

    gossip(cart, theirs, ctx) {
      cart.clock = Math.max(cart.clock, theirs.clock)
      if (isLater(last(theirs), last(cart))) cart.items = theirs.items
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
    return disk ?? { clock: 0, items: {} }
  },

  observe: (cart): Seen => ({ items: itemsOf(cart) }),
})

function write(cart: Cart, item: string, there: boolean, ctx: Context<Messages<Cart>, Cart>): void {
  cart.clock += 1
  cart.items[item] = { there, clock: cart.clock, by: ctx.self }
  ctx.persist(cart)
  ctx.reply('cart', { items: itemsOf(cart) })
}

function last({ items }: Cart): Written {
  const none: Written = { there: false, clock: 0, by: '' }
  return Object.values(items).reduce((one, other) => (isLater(other, one) ? other : one), none)
}

function isLater(one: Written, other: Written): boolean {
  return one.clock > other.clock || (one.clock === other.clock && one.by > other.by)
}

function itemsOf({ items }: Cart): string[] {
  return Object.keys(items).filter((item) => items[item]!.there)
}
