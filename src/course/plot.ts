/** Where things stand in a plot: its ticks, and its points as shares of its width and height. */
import type { Axes, CheckResult, Point } from './check.ts'

/** One axis: from its first tick to its last. */
export interface Axis {
  readonly from: number
  readonly to: number
  readonly ticks: readonly number[]
}

export interface Plotted {
  readonly x: Axis
  readonly y: Axis
  readonly lines: readonly (readonly Point[])[]
}

const TICKS_MAX = 6

/** An axis from 0, with round numbers at its ticks, that reaches at least as far as every value. */
export function axisOf(values: readonly number[]): Axis {
  const largest = Math.max(0, ...values)
  const step = roundStep(largest / (TICKS_MAX - 1))
  const count = Math.max(1, Math.ceil(largest / step))
  return {
    from: 0,
    to: count * step,
    ticks: Array.from({ length: count + 1 }, (_, index) => index * step),
  }
}

/** The smallest of 1, 2, 5, 10, 20, 50 … that is not smaller. */
function roundStep(least: number): number {
  for (let decade = 1; ; decade *= 10)
    for (const digit of [1, 2, 5]) if (digit * decade >= least) return digit * decade
}

/** How far along an axis a value stands, from 0 to 1. */
export function along({ from, to }: Axis, value: number): number {
  return (value - from) / (to - from)
}

/** The plot of lines of points over common axes. @throws Error where one has fewer than two */
export function plotted(...lines: readonly (readonly Point[])[]): Plotted {
  if (lines.some((points) => points.length < 2)) throw new Error('a plot needs at least two points')
  const points = lines.flat()
  return { x: axisOf(points.map(({ x }) => x)), y: axisOf(points.map(({ y }) => y)), lines }
}

/**
 * The points of a check and what its axes mean.
 * @throws Error where the check has nothing to plot
 */
export function plotOf(result: CheckResult): { readonly points: readonly Point[]; readonly axes: Axes } {
  const axes = 'axes' in result.check ? result.check.axes : undefined
  if (!('points' in result) || axes === undefined)
    throw new Error(`check ${result.check.id} has nothing to plot: it needs points and axes`)
  return { points: result.points, axes }
}
