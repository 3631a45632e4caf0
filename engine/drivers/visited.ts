/**
 * Visited: the states of an exploration. Rows stand one after the other in the order of discovery, in blocks that are
 * never moved, in 16 bits an integer as long as all of a block fit; beside each stands the number of the state that it
 * was first reached from. An open-addressing table finds a row: a slot holds the number of a state and, in the bits that
 * are left, a part of its hash, so that rows are rarely compared in vain.
 */

/** A block holds so many states, as a power of two. */
const BLOCK_BITS = 14
const BLOCK = 1 << BLOCK_BITS

/** Slots of the first table. */
const SLOTS_FIRST = 1 << 13

/** The largest integer that a row of 16 bits can hold. */
const NARROW_MAX = 0xffff

/** The table is enlarged when more than so many of its slots are taken, in eighths. */
const LOAD_MAX_EIGHTHS = 6

/** A table of fewer slots grows by four, a larger one by two: less is hashed again, and little is wasted. */
const GROWTH_FAST_MAX = 1 << 20

export class Visited {
  /** How many states there are; they are numbered from 0. */
  count = 0
  /** Of no meaning: only so that the loads of `touch` have a use and are not optimised away. */
  touched = 0
  readonly width: number
  readonly #rows: (Uint16Array | Int32Array)[] = []
  readonly #parents: Int32Array[] = []
  /** −1, or the number of a state in the low bits, as many as the mask has, and bits of its hash above. */
  #table = new Int32Array(SLOTS_FIRST).fill(-1)
  #mask = SLOTS_FIRST - 1

  /** @param width integers in a row */
  constructor(width: number) {
    this.width = width
  }

  /** Bytes held by rows, parents and the table. */
  get bytes(): number {
    const blocks = [...this.#rows, ...this.#parents]
    return blocks.reduce((sum, { byteLength }) => sum + byteLength, this.#table.byteLength)
  }

  /** Copies the row of a state into `row`. */
  read(state: number, row: Int32Array): void {
    const block = this.#rows[state >> BLOCK_BITS]!
    const { width } = this
    const offset = (state & (BLOCK - 1)) * width
    for (let column = 0; column < width; column++) row[column] = block[offset + column]!
  }

  /** A copy of the row of a state. */
  row(state: number): Int32Array {
    const row = new Int32Array(this.width)
    this.read(state, row)
    return row
  }

  /** The number of the state from which a state was first reached; −1 for an initial one. */
  parent(state: number): number {
    return this.#parents[state >> BLOCK_BITS]![state & (BLOCK - 1)]!
  }

  /** The states along the parents of a state, itself included, first to last. */
  path(state: number): number[] {
    const path: number[] = []
    for (let step = state; step >= 0; step = this.parent(step)) path.push(step)
    return path.reverse()
  }

  /** The number of the state with this row, or −1. @param hash the row's, where it is known */
  find(row: Int32Array, hash = hashOf(row)): number {
    return this.#search(row, hash)
  }

  /**
   * The number of the state with this row, which is added where it is new: then `count` has grown.
   * @param hash the row's: `hashOf(row)`, or that of another row kept up to date column by column
   */
  add(row: Int32Array, hash: number, parent: number): number {
    const known = this.#search(row, hash)
    if (known >= 0) return known
    const state = this.count++
    const number = state >> BLOCK_BITS
    const index = state & (BLOCK - 1)
    const { width } = this
    if (index === 0) {
      this.#rows.push(new Uint16Array(BLOCK * width))
      this.#parents.push(new Int32Array(BLOCK))
    }
    let block = this.#rows[number]!
    const offset = index * width
    let largest = 0
    for (let column = 0; column < width; column++) {
      largest |= row[column]!
      block[offset + column] = row[column]!
    }
    if (largest > NARROW_MAX && block instanceof Uint16Array) {
      block = this.#rows[number] = Int32Array.from(block)
      for (let column = 0; column < width; column++) block[offset + column] = row[column]!
    }
    this.#parents[number]![index] = parent
    if (this.count * 8 > (this.#mask + 1) * LOAD_MAX_EIGHTHS) this.#growTable()
    else this.#insert(state, hash)
    return state
  }

  /**
   * Looks up the slot that a search for this hash begins with, without waiting for it: states that are met together lie
   * far apart in memory, and their loads overlap where they are all begun before the first is needed.
   */
  touch(hash: number): void {
    this.touched ^= this.#table[hash & this.#mask]!
  }

  #search(row: Int32Array, hash: number): number {
    const table = this.#table
    const mask = this.#mask
    const tag = hash & ~mask
    for (let index = hash & mask; ; index = (index + 1) & mask) {
      const slot = table[index]!
      if (slot === -1) return -1
      if ((slot & ~mask) === tag && this.#equal(row, slot & mask)) return slot & mask
    }
  }

  #equal(row: Int32Array, state: number): boolean {
    const block = this.#rows[state >> BLOCK_BITS]!
    const { width } = this
    const offset = (state & (BLOCK - 1)) * width
    for (let column = 0; column < width; column++) {
      if (row[column] !== block[offset + column]) return false
    }
    return true
  }

  #insert(state: number, hash: number): void {
    const table = this.#table
    const mask = this.#mask
    let index = hash & mask
    while (table[index] !== -1) index = (index + 1) & mask
    table[index] = (hash & ~mask) | state
  }

  #growTable(): void {
    const slots = (this.#mask + 1) * (this.#mask < GROWTH_FAST_MAX ? 4 : 2)
    this.#mask = slots - 1
    this.#table = new Int32Array(slots).fill(-1)
    const { width } = this
    for (let state = 0; state < this.count;) {
      const block = this.#rows[state >> BLOCK_BITS]!
      const end = Math.min(this.count, state + BLOCK)
      for (let offset = 0; state < end; state++) {
        let hash = 0
        for (let column = 0; column < width; column++) hash ^= hashAt(column, block[offset++]!)
        this.#insert(state, hash)
      }
    }
  }
}

/** The hash of one component. Reference: the finaliser of MurmurHash3 (A. Appleby), shortened. */
export function hashAt(column: number, value: number): number {
  let hash = Math.imul(value ^ Math.imul(column + 1, 0x9e3779b1), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** The hash of a row: the exclusive or of a hash of each component, so that a step changes only some of them. */
export function hashOf(row: Int32Array): number {
  let hash = 0
  for (let column = 0; column < row.length; column++) hash ^= hashAt(column, row[column]!)
  return hash
}
