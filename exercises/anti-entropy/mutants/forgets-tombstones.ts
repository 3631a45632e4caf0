// caught by: removed
/** Forgets which tags were removed as soon as it has told somebody. */
import { type Context, type NodeId, node } from 'lockstep'
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
      cart.count += 1
      cart.added[tagOf(ctx.self, cart.count)] = item
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
      for (const tag of Object.keys(removed)) {
        delete added[tag]
        delete removed[tag]
      }
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return disk ?? { added: {}, removed: {}, count: 0 }
  },

  observe: (cart): Seen => ({ items: itemsOf(cart) }),
})

const tagOf = (replica: NodeId, count: number): string => `${replica}${count}`

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
