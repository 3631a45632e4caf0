import { describe, expect, test } from 'vitest'
import { murmur2, partitionOf } from './murmur2.ts'

describe('murmur2', () => {
  test.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('gives %j the hash that Kafka’s own test gives it (UtilsTest.testMurmur2)', (key, hash) => {
    expect(murmur2(key)).toBe(hash)
  })

  test.each([
    ['0', 971027396],
    ['1', -1993445489],
    ['128', -326012175],
    ['2187', -1508407203],
    ['16384', -325739742],
    ['78125', -1654490814],
    ['10000000', -1830336757],
    ['100:48069', 1009543857],
  ])('gives %j the hash that kafkajs’s test has from Java (defaultJava/murmur2.spec.js)', (key, hash) => {
    expect(murmur2(key)).toBe(hash)
  })

  test('takes a key as UTF-8', () => {
    // Hashes of texts and of the bytes that an encoder makes of them, worked out by way of one character a byte.
    for (const text of ['é', '漢字', '😀', 'a\ud800b', 'ключ']) {
      const bytes = new TextEncoder().encode(text)
      expect(murmur2(text)).toBe(murmur2OfBytes(bytes))
    }
  })

  test('leads to a partition without the sign of the hash', () => {
    expect(murmur2('1')).toBeLessThan(0)
    expect(partitionOf('1', 3)).toBe((-1993445489 & 0x7fffffff) % 3)
    for (let key = 0; key < 500; key++) {
      const partition = partitionOf(String(key), 7)
      expect(partition).toBeGreaterThanOrEqual(0)
      expect(partition).toBeLessThan(7)
    }
  })
})

/** The same function over bytes, written anew with 64-bit integers, so that a slip in one shows in the other. */
function murmur2OfBytes(bytes: Uint8Array): number {
  const times = (value: bigint): bigint => (value * 0x5bd1e995n) & 0xffffffffn
  let hash = 0x9747b28cn ^ BigInt(bytes.length)
  const whole = bytes.length - (bytes.length % 4)
  for (let at = 0; at < whole; at += 4) {
    let word = 0n
    for (let index = 3; index >= 0; index--) word = (word << 8n) | BigInt(bytes[at + index]!)
    word = times(word)
    word = times(word ^ (word >> 24n))
    hash = times(hash) ^ word
  }
  if (whole < bytes.length) {
    let word = 0n
    for (let at = bytes.length - 1; at >= whole; at--) word = (word << 8n) | BigInt(bytes[at]!)
    hash = times(hash ^ word)
  }
  hash = times(hash ^ (hash >> 13n))
  return Number(BigInt.asIntN(32, hash ^ (hash >> 15n)))
}
