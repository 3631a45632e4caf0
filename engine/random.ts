/**
 * A seeded generator of random numbers, the same on every machine.
 * A counter that steps by the golden ratio, each value scrambled. Reference: G. Steele, D. Lea, C. Flood, "Fast
 * Splittable Pseudorandom Number Generators", 2014, in 32 bits with a scrambler of C. Wellons's project Hash Prospector.
 */
export class Random {
  #state: number

  /** @param seed any integer; only its lowest 32 bits count */
  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** The next integer from 0 to 2³² − 1. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0
    let word = this.#state ^ (this.#state >>> 16)
    word = Math.imul(word, 0x21f0aaad)
    word ^= word >>> 15
    word = Math.imul(word, 0x735a2d97)
    return (word ^ (word >>> 15)) >>> 0
  }

  /** An integer from 0 to `limit` − 1; `limit` is at least 1. The bias is below `limit` / 2³². */
  below(limit: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * limit)
  }
}
