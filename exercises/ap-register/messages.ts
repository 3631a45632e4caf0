/**
 * The messages of a register that always answers. `id` names a client’s request, and its answer says it again. Who sent a message, the
 * context knows: `ctx.from`.
 */

/** A number that each write counts up, and the replica that counted: no two writes have the same. */
export interface Stamp {
  counter: number
  writer: string
}

/** A value, and the stamp of the write that it comes from. */
export interface Version {
  value: string
  stamp: Stamp
}

/**
 * What replicas tell each other is the protocol’s own affair: say what `news` and `known` hold, as in `Messages<Version[], number>`, or
 * leave it as it is.
 */
export interface Messages<News = Version, Known = Stamp | null> {
  /** Client to a replica: "what does the register hold?" */
  read: { id: string }
  /** Client to a replica: "let the register hold this." No two writes have the same value. */
  write: { id: string; value: string }

  /** Replica to a client: "this"; nothing, as long as nothing was written, or several values that were written without knowing of each other. */
  values: { id: string; values: string[] }
  /** Replica to a client: "it is done." */
  written: { id: string }

  /** Replica to a replica: "this is what I know." */
  gossip: { news: News }
  /** Replica to a replica: "so far I know, and I would like to know more." */
  ask: { known: Known }
  /** Replica to a replica: "I have heard you; so far I know now." */
  heard: { known: Known }
}

/** What `observe` shows of a replica: what a `read` would be answered now. */
export interface Seen {
  values: string[]
}
