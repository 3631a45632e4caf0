/** Remembers what was wanted and begins a new attempt of its own accord when it restarts. */
import { type Context, node } from 'lockstep'
import type { Messages, Proposal } from '../messages'

interface Disk {
  round: number
  wish: number
}

interface State extends Disk {
  proposed: boolean
  promises: { [acceptor: string]: Proposal | null }
}

type Ctx = Context<Messages, Disk>

const numberOf = (round: number, ctx: Ctx): number =>
  round * ctx.nodes('proposer').length + ctx.nodes('proposer').indexOf(ctx.self)

function begin(round: number, wish: number, ctx: Ctx): State {
  ctx.persist({ round, wish })
  ctx.broadcast('acceptor', 'prepare', { n: numberOf(round, ctx) })
  return { round, wish, proposed: false, promises: {} }
}

export default node<State, Messages, Disk>({
  init: () => ({ round: 0, wish: 0, proposed: true, promises: {} }),

  on: {
    propose(state, { v }, ctx) {
      Object.assign(state, begin(state.round + 1, v, ctx))
    },

    promise(state, { n, accepted }, ctx) {
      if (state.proposed || n !== numberOf(state.round, ctx)) return
      state.promises[ctx.from] = accepted
      const answers = Object.values(state.promises)
      if (answers.length <= ctx.nodes('acceptor').length / 2) return
      const reports = answers.flatMap((report) => report ?? [])
      reports.sort((one, other) => other.n - one.n)
      ctx.broadcast('acceptor', 'accept', { n, v: reports.length > 0 ? reports[0]!.v : state.wish })
      state.proposed = true
      state.promises = {}
    },
  },

  restart(disk, ctx) {
    if (disk) return begin(disk.round + 1, disk.wish, ctx)
    return { round: 0, wish: 0, proposed: true, promises: {} }
  },
})
