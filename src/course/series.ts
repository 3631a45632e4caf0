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
  /** Not every number from one to the other, but these. */
  readonly over?: readonly number[]
  /** The system of the run for a number. */
  system(number: number): System
  /** What happens in it; or the run itself, where it was played to find that out. */
  script(number: number): readonly Line[] | Run
  /** Does the run show what is claimed for the number? */
  shows(run: Run, number: number): boolean
  /** What is counted of each run; left out: its steps. */
  measure?(run: Run): number
  /** The code of the sentence that says what came out, in src/text/en-course.ts. */
  readonly words:
    'check.series' | 'check.messages' | 'check.told' | 'check.forwarded' | 'check.held' | 'check.thinks'
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
  for (const number of numbersOf(check)) {
    const run = runOf(check, number)
    if (!check.shows(run, number))
      throw new Error(`check ${check.id}: the run for ${number} does not show what the chapter says`)
    points.push({ x: number, y: check.measure?.(run) ?? run.length })
  }
  return { check, points }
}

/** The numbers of a series, ascending. */
export function numbersOf({ from, to, over }: Series): readonly number[] {
  return over ?? Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

function runOf(check: Series, number: number): Run {
  const script = check.script(number)
  if (script instanceof Run) return script
  const system = check.system(number)
  const run = new Run(system)
  for (const action of followAll(system, script)) run.take(action)
  return run
}
