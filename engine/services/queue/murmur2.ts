/**
 * Which partition a key belongs to, as Kafka's default partitioner and kafkajs's work it out: MurmurHash2 of the key's
 * bytes, so that a table of keys and partitions made here is the one that a real cluster has.
 * Reference: A. Appleby, MurmurHash2 (public domain); Kafka's `Utils.murmur2` has the seed 0x9747b28c.
 */

const SEED = 0x9747b28c
const MULTIPLIER = 0x5bd1e995

/**
 * The partition of a key.
 * @param partitions how many there are, at least 1
 */
export function partitionOf(key: string, partitions: number): number {
  // Without the sign bit, as Kafka does it; the absolute value would be another number.
  return (murmur2(key) & 0x7fffffff) % partitions
}

/** The hash of the UTF-8 bytes of a text: an integer of 32 bits with its sign, as Java has it. */
export function murmur2(text: string): number {
  const bytes = utf8(text)
  let hash = SEED ^ bytes.length
  let at = 0
  for (; at + 4 <= bytes.length; at += 4) {
    let word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    word = Math.imul(word, MULTIPLIER)
    word = Math.imul(word ^ (word >>> 24), MULTIPLIER)
    hash = Math.imul(hash, MULTIPLIER) ^ word
  }
  if (at < bytes.length) {
    for (let rest = bytes.length - 1; rest >= at; rest--) hash ^= bytes[rest]! << (8 * (rest - at))
    hash = Math.imul(hash, MULTIPLIER)
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER)
  return hash ^ (hash >>> 15)
}

const REPLACEMENT = 0xfffd

/** The engine has no TextEncoder, which belongs to the DOM and to Node. Half a surrogate pair becomes U+FFFD, as there. */
function utf8(text: string): number[] {
  const bytes: number[] = []
  for (const character of text) {
    let point = character.codePointAt(0)!
    if (point >= 0xd800 && point <= 0xdfff) point = REPLACEMENT
    if (point < 0x80) bytes.push(point)
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), continuation(point))
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), continuation(point >> 6), continuation(point))
    else
      bytes.push(
        0xf0 | (point >> 18),
        continuation(point >> 12),
        continuation(point >> 6),
        continuation(point),
      )
  }
  return bytes
}

function continuation(bits: number): number {
  return 0x80 | (bits & 0x3f)
}
