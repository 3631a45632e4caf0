/**
 * The fewest steps to the target of a `break` exercise, as one would look for them first: every state, nothing left out,
 * rows compared by their texts. What `outlook` says is compared with it.
 */
import { isMet, propertyOf } from '../break/judge.ts'
import type { Run } from '../drivers/run.ts'
import type { BreakExercise } from '../exercise.ts'
import { successorRows } from '../model.ts'

/**
 * @param step of the run, from the state after which it looks
 * @returns null where there is no way, `many` where there are more states than this
 */
export function naiveDistance(
  { target, keeps }: Pick<BreakExercise, 'target' | 'keeps'>,
  { system, model, rows }: Run,
  step: number,
  statesMax: number,
): number | null | 'many' {
  const goal = propertyOf(system, target)
  const kept = keeps === undefined ? null : propertyOf(system, keeps)
  const first = rows[step]!
  const seen = new Set([first.join()])
  let level = [first]
  for (let distance = 0; level.length > 0; distance++) {
    const next: Int32Array[] = []
    for (const row of level) {
      const inspection = model.inspect(row)
      if (isMet(system.properties[goal]!, inspection, goal)) return distance
      if (kept !== null && (inspection & (1 << kept)) === 0) continue
      for (const successor of successorRows(model, row)) {
        if (seen.has(successor.join())) continue
        seen.add(successor.join())
        next.push(successor)
      }
    }
    if (seen.size > statesMax) return 'many'
    level = next
  }
  return null
}
