// caught by: kept
/** Counts for each item how often it went in and out: odd is in. An addition of what is in already counts for nothing. */
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
      if (!isIn(turns, item)) turns[item] = (turns[item] ?? 0) + 1
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
