/** Mark: a short name for a text, by which two texts are told apart. It keeps nobody from making two of the same mark. */

/** FNV-1a over UTF-16 units, twice with different beginnings. */
export function markOf(text: string): string {
  let one = 0x811c9dc5
  let other = 0x9747b28c
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    one = Math.imul(one ^ unit, 0x01000193)
    other = Math.imul(other ^ unit, 0x85ebca6b)
  }
  return (one >>> 0).toString(36) + (other >>> 0).toString(36)
}
