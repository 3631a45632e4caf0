// caught by: steady
/** Forgets a tombstone as soon as all others have said that they know it: old gossip may still be on its way. */
import { type Context, type NodeId, node } from 'lockstep'
import type { Messages, Seen } from '../messages'

interface Cart {
  /** By tag the item that was added with it; removed ones stay. */
  added: Record<string, string>
  /** Tags of additions that were removed. */
  removed: Record<string, true>
}

interface Answer {
  removed: string[]
}

interface State extends Cart {
  count: number
  /** By tombstone, who knows it. */
  known: Record<string, NodeId[]>
}

export default node<State, Messages<Cart, Answer>>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { added: {}, removed: {}, count: 0, known: {} }
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
      ctx.reply('answer', { removed: Object.keys(removed) })
    },

    answer(cart, { removed }, ctx) {
      const others = ctx.nodes('replica').length - 1
      for (const tag of removed) {
        const known = (cart.known[tag] ??= [])
        if (!known.includes(ctx.from)) known.push(ctx.from)
        known.sort()
        if (known.length < others) continue
        delete cart.added[tag]
        delete cart.removed[tag]
      }
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
    return disk ?? { added: {}, removed: {}, count: 0, known: {} }
  },

  observe: (cart): Seen => ({ items: itemsOf(cart) }),
})

const tagOf = (replica: NodeId, count: number): string => `${replica}${count}`

function done(cart: State, ctx: Context<Messages<Cart, Answer>, State>): void {
  ctx.persist(cart)
  ctx.reply('cart', { items: itemsOf(cart) })
}

function itemsOf({ added, removed }: Cart): string[] {
  const items = Object.entries(added)
    .filter(([tag]) => !removed[tag])
    .map(([, item]) => item)
  return [...new Set(items)]
}
