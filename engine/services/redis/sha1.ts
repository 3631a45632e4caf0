/**
 * The SHA-1 of a text, by which Redis names a script in its errors.
 * Reference: FIPS 180-4, sections 5 and 6.1.
 */

/** The digest of the text's UTF-8 bytes, as 40 hexadecimal digits. */
export function sha1(text: string): string {
  const bytes = utf8(text)
  const bits = bytes.length * 8
  bytes.push(0x80)
  while (bytes.length % 64 !== 56) bytes.push(0)
  for (let shift = 56; shift >= 0; shift -= 8) bytes.push(shift >= 32 ? 0 : (bits >>> shift) & 0xff)
  const hash = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]
  for (let block = 0; block < bytes.length; block += 64) mix(hash, bytes, block)
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

function mix(hash: number[], bytes: readonly number[], block: number): void {
  const words: number[] = []
  for (let at = block; at < block + 64; at += 4)
    words.push((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!)
  for (let at = 16; at < 80; at++)
    words.push(rotate(words[at - 3]! ^ words[at - 8]! ^ words[at - 14]! ^ words[at - 16]!, 1))
  let [a, b, c, d, e] = hash as [number, number, number, number, number]
  for (let at = 0; at < 80; at++) {
    const [choice, constant] = round(at, b, c, d)
    const next = (rotate(a, 5) + choice + e + constant + words[at]!) | 0
    ;[a, b, c, d, e] = [next, a, rotate(b, 30), c, d]
  }
  ;[a, b, c, d, e].forEach((word, index) => (hash[index] = (hash[index]! + word) | 0))
}

function round(at: number, b: number, c: number, d: number): [number, number] {
  if (at < 20) return [(b & c) | (~b & d), 0x5a827999]
  if (at < 40) return [b ^ c ^ d, 0x6ed9eba1]
  if (at < 60) return [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
  return [b ^ c ^ d, 0xca62c1d6]
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}

/** The bytes of a text. A lone half of a surrogate pair becomes U+FFFD, as everywhere. */
export function utf8(text: string): number[] {
  const bytes: number[] = []
  for (const character of text) {
    let code = character.codePointAt(0)!
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f))
    else if (code < 0x10000)
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
    else
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 0x3f),
        0x80 | ((code >> 6) & 0x3f),
        0x80 | (code & 0x3f),
      )
  }
  return bytes
}
