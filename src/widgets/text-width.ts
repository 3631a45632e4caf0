/** How wide a text will be, without a page to measure it on: layouts are drawn on the server as well. */

/** The width of a character of JetBrains Mono, in parts of its size. */
const MONO_ADVANCE = 0.6

/** The widest that Inter is on average over words and numbers, in parts of its size. */
const SANS_ADVANCE = 0.58

/** Longer labels are cut: the sentence has the whole. */
export const LABEL_LENGTH_MAX = 24

export function monoWidth(text: string, size: number): number {
  return units(text) * MONO_ADVANCE * size
}

export function sansWidth(text: string, size: number): number {
  return units(text) * SANS_ADVANCE * size
}

/** A label that is short enough to stand on an arrow. */
export function shortened(text: string): string {
  if (text.length <= LABEL_LENGTH_MAX) return text
  // What tells sequential nodes apart is at the end of many zeros.
  const short = text.replace(/0{5,}(?=\d)/g, '…')
  return short.length <= LABEL_LENGTH_MAX ? short : `${short.slice(0, LABEL_LENGTH_MAX - 1)}…`
}

/** Characters, with those of Chinese, Japanese and Korean counted by their width of nearly two. */
function units(text: string): number {
  let sum = 0
  for (const character of text) sum += character.codePointAt(0)! >= 0x2e80 ? 1 / MONO_ADVANCE : 1
  return sum
}
