/** The messages that a learner of single-decree Paxos sees and sends, as this exercise names them. */

export interface Messages {
  /** Acceptor to learners: "I have accepted the proposal with the number `n` and the value `v`". */
  accepted: { n: number; v: number }
  /** Learner to clients: "`v` is the value that was chosen". A learner may tell other learners, too. */
  chosen: { v: number }
}
