// caught by: gone
/** Carries out what others did in any order: a removal that comes before the addition that it saw takes nothing out. */
import { type Context, node } from 'lockstep'
import type { Messages, Seen } from '../messages'

/** An addition with a tag of its own, or the removal of tags. */
interface Change {
  name: string
  adds?: string
  removes?: string[]
}

interface Cart {
  /** By tag. */
  items: Record<string, string>
  /** Every change that was carried out here. */
  changes: Change[]
}

interface Gossip {
  changes: Change[]
}

type Ctx = Context<Messages<Gossip>, Cart>

export default node<Cart, Messages<Gossip>>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { items: {}, changes: [] }
  },

  on: {
    add(cart, { item }, ctx) {
      carryOut(cart, { name: nameOf(cart, ctx), adds: item })
      finish(cart, ctx)
    },

    remove(cart, { item }, ctx) {
      const removes = Object.keys(cart.items).filter((tag) => cart.items[tag] === item)
      if (removes.length > 0) carryOut(cart, { name: nameOf(cart, ctx), removes })
      finish(cart, ctx)
    },

    gossip(cart, { changes }, ctx) {
      for (const change of changes)
        if (!cart.changes.some(({ name }) => name === change.name)) carryOut(cart, change)
      ctx.persist(cart)
    },
  },

  timers: {
    /** Each replica tells what its own users did. */
    gossip({ changes }, ctx) {
      const own = changes.filter(({ name }) => name.startsWith(ctx.self))
      ctx.broadcast('replica', 'gossip', { changes: own })
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return disk ?? { items: {}, changes: [] }
  },

  observe: (cart): Seen => ({ items: itemsOf(cart) }),
})

function nameOf({ changes }: Cart, { self }: Ctx): string {
  return `${self}${changes.filter(({ name }) => name.startsWith(self)).length + 1}`
}

function carryOut(cart: Cart, change: Change): void {
  cart.changes.push(change)
  cart.changes.sort((one, other) => (one.name < other.name ? -1 : 1))
  if (change.adds !== undefined) cart.items[change.name] = change.adds
  for (const tag of change.removes ?? []) delete cart.items[tag]
}

function finish(cart: Cart, ctx: Ctx): void {
  ctx.persist(cart)
  ctx.reply('cart', { items: itemsOf(cart) })
}

function itemsOf({ items }: Cart): string[] {
  return [...new Set(Object.values(items))]
}
