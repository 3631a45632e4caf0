/** The messages of single-decree Paxos, as this exercise names them. */

/** A proposal: a number that only one proposer uses, and a value. The larger number is the later ballot. */
export interface Proposal {
  n: number
  v: number
}

export interface Messages {
  /** Client to proposer: "I would like `v` to be chosen. Make an attempt". A proposer may pass it on to another one. */
  propose: { v: number }
  /** Proposer to acceptors: "promise to accept nothing numbered below `n`". */
  prepare: { n: number }
  /** Acceptor to proposer: "I promise; and this is what I have accepted", or `null` for nothing. */
  promise: { n: number; accepted: Proposal | null }
  /** Proposer to acceptors: "accept this proposal". */
  accept: { n: number; v: number }
  /** Acceptor to learners: "I have accepted this proposal". */
  accepted: { n: number; v: number }
  /** Acceptor to proposer, if it cares to: "I have promised `promised`, so not `n`". */
  nack: { n: number; promised: number }
}
