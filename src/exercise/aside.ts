/** What is put aside when another text takes the place of the learner's code. */

/** The code as it stands, and what is known of it. */
export interface Standing {
  readonly code: string
  /** What was put aside before. */
  readonly putAside: string | null
  /** The text that the code began from; null: the starter. */
  readonly begun: string | null
  readonly starter: string
}

/**
 * What is put aside once another text stands there. What can be had again anyway, because nothing was changed in it, does not push
 * out what was put aside before.
 */
export function asideAfter({ code, putAside, begun, starter }: Standing, next: string): string | null {
  if (code === next || code === starter) return putAside
  return code === begun && putAside !== null ? putAside : code
}
