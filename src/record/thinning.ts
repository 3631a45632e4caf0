/**
 * Thinning: which texts of a draft's history are dropped when there are too many. The older they are the fewer are kept, evenly; what
 * passed, what was put aside and the last one always stay.
 */
import type { Reason, Snapshot } from './entries.ts'

/** For each version of an exercise. */
export const SNAPSHOTS_MAX = 60
/** Of their texts, in UTF-16 units, for each version of an exercise. */
export const UNITS_MAX = 1_000_000

/** What only marks a moment of the work. All else is something that the learner could not have again. */
const PASSING_BY: ReadonlySet<Reason> = new Set(['paused', 'failed', 'inconclusive', 'error'])

/**
 * @param snapshots of one version of an exercise, in any order
 * @returns those to drop
 */
export function superfluous(
  snapshots: readonly Snapshot[],
  countMax = SNAPSHOTS_MAX,
  unitsMax = UNITS_MAX,
): Snapshot[] {
  const kept = [...snapshots].sort((a, b) => a.at - b.at)
  const dropped: Snapshot[] = []
  let units = kept.reduce((sum, { code }) => sum + code.length, 0)
  while (kept.length > countMax || units > unitsMax) {
    const now = kept.at(-1)!.at
    let worst = -1
    let least = Infinity
    for (let at = 0; at < kept.length - 1; at++) {
      const { at: time, why } = kept[at]!
      if (!PASSING_BY.has(why)) continue
      // What is dropped leaves a gap between its neighbours: the smallest one, for its age, is missed least.
      const before = kept[at - 1]?.at ?? -Infinity
      const gap = (kept[at + 1]!.at - before) / (now - time + 1)
      if (gap < least || worst < 0) {
        least = gap
        worst = at
      }
    }
    if (worst < 0) break
    const [gone] = kept.splice(worst, 1)
    dropped.push(gone!)
    units -= gone!.code.length
  }
  return dropped
}
