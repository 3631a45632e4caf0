/** The anchors of what stands on a page: what links within the course lead to. */
import type { FigureDefinition } from '../widgets/figure.ts'

const dashed = (id: string): string => id.replaceAll('/', '-')

/** The anchor of the figure that replays a check's run. */
export const runAnchor = (check: string): string => `run-${dashed(check)}`

/** The anchor of a figure: that of the check whose run it shows, or its own. */
export function figureAnchor(figure: Pick<FigureDefinition, 'id' | 'script' | 'shows'>): string {
  const shows = 'check' in figure.script ? figure.script.check : figure.shows
  return shows === undefined ? `figure-${dashed(figure.id)}` : runAnchor(shows)
}

/** The anchors of those variants of a figure that show the runs of checks, where it has several. */
export function variantAnchors({
  script,
}: Pick<FigureDefinition, 'script'>): Readonly<Record<string, string>> {
  if (!('runs' in script)) return {}
  return Object.fromEntries(
    Object.entries(script.runs).flatMap(([variant, run]) =>
      'check' in run ? [[variant, runAnchor(run.check)]] : [],
    ),
  )
}

/** The anchor of a question. */
export const predictAnchor = (prediction: string): string => `predict-${dashed(prediction)}`

/** The anchor of a plot. */
export const plotAnchor = (check: string): string => `plot-${dashed(check)}`

/** The anchor of a cell. */
export const cellAnchor = (cell: string): string => `cell-${dashed(cell)}`

/** The anchor of the way to an exercise. */
export const exerciseAnchor = (exercise: string): string => `exercise-${exercise}`

/** The anchor of a table that compares. */
export const compareAnchor = (comparison: string): string => `compare-${comparison}`

/** The anchors of those components of which there is only one. */
export const NAMED = {
  Nines: 'figure-nines',
  Shop: 'figure-base-shop',
  Strategies: 'strategies',
} as const
