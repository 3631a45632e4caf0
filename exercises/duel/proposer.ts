/**
 * A proposer that gives way to nobody: as soon as one acceptor refuses it, it begins again with a larger number. It
 * does everything as Paxos wants it, and never waits.
 * Reference: L. Lamport, "Paxos Made Simple", 2001, sections 2.2 and 2.4.
 */
import type { AnyNodeDefinition } from '../../engine/actors/system.ts'
import { type Context, node } from '../../engine/api.ts'
import type { Messages, Proposal } from '../paxos-acceptor/messages.ts'

interface State {
  /** The number of its present ballot. */
  n: number
  /** The value that it asks for in this ballot: its own, unless an acceptor reports another. Null before it asks. */
  asked: number | null
  /** The answers to its present prepare: what each acceptor that promised has reported. Forgotten once it has asked. */
  promises: { [acceptor: string]: Proposal | null }
}

/**
 * @param first the number of its first ballot
 * @param apart how far apart its numbers are, so that no two proposers use the same
 * @param v the value that it wants to be chosen
 */
export function proposer(first: number, apart: number, v: number): AnyNodeDefinition {
  function begin(n: number, ctx: Context<Messages>): State {
    ctx.broadcast('acceptor', 'prepare', { n, v })
    return { n, asked: null, promises: {} }
  }
  return node<State, Messages>({
    init: (ctx) => begin(first, ctx),
    on: {
      promise(state, { n, accepted }, ctx) {
        if (n !== state.n || state.asked !== null) return
        state.promises[ctx.from] = accepted
        const answers = Object.values(state.promises)
        if (answers.length * 2 <= ctx.nodes('acceptor').length) return
        const reported = answers.filter((answer) => answer !== null).sort((one, other) => other.n - one.n)
        state.asked = reported[0]?.v ?? v
        state.promises = {}
        ctx.broadcast('acceptor', 'accept', { n, v: state.asked })
      },
      nack(state, { n, promised }, ctx) {
        // A refusal of a ballot that it has left behind tells it nothing new.
        if (n !== state.n) return
        const steps = Math.floor((promised - first) / apart) + 1
        Object.assign(state, begin(first + steps * apart, ctx))
      },
    },
  })
}
