/** Begins a new attempt as soon as it is refused, with a number above the one that it is told of. */
import { type Context, node } from 'lockstep'
import type { Messages, Proposal } from '../messages'

interface State {
  /** The number of the attempt, or of the last one. */
  n: number
  wish: number
  /** Null while nothing is waited for. */
  promises: { [acceptor: string]: Proposal | null } | null
}

type Ctx = Context<Messages, number>

/** The next of this proposer's own numbers above a number. */
function above(floor: number, ctx: Ctx): number {
  const proposers = ctx.nodes('proposer')
  let n = proposers.indexOf(ctx.self) + 1
  while (n <= floor) n += proposers.length
  return n
}

function attempt(state: State, floor: number, ctx: Ctx): void {
  state.n = above(Math.max(floor, state.n), ctx)
  state.promises = {}
  ctx.persist(state.n)
  for (const acceptor of ctx.nodes('acceptor')) ctx.send(acceptor, 'prepare', { n: state.n })
}

export default node<State, Messages, number>({
  init: () => ({ n: 0, wish: 0, promises: null }),

  on: {
    propose(state, { v }, ctx) {
      state.wish = v
      attempt(state, 0, ctx)
    },

    promise(state, { n, accepted }, ctx) {
      if (n !== state.n || !state.promises) return
      state.promises[ctx.from] = accepted
      const answers = Object.values(state.promises)
      if (answers.length < Math.ceil((ctx.nodes('acceptor').length + 1) / 2)) return
      const v = answers.reduce<Proposal>((best, one) => (one && one.n > best.n ? one : best), {
        n: 0,
        v: state.wish,
      }).v
      for (const acceptor of ctx.nodes('acceptor')) ctx.send(acceptor, 'accept', { n, v })
      state.promises = null
    },

    nack(state, { n, promised }, ctx) {
      if (n === state.n && state.promises) attempt(state, promised, ctx)
    },
  },

  restart: (n) => ({ n: n ?? 0, wish: 0, promises: null }),
})
