// caught by: kept
/** A dot that the other does not have was removed if the other has seen anything that this replica has not. */
import { type Context, type NodeId, node } from 'lockstep'
import type { Messages, Seen } from '../messages'

/** One addition of an item: the `count`th thing that was added at replica `by`. */
interface Dot {
  item: string
  by: NodeId
  count: number
}

interface Cart {
  /** The additions that no removal has seen, in a fixed order, so that equal carts are equal data. */
  dots: Dot[]
  /**
   * The version vector: of each replica's additions the first so many have been seen.
   * Invariant: a dot that it covers is in `dots`, or was removed.
   */
  seen: { [replica: NodeId]: number }
}

/** Another replica's whole cart; and on disk there is the replica's own. */
export default node<Cart, Messages<Cart>>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { dots: [], seen: {} }
  },

  on: {
    add(cart, { item }, ctx) {
      const count = (cart.seen[ctx.self] ?? 0) + 1
      cart.seen[ctx.self] = count
      // The new dot stands for those of the same item that are seen here.
      cart.dots = sorted([...without(cart, item), { item, by: ctx.self, count }])
      done(cart, ctx)
    },

    remove(cart, { item }, ctx) {
      cart.dots = without(cart, item)
      done(cart, ctx)
    },

    gossip(cart, theirs, ctx) {
      merge(cart, theirs)
      ctx.persist(cart)
    },
  },

  timers: {
    /** Any of it may have been lost, and nobody says so: it is told again and again. */
    gossip(cart, ctx) {
      ctx.broadcast('replica', 'gossip', cart)
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return disk ?? { dots: [], seen: {} }
  },

  observe: (cart): Seen => ({ items: itemsOf(cart) }),
})

/** On disk before anybody hears of it. */
function done(cart: Cart, ctx: Context<Messages<Cart>, Cart>): void {
  ctx.persist(cart)
  ctx.reply('cart', { items: itemsOf(cart) })
}

/** A dot stays if both have it, or if one has it that the other has not seen. */
function merge(mine: Cart, theirs: Cart): void {
  const kept = mine.dots.filter((dot) => has(theirs, dot) || !isNewer(theirs, mine))
  const learnt = theirs.dots.filter((dot) => !hasSeen(mine, dot))
  mine.dots = sorted([...kept, ...learnt])
  for (const [replica, count] of Object.entries(theirs.seen))
    mine.seen[replica] = Math.max(mine.seen[replica] ?? 0, count)
}

function isNewer(theirs: Cart, mine: Cart): boolean {
  return Object.entries(theirs.seen).some(([replica, count]) => count > (mine.seen[replica] ?? 0))
}

function has({ dots }: Cart, { by, count }: Dot): boolean {
  return dots.some((dot) => dot.by === by && dot.count === count)
}

function hasSeen({ seen }: Cart, { by, count }: Dot): boolean {
  return count <= (seen[by] ?? 0)
}

function without({ dots }: Cart, item: string): Dot[] {
  return dots.filter((dot) => dot.item !== item)
}

function sorted(dots: Dot[]): Dot[] {
  return dots.sort((one, other) => (one.by < other.by ? -1 : one.by > other.by ? 1 : one.count - other.count))
}

function itemsOf({ dots }: Cart): string[] {
  return [...new Set(dots.map(({ item }) => item))].sort()
}
