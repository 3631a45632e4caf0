/** The lines of a plot by the ids of their checks, with axes and their names: what `Plot` and `Lag` draw. */
import { grouped } from '../../engine/text/words.ts'
import { run } from '../course/check.ts'
import { type Plotted, plotOf, plotted } from '../course/plot.ts'
import { checkOf } from '../course/registry.ts'
import { say } from '../course/say.ts'
import type { PlotLine } from '../widgets/plot/PlotField.svelte'

export interface PlotLines extends Pick<Plotted, 'x' | 'y'> {
  readonly lines: readonly PlotLine[]
  readonly nameX: string
  readonly nameY: string
  /** The numbers of all lines, a row each; undefined where a line has none. */
  readonly rows: readonly { readonly at: number; readonly values: readonly (number | undefined)[] }[]
}

/**
 * @param name what the line of the check is called
 * @param beside other checks by id, with the names of their lines
 * @throws Error where a check has no points, or where one of several lines has no name
 */
export function plotLines(
  language: string,
  id: string,
  name: string,
  beside: Readonly<Record<string, string>>,
): PlotLines {
  const check = checkOf(id)
  const { points, axes } = plotOf(run(check))
  const lines = [
    { name, points },
    ...Object.entries(beside).map(([other, its]) => ({
      name: its,
      points: plotOf(run(checkOf(other))).points,
    })),
  ]
  if (lines.length > 1 && lines.some((line) => line.name === ''))
    throw new Error(`the plot of ${id} has several lines: each needs a name`)
  const within: Record<string, string> =
    'millisecondsMax' in check ? { milliseconds: grouped(check.millisecondsMax) } : {}
  const { x, y } = plotted(...lines.map((line) => line.points))
  return {
    lines,
    x,
    y,
    nameX: say(language, `plot.${axes.x}`, within),
    nameY: say(language, `plot.${axes.y}`, within),
    rows: [...new Set(lines.flatMap((line) => line.points.map((point) => point.x)))]
      .sort((one, other) => one - other)
      .map((at) => ({ at, values: lines.map((line) => line.points.find((point) => point.x === at)?.y) })),
  }
}
