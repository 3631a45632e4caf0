/**
 * Visited: the states of an exploration. Rows stand one after the other in the order of discovery, in 16 bits an
 * integer as long as all fit; beside each stands the number of the state that it was first reached from. An
 * open-addressing table finds a row: a slot holds the number of a state and, in the bits that are left, a part of its
 * hash, so that rows are rarely compared in vain.
 */
import { mix } from '../actors/tables.ts'

/** States before anything grows. */
const CAPACITY_FIRST = 1 << 12

/** The largest integer that a row of 16 bits can hold. */
const NARROW_MAX = 0xffff

/** The table is enlarged when more than so many of its slots are taken, in eighths. */
const LOAD_MAX_EIGHTHS = 6

export class Visited {
  /** How many states there are; they are numbered from 0. */
  count = 0
  readonly width: number
  #rows: Uint16Array | Int32Array
  #parents: Int32Array
  /** −1, or the number of a state in the low bits, as many as the mask has, and bits of its hash above. */
  #table: Int32Array
  #mask: number

  /** @param width integers in a row */
  constructor(width: number) {
    this.width = width
    this.#rows = new Uint16Array(CAPACITY_FIRST * width)
    this.#parents = new Int32Array(CAPACITY_FIRST)
    this.#table = new Int32Array(CAPACITY_FIRST * 2).fill(-1)
    this.#mask = CAPACITY_FIRST * 2 - 1
  }

  /** Bytes held by rows, parents and the table. */
  get bytes(): number {
    return this.#rows.byteLength + this.#parents.byteLength + this.#table.byteLength
  }

  /** Copies the row of a state into `row`. */
  read(state: number, row: Int32Array): void {
    const rows = this.#rows
    const offset = state * this.width
    for (let column = 0; column < this.width; column++) row[column] = rows[offset + column]!
  }

  /** A copy of the row of a state. */
  row(state: number): Int32Array {
    const row = new Int32Array(this.width)
    this.read(state, row)
    return row
  }

  /** The number of the state from which a state was first reached; −1 for an initial one. */
  parent(state: number): number {
    return this.#parents[state]!
  }

  /** The states along the parents of a state, itself included, first to last. */
  path(state: number): number[] {
    const path: number[] = []
    for (let step = state; step >= 0; step = this.#parents[step]!) path.push(step)
    return path.reverse()
  }

  /** The number of the state with this row, or −1. */
  find(row: Int32Array): number {
    const hash = hashOf(row)
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
    if (state >= this.#parents.length) this.#growRows()
    const { width } = this
    let rows = this.#rows
    let largest = 0
    const offset = state * width
    for (let column = 0; column < width; column++) {
      largest |= row[column]!
      rows[offset + column] = row[column]!
    }
    if (largest > NARROW_MAX && rows instanceof Uint16Array) {
      rows = this.#widen()
      for (let column = 0; column < width; column++) rows[offset + column] = row[column]!
    }
    this.#parents[state] = parent
    if (this.count * 8 > (this.#mask + 1) * LOAD_MAX_EIGHTHS) this.#growTable()
    else this.#insert(state, hash)
    return state
  }

  /** Looks the slot of a hash up without comparing anything, so that it is on its way from memory when it is needed. */
  touch(hash: number): number {
    return this.#table[hash & this.#mask]!
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
    const rows = this.#rows
    const offset = state * this.width
    for (let column = 0; column < row.length; column++) {
      if (row[column] !== rows[offset + column]) return false
    }
    return true
  }

  #insert(state: number, hash: number): void {
    const mask = this.#mask
    let index = hash & mask
    while (this.#table[index] !== -1) index = (index + 1) & mask
    this.#table[index] = (hash & ~mask) | state
  }

  #growRows(): void {
    const capacity = Math.ceil(this.#parents.length * 1.5)
    const rows = new (this.#rows instanceof Uint16Array ? Uint16Array : Int32Array)(capacity * this.width)
    rows.set(this.#rows)
    this.#rows = rows
    const parents = new Int32Array(capacity)
    parents.set(this.#parents)
    this.#parents = parents
  }

  #widen(): Int32Array {
    const rows = new Int32Array(this.#rows.length)
    rows.set(this.#rows)
    this.#rows = rows
    return rows
  }

  #growTable(): void {
    this.#mask = this.#mask * 2 + 1
    this.#table = new Int32Array(this.#mask + 1).fill(-1)
    const row = new Int32Array(this.width)
    for (let state = 0; state < this.count; state++) {
      this.read(state, row)
      this.#insert(state, hashOf(row))
    }
  }
}

/** The hash of a row: the exclusive or of a hash of each component, so that a step changes only some of them. */
export function hashOf(row: Int32Array): number {
  let hash = 0
  for (let column = 0; column < row.length; column++) hash ^= mix(column, row[column]!)
  return hash
}
