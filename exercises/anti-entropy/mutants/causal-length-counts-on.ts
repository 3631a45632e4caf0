// caught by: kept
/** As with one number for each item: an addition of what is in counts two, and what others did meanwhile goes under. */
import { node } from 'lockstep'
import type { Messages, Seen } from '../messages'

/** By item: odd where it is in the cart. */
type Turns = Record<string, number>

export default node<Turns, Messages<Turns>>({
  init(ctx) {
    ctx.setTimer('gossip')
    return {}
  },

  on: {
    add(turns, { item }, ctx) {
      turns[item] = (turns[item] ?? 0) + (isIn(turns, item) ? 2 : 1)
      ctx.persist(turns)
      ctx.reply('cart', { items: itemsOf(turns) })
    },

    remove(turns, { item }, ctx) {
      if (isIn(turns, item)) turns[item]! += 1
      ctx.persist(turns)
      ctx.reply('cart', { items: itemsOf(turns) })
    },

    gossip(turns, theirs, ctx) {
      for (const [item, count] of Object.entries(theirs)) turns[item] = Math.max(turns[item] ?? 0, count)
      ctx.persist(turns)
    },
  },

  timers: {
    gossip(turns, ctx) {
      ctx.broadcast('replica', 'gossip', turns)
      ctx.setTimer('gossip')
    },
  },

  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return disk ?? {}
  },

  observe: (turns): Seen => ({ items: itemsOf(turns) }),
})

function isIn(turns: Turns, item: string): boolean {
  return (turns[item] ?? 0) % 2 === 1
}

function itemsOf(turns: Turns): string[] {
  return Object.keys(turns).filter((item) => isIn(turns, item))
}
