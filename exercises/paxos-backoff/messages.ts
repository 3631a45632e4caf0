/** The messages of single-decree Paxos, as this exercise names them. */

/** A proposal: a number that only one proposer uses, and a value. The larger number is the later ballot. */
export interface Proposal {
  n: number
  v: number
}

export interface Messages {
  /**
   * Client to proposer: "I would like `v` to be chosen". `seed` is a positive integer that the client has drawn for this
   * proposer; no other has the same. A proposer may pass the message on to another one.
   */
  propose: { v: number; seed: number }
  /** Proposer to acceptors: "promise to accept nothing numbered below `n`". */
  prepare: { n: number }
  /** Acceptor to proposer: "I promise; and this is what I have accepted", or `null` for nothing. */
  promise: { n: number; accepted: Proposal | null }
  /** Proposer to acceptors: "accept this proposal". */
  accept: { n: number; v: number }
  /** Acceptor to the learner: "I have accepted this proposal". */
  accepted: { n: number; v: number }
  /** Acceptor to proposer: "I have promised `promised`, so I do nothing about your `n`". */
  nack: { n: number; promised: number }
  /** Learner to all proposers: "`v` is chosen". */
  chosen: { v: number }
}
