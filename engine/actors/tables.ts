/** Tables of small integers: what lets a global state be a short row and a step a look-up. */

/** Numbers values by their canonical text: equal texts get equal numbers, counted from 0. */
export class Interner<T> {
  readonly values: T[] = []
  /** The text of each value. */
  readonly texts: string[] = []
  readonly #numbers = new Map<string, number>()

  /** The number of the value with this text; `make` is called when it is new. */
  intern(text: string, make: () => T): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    const number = this.values.length
    this.values.push(make())
    this.texts.push(text)
    this.#numbers.set(text, number)
    return number
  }
}

/** A hash of two 32-bit integers. Reference: the finaliser of MurmurHash3 (A. Appleby). */
export function mix(first: number, second: number): number {
  let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second + 0x7f4a7c15, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** A map from pairs of integers ≥ 0 to an integer ≥ 0, in open addressing over one typed array. */
export class PairTable {
  #slots: Int32Array
  #mask: number
  #count = 0

  constructor(capacity = 64) {
    this.#slots = new Int32Array(capacity * 3).fill(-1)
    this.#mask = capacity - 1
  }

  /** The value of a pair, or −1. */
  get(first: number, second: number): number {
    const slots = this.#slots
    for (let index = mix(first, second) & this.#mask; ; index = (index + 1) & this.#mask) {
      const offset = index * 3
      if (slots[offset] === -1) return -1
      if (slots[offset] === first && slots[offset + 1] === second) return slots[offset + 2]!
    }
  }

  /** Adds a pair that is not in the table yet. */
  add(first: number, second: number, value: number): void {
    if (++this.#count * 2 > this.#mask) this.#grow()
    this.#insert(first, second, value)
  }

  #insert(first: number, second: number, value: number): void {
    const slots = this.#slots
    let index = mix(first, second) & this.#mask
    while (slots[index * 3] !== -1) index = (index + 1) & this.#mask
    slots[index * 3] = first
    slots[index * 3 + 1] = second
    slots[index * 3 + 2] = value
  }

  #grow(): void {
    const old = this.#slots
    this.#mask = this.#mask * 2 + 1
    this.#slots = new Int32Array((this.#mask + 1) * 3).fill(-1)
    for (let offset = 0; offset < old.length; offset += 3) {
      if (old[offset] !== -1) this.#insert(old[offset]!, old[offset + 1]!, old[offset + 2]!)
    }
  }
}

/** Numbers pairs of integers, counted from 0. */
export class PairInterner {
  readonly firsts: number[] = []
  readonly seconds: number[] = []
  readonly #table = new PairTable()

  intern(first: number, second: number): number {
    const known = this.#table.get(first, second)
    if (known >= 0) return known
    const number = this.firsts.length
    this.firsts.push(first)
    this.seconds.push(second)
    this.#table.add(first, second, number)
    return number
  }
}

/** Up to so many bits a vector is its own place in an array; beyond, it is numbered pair by pair. */
const DIRECT_BITS_MAX = 20

/**
 * A map from vectors of small integers ≥ 0, all of one length, to integers ≥ 0. A look-up is `begin()`, `with` each
 * component in turn, `get()`. Each component has as many bits as its largest value has needed so far.
 */
export class VectorTable {
  readonly #bits: Int32Array
  #direct: Int32Array | null = new Int32Array(1).fill(-1)
  readonly #pairs = new PairInterner()
  readonly #values: number[] = []
  readonly #vector: Int32Array
  #length = 0
  #key = 0
  #fits = true

  /** @param components how many integers a vector has, at least one */
  constructor(components: number) {
    this.#bits = new Int32Array(components)
    this.#vector = new Int32Array(components)
  }

  /** Begins a vector. */
  begin(): void {
    this.#length = 0
    this.#key = 0
    this.#fits = true
  }

  /** The next component of the vector. */
  with(component: number): void {
    const bits = this.#bits[this.#length]!
    this.#vector[this.#length++] = component
    if (component >> bits !== 0) this.#fits = false
    this.#key = (this.#key << bits) | component
  }

  /** The value of the vector, or −1. */
  get(): number {
    if (this.#direct === null) return this.#values[this.#numbered()] ?? -1
    if (!this.#fits) this.#widen()
    return this.#direct === null ? (this.#values[this.#numbered()] ?? -1) : this.#direct[this.#key]!
  }

  /** Gives the vector for which `get` was just asked its value, and returns the value. */
  set(value: number): number {
    if (this.#direct === null) this.#values[this.#numbered()] = value
    else this.#direct[this.#key] = value
    return value
  }

  #numbered(): number {
    let number = this.#vector[0]!
    for (let index = 1; index < this.#length; index++) {
      number = this.#pairs.intern(number, this.#vector[index]!)
    }
    return number
  }

  /** Makes room for the vector. What was known is forgotten: it is worked out again when it is asked for. */
  #widen(): void {
    let total = 0
    this.#key = 0
    for (let index = 0; index < this.#length; index++) {
      while (this.#vector[index]! >> this.#bits[index]! !== 0) this.#bits[index]!++
      total += this.#bits[index]!
      if (total <= DIRECT_BITS_MAX) this.#key = (this.#key << this.#bits[index]!) | this.#vector[index]!
    }
    this.#direct = total <= DIRECT_BITS_MAX ? new Int32Array(1 << total).fill(-1) : null
  }
}
