/** The messages of a cart that is kept by several replicas. Who sent a message, the context knows: `ctx.from`. */

/**
 * What replicas tell each other is yours: say here what it looks like, as two types of plain objects. `Gossip` is what a replica sends of
 * its own accord, `Answer` what comes back, where anything does.
 */
export interface Messages<Gossip extends object = object, Answer extends object = object> {
  /** User to a replica: "put this into my cart". */
  add: { item: string }
  /** User to a replica: "take this out of my cart", whether or not it is in it. */
  remove: { item: string }
  /** Replica to the user who has just added or removed something: "it is done, and this is your cart now": each item once, in any order. */
  cart: { items: string[] }
  /** Replica to replica. */
  gossip: Gossip
  /** Replica to a replica that has gossiped. */
  answer: Answer
}

/** What `observe` shows of a replica: the items in the cart, each once, in any order. */
export interface Seen {
  items: string[]
}
