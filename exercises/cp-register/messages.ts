/**
 * The messages of a register that a majority of its replicas keeps. `id` names a client’s operation, and no two have the same. What the
 * `id` of a message between replicas says, and what its stamp means, is the protocol’s own affair.
 */

/** What the register holds: null as long as nothing was written. */
export type Value = string | null

/** Says which of two values is the newer one. */
export interface Stamp {
  counter: number
  writer: string
}

export interface Messages {
  /** Client to a replica: "what does the register hold?" */
  read: { id: string }
  /** Client to a replica: "let the register hold this." No two writes have the same value. */
  write: { id: string; value: string }

  /** Replica to a client: "it held this." */
  value: { id: string; value: Value }
  /** Replica to a client: "it is done." */
  written: { id: string }
  /** Replica to a client: "it has had no effect, and never will have one." */
  refused: { id: string }
  /** Replica to a client: "it may have taken effect, or may yet." */
  unknown: { id: string }

  /** Replica to replica: "what is the newest value that you have?" */
  ask: { id: string }
  /** Replica to replica: "this one." */
  report: { id: string; stamp: Stamp; value: Value }
  /** Replica to replica: "keep this, unless you have a newer one." */
  store: { id: string; stamp: Stamp; value: Value }
  /** Replica to replica: "it is kept, or a newer one is." */
  stored: { id: string }
}
