/**
 * Kept checks: what takes too long for a build is counted ahead of it by a program, such as `npm run count:raft`, and what came out is
 * checked in. A part of it is counted again in every test, and has to come out the same.
 */
import type { Axes, Point } from './check.ts'

export interface Kept {
  readonly kind: 'kept'
  readonly id: string
  /** What was counted, by name, as it is kept in a file; `runs` among it. */
  readonly counted: Counts
  /** Of those, how many have to be none: a build fails where one isn't. */
  readonly none?: readonly string[]
  /** The sentence that says what was done and what came out: a code of src/text/en-course.ts with places for `counted`. */
  readonly words: string
  readonly points?: readonly Point[]
  readonly axes?: Axes
}

export type Counts = Readonly<Record<string, number>>

/** What was counted ahead of the build. */
export interface Recounted {
  readonly check: Kept
  readonly counts: Counts
  readonly points: readonly Point[]
}

/** @throws Error where something was counted that the chapter says there is none of */
export function recall(check: Kept): Recounted {
  const { id, counted, none = [], points = [] } = check
  for (const name of none) {
    if (counted[name] === undefined) throw new Error(`check ${id}: nothing is kept under '${name}'`)
    if (counted[name] !== 0)
      throw new Error(
        `check ${id}: the chapter says that there is no ${name}, and ${counted[name]} were counted`,
      )
  }
  return { check, counts: counted, points }
}
