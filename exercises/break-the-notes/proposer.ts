/**
 * A proposer that may try again: whenever its timer fires it leaves its ballot behind and begins another, with its next
 * number. It does everything as Paxos wants it; what goes wrong in this exercise is the acceptors’ doing.
 * Reference: L. Lamport, "Paxos Made Simple", 2001, section 2.2; that a proposer may abandon a proposal at any time, too.
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
 * @param numbers those of its ballots, ascending; when it has none left it does not try again
 * @param v the value that it wants to be chosen, in every ballot
 */
export function proposer(numbers: readonly number[], v: number): AnyNodeDefinition {
  function begin(n: number, ctx: Context<Messages>): State {
    ctx.broadcast('acceptor', 'prepare', { n, v })
    if (n !== numbers.at(-1)) ctx.setTimer('retry')
    return { n, asked: null, promises: {} }
  }
  return node<State, Messages>({
    init: (ctx) => begin(numbers[0]!, ctx),
    on: {
      promise(state, { n, accepted }, ctx) {
        // A promise for a ballot that was left behind counts for nothing; neither does a late one.
        if (n !== state.n || state.asked !== null) return
        state.promises[ctx.from] = accepted
        const answers = Object.values(state.promises)
        if (answers.length * 2 <= ctx.nodes('acceptor').length) return
        const reported = answers.filter((answer) => answer !== null).sort((one, other) => other.n - one.n)
        state.asked = reported[0]?.v ?? v
        state.promises = {}
        ctx.broadcast('acceptor', 'accept', { n, v: state.asked })
      },
    },
    timers: {
      retry(state, ctx) {
        Object.assign(state, begin(numbers[numbers.indexOf(state.n) + 1]!, ctx))
      },
    },
  })
}
