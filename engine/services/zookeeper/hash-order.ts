/**
 * Sets of names in the order in which Java's HashSet goes through them. A ZooKeeper server keeps the children of a node
 * and the ephemeral nodes of a session in such sets, and clients see their order: `getChildren` is not sorted, and a
 * session's nodes are deleted in this order. The sets are plain data.
 * Reference: OpenJDK 17, java.util.HashMap (`hash`, `putVal`, `resize`, `putMapEntries`, `tableSizeFor`), java.lang.String
 * (`hashCode`).
 */

/** A set as its server keeps it. */
export interface HashedSet {
  /** The length of the hash table, a power of two. It never shrinks, and it decides the order. */
  table: number
  /** Invariant: in the order of Java's iterator: by place in the table, in one place the older first. */
  names: string[]
}

/** An empty set. @param table the length that its table has once something is in it: Java's default is 16 */
export function emptySet(table = 16): HashedSet {
  return { table, names: [] }
}

/** Adds a name that is not in the set yet. */
export function add(set: HashedSet, name: string): void {
  const place = placeOf(name, set.table)
  const after = set.names.findIndex((other) => placeOf(other, set.table) > place)
  set.names.splice(after < 0 ? set.names.length : after, 0, name)
  // A table grows when it is more than three quarters full. What shares a place keeps its order.
  if (set.names.length <= set.table * 0.75) return
  set.table *= 2
  set.names = ordered(set.names, set.table)
}

/** Takes a name out of the set. */
export function remove(set: HashedSet, name: string): void {
  set.names = set.names.filter((other) => other !== name)
}

/** The names in the order of a clone of the set: Java gives the clone a table that just fits. */
export function orderOfClone(set: HashedSet): string[] {
  const table = powerOfTwo(Math.floor(set.names.length / 0.75 + 1))
  return ordered(set.names, table)
}

function ordered(names: readonly string[], table: number): string[] {
  // Sorting is stable: names in the same place stay as they were.
  return [...names].sort((one, other) => placeOf(one, table) - placeOf(other, table))
}

function placeOf(name: string, table: number): number {
  let hash = 0
  for (let index = 0; index < name.length; index++) hash = (Math.imul(hash, 31) + name.charCodeAt(index)) | 0
  return (hash ^ (hash >>> 16)) & (table - 1)
}

function powerOfTwo(least: number): number {
  let power = 1
  while (power < least) power *= 2
  return power
}
