// caught by: once
/** Shows an item once for each addition that is left. */
import { node } from 'lockstep'
import type { Messages, Seen } from '../messages'

interface Sets {
  /** Additions, such as "A 1 milk", and those that were removed. Both only grow. */
  added: string[]
  gone: string[]
}

interface Cart extends Sets {
  /** How often something was added here. */
  count: number
}

const itemOf = (addition: string) => addition.split(' ').slice(2).join(' ')

const itemsOf = ({ added, gone }: Sets) => added.filter((one) => !gone.includes(one)).map(itemOf)

const union = (some: string[], more: string[]) => [...new Set([...some, ...more])].sort()

export default node<Cart, Messages<Sets>>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { added: [], gone: [], count: 0 }
  },

  on: {
    add(cart, { item }, ctx) {
      cart.count += 1
      cart.added = union(cart.added, [`${ctx.self} ${cart.count} ${item}`])
      ctx.persist(cart)
      ctx.reply('cart', { items: itemsOf(cart) })
    },

    remove(cart, { item }, ctx) {
      cart.gone = union(
        cart.gone,
        cart.added.filter((one) => itemOf(one) === item),
      )
      ctx.persist(cart)
      ctx.reply('cart', { items: itemsOf(cart) })
    },

    gossip(cart, { added, gone }, ctx) {
      cart.added = union(cart.added, added)
      cart.gone = union(cart.gone, gone)
      ctx.persist(cart)
    },
  },

  timers: {
    gossip(cart, ctx) {
      ctx.broadcast('replica', 'gossip', { added: cart.added, gone: cart.gone })
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return disk ?? { added: [], gone: [], count: 0 }
  },

  observe: (cart): Seen => ({ items: itemsOf(cart) }),
})
