/** The messages with which servers of Raft choose a leader. Who sent a message, the context knows: `ctx.from`. */

export interface Messages {
  /** Candidate to all servers: "vote for me in `term`". */
  requestVote: { term: number }
  /** `term` is that of the server that answers. */
  requestVoteReply: { term: number; voteGranted: boolean }
  /** Leader to all servers, again and again: "I lead in `term`". A heartbeat; there is nothing to append yet. */
  appendEntries: { term: number }
  appendEntriesReply: { term: number; success: boolean }
  /** For those who want to ask before they stand in `term`: Ongaro, "Consensus: Bridging Theory and Practice", section 9.6. */
  preVote: { term: number }
  /** `term` is that of the question where it is granted, else that of the server that answers. */
  preVoteReply: { term: number; voteGranted: boolean }
}

/** What `observe` shows of a server. */
export interface Seen {
  term: number
  role: 'follower' | 'candidate' | 'leader'
}
