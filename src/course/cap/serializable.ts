/**
 * Serializability of a few transactions on one register: is there an order of whole transactions in which each reads what it has read?
 * When they happened does not matter, which is what tells it from linearizability.
 * Reference: C. H. Papadimitriou, "The Serializability of Concurrent Database Updates", 1979.
 */
type Value = string | number | null

/** Reads and writes, in their order, with what was read or written. */
export type Transaction = readonly { readonly f: 'read' | 'write'; readonly value: Value }[]

/** @param initial what the register holds at first */
export function isSerializable(transactions: readonly Transaction[], initial: Value = null): boolean {
  if (transactions.length === 0) return true
  return transactions.some((first, place) => {
    const held = after(first, initial)
    return held !== undefined && isSerializable(transactions.toSpliced(place, 1), held)
  })
}

/** What the register holds after a transaction; undefined where it can’t have read what it has. */
function after(transaction: Transaction, initial: Value): Value | undefined {
  let held = initial
  for (const { f, value } of transaction) {
    if (f === 'write') held = value
    else if (value !== held) return undefined
  }
  return held
}
