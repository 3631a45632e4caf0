/** The messages of two-phase commit, for one transaction. Who sent a message, the context knows: `ctx.from`. */

export interface Messages {
  /** Coordinator to participants: "can you commit your part?" The transaction begins with it. */
  prepare: Record<string, never>
  /** Participant to coordinator. A yes is a promise: "I can commit, come what may, and I shall abort only if I am told to". */
  vote: { yes: boolean }
  /** Coordinator to participants: "commit", or else "abort". A participant that knows the decision may pass it on. */
  decision: { commit: boolean }
  /** Participant to coordinator: "the decision is on my disk; you need not know it on my account". */
  acknowledge: Record<string, never>
  /** Participant to the coordinator or to another participant: "what was decided?" */
  inquire: Record<string, never>
  /** To a participant, from the database under it: "your part can’t be done". */
  fail: Record<string, never>
}

/** What `observe` shows of the coordinator: the decision as far as it knows one. */
export interface CoordinatorSeen {
  decision: 'commit' | 'abort' | null
}

/** What `observe` shows of a participant. Prepared: it has voted yes, and is in doubt. */
export interface ParticipantSeen {
  phase: 'working' | 'prepared' | 'committed' | 'aborted'
}
