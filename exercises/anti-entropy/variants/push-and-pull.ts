/** A replica sends its version vector alone; whoever has more answers with what the other has not seen, and asks back if it lacks something. */
import { type Context, type NodeId, node } from 'lockstep'
import type { Messages, Seen } from '../messages'

interface Dot {
  item: string
  by: NodeId
  count: number
}

type Versions = Record<NodeId, number>

interface Cart {
  dots: Dot[]
  seen: Versions
}

interface Gossip {
  seen: Versions
  /** The names of the dots that are in the cart. */
  live: string[]
}

type Ctx = Context<Messages<Gossip, Cart>, Cart>

export default node<Cart, Messages<Gossip, Cart>>({
  init(ctx) {
    ctx.setTimer('ask')
    return { dots: [], seen: {} }
  },

  on: {
    add(cart, { item }, ctx) {
      const count = (cart.seen[ctx.self] ?? 0) + 1
      cart.seen[ctx.self] = count
      cart.dots.push({ item, by: ctx.self, count })
      finish(cart, ctx)
    },

    remove(cart, { item }, ctx) {
      cart.dots = cart.dots.filter((dot) => dot.item !== item)
      finish(cart, ctx)
    },

    /** What the asker has is as good as its cart: what is missing there and was seen there has been removed. */
    gossip(cart, { seen, live }, ctx) {
      const before = cart.dots.length
      cart.dots = cart.dots.filter((dot) => live.includes(nameOf(dot)) || !covers(seen, dot))
      if (cart.dots.length < before) ctx.persist(cart)
      if (differs(cart, seen, live)) ctx.reply('answer', cart)
    },

    answer(cart, theirs, ctx) {
      const kept = cart.dots.filter(
        (dot) => theirs.dots.some((one) => nameOf(one) === nameOf(dot)) || !covers(theirs.seen, dot),
      )
      const learnt = theirs.dots.filter((dot) => !covers(cart.seen, dot))
      cart.dots = sorted([...kept, ...learnt])
      for (const [replica, count] of Object.entries(theirs.seen))
        cart.seen[replica] = Math.max(cart.seen[replica] ?? 0, count)
      ctx.persist(cart)
    },
  },

  timers: {
    ask(cart, ctx) {
      ctx.broadcast('replica', 'gossip', { seen: cart.seen, live: cart.dots.map(nameOf) })
      ctx.setTimer('ask')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('ask')
    return disk ?? { dots: [], seen: {} }
  },

  observe: (cart): Seen => ({ items: itemsOf(cart) }),
})

const nameOf = ({ by, count }: Dot): string => `${by}${count}`

const covers = (seen: Versions, { by, count }: Dot): boolean => count <= (seen[by] ?? 0)

function differs({ dots, seen: mine }: Cart, seen: Versions, live: readonly string[]): boolean {
  const isAhead = Object.entries(mine).some(([replica, count]) => count > (seen[replica] ?? 0))
  return isAhead || dots.length !== live.length || dots.some((dot) => !live.includes(nameOf(dot)))
}

function finish(cart: Cart, ctx: Ctx): void {
  cart.dots = sorted(cart.dots)
  ctx.persist(cart)
  ctx.reply('cart', { items: itemsOf(cart) })
}

function sorted(dots: Dot[]): Dot[] {
  return dots.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
}

function itemsOf({ dots }: Cart): string[] {
  return [...new Set(dots.map(({ item }) => item))]
}
