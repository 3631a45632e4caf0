/** The messages of Raft, as far as this exercise needs them; Figure 2 of the paper names them so. Who sent a message, the context knows: `ctx.from`. */

/** A place of the log: a client's command, and the term of the leader that took it. Places are counted from 1. */
export interface Entry {
  term: number
  command: string
}

export interface Messages {
  /** Client to a server: "have this carried out". Only a leader takes it. */
  command: { command: string }
  /** Candidate to all servers: "vote for me in `term`". */
  requestVote: { term: number }
  requestVoteReply: { term: number; voteGranted: boolean }
  /**
   * Leader to a server: "after place `prevLogIndex`, where an entry of `prevLogTerm` should be, come these; up to `leaderCommit` all is
   * committed". Without entries it is a heartbeat. Place 0 lies before the log and has term 0.
   */
  appendEntries: {
    term: number
    prevLogIndex: number
    prevLogTerm: number
    entries: Entry[]
    leaderCommit: number
  }
  /**
   * `success`: "up to place `index` my log is now as yours". Refused: "what I have in `prevLogIndex` doesn't fit; go back to `index` or
   * before it", which is some place below `prevLogIndex`.
   */
  appendEntriesReply: { term: number; success: boolean; index: number }
  /** Server to all clients: "I have carried out this command; it stands in place `index` of my log". */
  applied: { index: number; command: string }
  /** For those who want to ask before they stand: Ongaro, "Consensus: Bridging Theory and Practice", section 9.6. */
  preVote: { term: number }
  preVoteReply: { term: number; voteGranted: boolean }
}

/** What `observe` shows of a server. */
export interface Seen {
  term: number
  role: 'follower' | 'candidate' | 'leader'
  log: Entry[]
  commitIndex: number
}
