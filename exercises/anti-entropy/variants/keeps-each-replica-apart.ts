/** Keeps for each replica what was done there, as it was last told by it; what is in the cart is worked out of all of them. */
import { type Context, type NodeId, node } from 'lockstep'
import type { Messages, Seen } from '../messages'

/** What was done at one replica: its additions by tag, and the tags that were removed there. */
interface Done {
  added: Record<string, string>
  removed: string[]
}

interface Cart {
  /** By replica, this one among them. */
  done: Record<NodeId, Done>
}

type Ctx = Context<Messages<Done>, Cart>

export default node<Cart, Messages<Done>>({
  init(ctx) {
    ctx.setTimer('gossip')
    return begun(ctx)
  },

  on: {
    add(cart, { item }, ctx) {
      const own = cart.done[ctx.self]!
      own.added[`${ctx.self}${Object.keys(own.added).length + 1}`] = item
      finish(cart, ctx)
    },

    remove(cart, { item }, ctx) {
      const tags = left(cart).filter(([, what]) => what === item)
      cart.done[ctx.self]!.removed.push(...tags.map(([tag]) => tag))
      finish(cart, ctx)
    },

    gossip(cart, theirs, ctx) {
      if (size(theirs) <= size(cart.done[ctx.from])) return
      cart.done[ctx.from] = theirs
      ctx.persist(cart)
    },
  },

  timers: {
    gossip({ done }, ctx) {
      ctx.broadcast('replica', 'gossip', done[ctx.self]!)
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return disk ?? begun(ctx)
  },

  observe: (cart): Seen => ({ items: itemsOf(cart) }),
})

function begun({ self }: Ctx): Cart {
  return { done: { [self]: { added: {}, removed: [] } } }
}

/** What was done at a replica only grows. */
function size(done: Done | undefined): number {
  return done ? Object.keys(done.added).length + done.removed.length : 0
}

function left({ done }: Cart): [tag: string, item: string][] {
  const all = Object.values(done)
  return all
    .flatMap(({ added }) => Object.entries(added))
    .filter(([tag]) => !all.some(({ removed }) => removed.includes(tag)))
}

function finish(cart: Cart, ctx: Ctx): void {
  ctx.persist(cart)
  ctx.reply('cart', { items: itemsOf(cart) })
}

function itemsOf(cart: Cart): string[] {
  return [...new Set(left(cart).map(([, item]) => item))]
}
