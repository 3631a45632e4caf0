/**
 * Runs: the learner's run and every run that it has replaced, as one line of changes that can be undone and done again.
 * Acting at an earlier step replaces the steps after it; what was replaced is one undo away, and so is what was undone
 * before something else was done. Values, never changed in place.
 */
import type { Action } from '../../engine/model.ts'
import { canonical } from '../../engine/plain.ts'

/** What the learner has done, step by step. */
export type Run = readonly Action[]

export interface Runs {
  readonly past: readonly Run[]
  readonly now: Run
  /** What was undone, the nearest first. */
  readonly future: readonly Run[]
}

/** Nothing has been done. */
export const NO_RUNS: Runs = { past: [], now: [], future: [] }

/** So many changes can be undone. */
export const CHANGES_MAX = 400

/** Are these the same actions in the same order? */
export function equal(one: Run, other: Run): boolean {
  return one.length === other.length && begins(one, other)
}

/** Does a run begin with all the steps of another? A run begins with itself. */
export function begins(run: Run, beginning: Run): boolean {
  return (
    beginning.length <= run.length &&
    beginning.every((action, step) => action === run[step] || textOf(action) === textOf(run[step]!))
  )
}

function textOf(action: Action): string {
  return canonical(action, 'action')
}

/** An action is taken after a step; steps that came after it are replaced. @param step from 0, the start */
export function taken(runs: Runs, step: number, action: Action): Runs {
  // At a step before the end, going along the run as it is replaces nothing.
  const next = [...runs.now.slice(0, step), action]
  return begins(runs.now, next) ? runs : changed(runs, next)
}

/** Another run takes the place of the one now: a shorter one, an empty one or one from a file. */
export function changed(runs: Runs, next: Run): Runs {
  if (equal(runs.now, next)) return runs
  const [undone, ...later] = runs.future
  if (undone && equal(undone, next)) return { past: [...runs.past, runs.now], now: next, future: later }
  // Undoing always takes back the last change; what was undone before it comes after that.
  return { past: [...runs.past, ...runs.future, runs.now].slice(-CHANGES_MAX), now: next, future: [] }
}

/** Takes the last change back. Where there is none, nothing happens. */
export function undone(runs: Runs): Runs {
  const before = runs.past.at(-1)
  if (before === undefined) return runs
  return { past: runs.past.slice(0, -1), now: before, future: [runs.now, ...runs.future] }
}

/** Makes the change again that was taken back last. Where there is none, nothing happens. */
export function redone(runs: Runs): Runs {
  const [next, ...future] = runs.future
  if (next === undefined) return runs
  return { past: [...runs.past, runs.now], now: next, future }
}

/** The last run that was replaced or undone and is not the beginning of the run now; null where there is none. */
export function replacedBy(runs: Runs): Run | null {
  return [...runs.past, ...runs.future].findLast((run) => !begins(runs.now, run)) ?? null
}

/**
 * The changes that lead to a run which was kept, so that it can be undone step by step after a reload as before it.
 * @param replaced what `replacedBy` gave when it was kept
 */
export function restored(now: Run, replaced: Run | null): Runs {
  if (replaced !== null && begins(replaced, now)) {
    return { past: beginnings(now), now, future: [...beginnings(replaced).slice(now.length + 1), replaced] }
  }
  const common = replaced === null ? 0 : now.findIndex((_, step) => !begins(replaced, now.slice(0, step + 1)))
  const past = replaced === null ? [] : [...beginnings(replaced), replaced]
  return { past: [...past, ...beginnings(now).slice(replaced === null ? 0 : common + 1)], now, future: [] }
}

/** Every beginning of a run that is shorter than it, the shortest first. */
function beginnings(run: Run): Run[] {
  return run.map((_, length) => run.slice(0, length))
}
