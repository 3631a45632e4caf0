// caught by: done
/** Answers every user with an empty cart, which is equal everywhere. */
import { node } from 'lockstep'
import type { Messages, Seen } from '../messages'

export default node<Record<string, never>, Messages>({
  init: () => ({}),
  on: {
    add(_cart, _message, ctx) {
      ctx.reply('cart', { items: [] })
    },
    remove(_cart, _message, ctx) {
      ctx.reply('cart', { items: [] })
    },
  },
  observe: (): Seen => ({ items: [] }),
})
