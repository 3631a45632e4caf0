/**
 * A replica that answers at once from what it has, and tells the others of what was written.
 * TODO: as long as messages are fast that looks right. But they may be late, and a partition keeps them back for as long as it lasts:
 * then clients are told things that no single register could have told them. Nor is anything kept when it crashes.
 */
import { node } from 'lockstep'
import type { Messages, Stamp, Value } from './messages'

interface State {
  stamp: Stamp
  value: Value
}

export default node<State, Messages>({
  init: () => ({ stamp: { counter: 0, writer: '' }, value: null }),

  on: {
    read(state, { id }, ctx) {
      ctx.reply('value', { id, value: state.value })
    },

    write(state, { id, value }, ctx) {
      state.stamp = { counter: state.stamp.counter + 1, writer: ctx.self }
      state.value = value
      ctx.broadcast('replica', 'store', { id, stamp: state.stamp, value })
      ctx.reply('written', { id })
    },

    store(state, { stamp, value }) {
      if (stamp.counter > state.stamp.counter) Object.assign(state, { stamp, value })
    },

    // `report` answers `ask`, and `stored` answers `store`: nobody sends them yet.
  },

  timers: {
    // `ctx.setTimer('timeout:K1-1', 500)` lets this be called in half a second, with 'K1-1' in `ctx.about`.
    timeout(_state, _ctx) {},
  },
})
