/**
 * Makes a failing run shorter by leaving actions out, as long as what is left can still happen and still fails.
 * Reference: A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002 (ddmin).
 */
import type { Action } from '../model.ts'

/**
 * A part of the actions, in their order, that still fails and from which no single action can be left out.
 * @param fails can this list of actions happen, and does it fail? It must hold for `actions` itself.
 */
export function minimise(
  actions: readonly Action[],
  fails: (actions: readonly Action[]) => boolean,
): readonly Action[] {
  let current = actions
  let size = Math.max(1, current.length >> 1)
  for (;;) {
    let shorter = false
    for (let start = 0; start < current.length;) {
      const candidate = [...current.slice(0, start), ...current.slice(start + size)]
      if (fails(candidate)) {
        current = candidate
        shorter = true
      } else {
        start += size
      }
    }
    if (size > 1) size >>= 1
    else if (!shorter) return current
  }
}
