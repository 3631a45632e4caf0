/** How a run stands against its goal and against the shortest run, for the page to say. */
import type { Standing } from '../../engine/break/judge.ts'
import type { Shortest } from './page.ts'

/** The score of one run. Counts of steps. */
export interface Score {
  /** Up to the step that met the target, if one did; else all. */
  readonly steps: number
  /** Steps after the one that met the target. */
  readonly extra: number
  readonly met: boolean
  /** What had to be kept is broken: it can't be met any more. */
  readonly lost: boolean
  /** It met the target, and no shorter run is known. */
  readonly isShortest: boolean
}

/** @param length of the whole run */
export function scoreOf(
  { brokenAt, lostAt }: Pick<Standing, 'brokenAt' | 'lostAt'>,
  length: number,
  shortest: Shortest | null,
): Score {
  const steps = brokenAt ?? length
  return {
    steps,
    extra: length - steps,
    met: brokenAt !== null,
    lost: lostAt !== null,
    isShortest: brokenAt !== null && shortest !== null && brokenAt <= shortest.steps,
  }
}
