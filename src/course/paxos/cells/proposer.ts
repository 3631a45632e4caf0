/**
 * A proposer of single-decree Paxos that makes one attempt: the file whose rules the chapter’s cells show.
 * Reference: L. Lamport, "Paxos Made Simple", 2001, section 2.2.
 */
import { node } from 'lockstep'
import type { Messages, Proposal } from './messages'

/** The number that each proposer asks with, and the value that it wants. */
const WANTED: { [proposer: string]: Proposal } = {
  A: { n: 2, v: 8 },
  B: { n: 4, v: 5 },
  C: { n: 6, v: 7 },
}

/** What an acceptor reports: the proposal that it has accepted, or `null` for none. */
type Report = Proposal | null

interface State {
  n: number
  v: number
  /** The report of each acceptor that has promised. */
  promises: { [acceptor: string]: Report }
  /** The value that it asked the acceptors to accept. */
  asked: number | null
}

export default node<State, Messages, null>({
  // Phase 1a: ask for promises.
  init(ctx) {
    const { n, v } = WANTED[ctx.self]!
    ctx.broadcast('acceptor', 'prepare', { n, v })
    return { n, v, promises: {}, asked: null }
  },

  on: {
    // Phase 2a: ask for a value, once there are enough promises.
    promise(state, { n, accepted }, ctx) {
      if (n !== state.n || state.asked !== null) return
      state.promises[ctx.from] = accepted
      const reports = Object.values(state.promises)
      if (!isEnough(reports.length, ctx.nodes('acceptor').length)) return
      state.asked = choose(state.v, reports)
      // They have served.
      state.promises = {}
      ctx.broadcast('acceptor', 'accept', { n, v: state.asked })
    },
  },
})

/** Have enough acceptors promised? */
function isEnough(promises: number, acceptors: number): boolean {
  return promises > acceptors / 2
}

/** The value to ask for: `wanted`, unless an acceptor reports a proposal that it has accepted. */
function choose(wanted: number, reports: Report[]): number {
  let largest: Report = null
  for (const report of reports) {
    if (report && report.n > (largest?.n ?? 0)) largest = report
  }
  return largest ? largest.v : wanted
}
