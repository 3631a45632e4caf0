// caught by: kept
/** Keeps of each item only the newest addition, and whether it was removed; of two that are as new, that of the larger name. */
import { type Context, type NodeId, node } from 'lockstep'
import type { Messages, Seen } from '../messages'

interface Addition {
  item: string
  count: number
  by: NodeId
  removed: boolean
}

interface Cart {
  /** One for each item, in the order of items. */
  newest: Addition[]
  /** The largest number that it has used or heard of. */
  count: number
}

type Ctx = Context<Messages<Cart>, Cart>

export default node<Cart, Messages<Cart>>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { newest: [], count: 0 }
  },

  on: {
    add(cart, { item }, ctx) {
      cart.count += 1
      put(cart, { item, count: cart.count, by: ctx.self, removed: false })
      finish(cart, ctx)
    },

    remove(cart, { item }, ctx) {
      const addition = of(cart, item)
      if (addition) put(cart, { ...addition, removed: true })
      finish(cart, ctx)
    },

    gossip(cart, { newest, count }, ctx) {
      for (const theirs of newest) {
        const mine = of(cart, theirs.item)
        if (!mine || isNewer(theirs, mine)) put(cart, theirs)
      }
      cart.count = Math.max(cart.count, count)
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
    return disk ?? { newest: [], count: 0 }
  },

  observe: (cart): Seen => ({ items: itemsOf(cart) }),
})

function of({ newest }: Cart, item: string): Addition | undefined {
  return newest.find((one) => one.item === item)
}

function put(cart: Cart, addition: Addition): void {
  const others = cart.newest.filter(({ item }) => item !== addition.item)
  cart.newest = [...others, addition].sort((one, other) => (one.item < other.item ? -1 : 1))
}

function isNewer(one: Addition, other: Addition): boolean {
  if (one.count !== other.count) return one.count > other.count
  if (one.by !== other.by) return one.by > other.by
  return one.removed && !other.removed
}

function itemsOf({ newest }: Cart): string[] {
  return newest.filter(({ removed }) => !removed).map(({ item }) => item)
}

function finish(cart: Cart, ctx: Ctx): void {
  ctx.persist(cart)
  ctx.reply('cart', { items: itemsOf(cart) })
}
