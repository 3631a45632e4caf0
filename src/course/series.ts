/** Series: a claim "for each number from one to so many there is such a run", shown by the runs themselves. */
import type { System } from '../../engine/actors/system.ts'
import { Run } from '../../engine/drivers/run.ts'
import type { Axes, Point } from './check.ts'
import { type Line, followAll } from './script.ts'

export interface Series {
  readonly kind: 'series'
  readonly id: string
  readonly from: number
  readonly to: number
  /** The system of the run for a number. */
  system(number: number): System
  /** What happens in it. */
  script(number: number): readonly Line[]
  /** Does the run show what is claimed for the number? */
  shows(run: Run, number: number): boolean
  /** What is counted of each run; left out: its steps. */
  measure?(run: Run): number
  /** The code of the sentence that says what came out, in src/text/en-course.ts. */
  readonly words: 'check.series' | 'check.messages'
  readonly axes: Axes
}

/** The runs that were played. */
export interface Played {
  readonly check: Series
  /** For each number what was counted of its run. */
  readonly points: readonly Point[]
}

/** @throws Error naming the first number whose run can't happen or doesn't show what is claimed */
export function play(check: Series): Played {
  const points: Point[] = []
  for (let number = check.from; number <= check.to; number++) {
    const system = check.system(number)
    const run = new Run(system)
    for (const action of followAll(system, check.script(number))) run.take(action)
    if (!check.shows(run, number))
      throw new Error(`check ${check.id}: the run for ${number} does not show what the chapter says`)
    points.push({ x: number, y: check.measure?.(run) ?? run.length })
  }
  return { check, points }
}
