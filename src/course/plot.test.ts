/** The plot's axes: round ticks that hold every point. */
import { expect, test } from 'vitest'
import { run } from './check.ts'
import { along, axisOf, plotOf, plotted } from './plot.ts'
import { checkOf } from './registry.ts'

test('an axis begins at nought and ends at a round number that no value passes', () => {
  expect(axisOf([3, 20, 7])).toEqual({ from: 0, to: 20, ticks: [0, 5, 10, 15, 20] })
  expect(axisOf([100, 49.4])).toEqual({ from: 0, to: 100, ticks: [0, 20, 40, 60, 80, 100] })
  expect(axisOf([144])).toEqual({ from: 0, to: 150, ticks: [0, 50, 100, 150] })
  expect(axisOf([0])).toEqual({ from: 0, to: 1, ticks: [0, 1] })
  for (let value = 1; value < 3000; value += 7) {
    const { to, ticks } = axisOf([value])
    expect(to).toBeGreaterThanOrEqual(value)
    expect(ticks.length).toBeLessThanOrEqual(6)
  }
})

test('every point of a duel stands inside its plot', () => {
  const { x, y, lines } = plotted(plotOf(run(checkOf('C35/duel'))).points)
  for (const point of lines.flat()) {
    for (const share of [along(x, point.x), along(y, point.y)]) {
      expect(share).toBeGreaterThanOrEqual(0)
      expect(share).toBeLessThanOrEqual(1)
    }
  }
})

test('two lines share their axes', () => {
  const { x, y } = plotted(
    [
      { x: 2, y: 1 },
      { x: 64, y: 63 },
    ],
    [
      { x: 2, y: 1 },
      { x: 70, y: 1 },
    ],
  )
  expect(x.to).toBeGreaterThanOrEqual(70)
  expect(y.to).toBeGreaterThanOrEqual(63)
  expect(() => plotted([{ x: 1, y: 1 }], [])).toThrow(/at least two/)
})

test('a check without points can’t be plotted', () => {
  expect(() => plotOf(run(checkOf('C34/agreement')))).toThrow(/nothing to plot/)
  expect(() => plotted([{ x: 1, y: 1 }])).toThrow(/at least two/)
})
