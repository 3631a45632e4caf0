/** The picture of the network: pills keep clear of each other and of the nodes for as long as they are seen. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RunRecord } from '../../engine/trace/record.ts'
import { castOf } from '../../src/widgets/cast.ts'
import { fieldRows, flightsOf, linesUnder } from '../../src/widgets/flights.ts'
import { inside, overlap } from '../../src/widgets/geometry.ts'
import { layoutTopology, nodeBoxes, PILL_HEIGHT } from '../../src/widgets/topology-layout.ts'
import { asking, choices, sourceExample, wander } from './runs.ts'

function look(record: RunRecord, paths: readonly string[], width: number, byHand = false, stretch = 1) {
  const cast = castOf(record)
  const nodes = record.frames[0]!.nodes.map((node) => ({
    id: node.id,
    side: cast.side(node.role),
    lines: linesUnder(record, node.id, fieldRows(record, node.id, paths)),
  }))
  const flights = flightsOf(record, byHand)
  const layout = layoutTopology(nodes, flights, width)
  const at = (point: { x: number; y: number }) => ({ x: point.x * stretch, y: point.y })
  const boxes = nodes.flatMap((node) =>
    nodeBoxes(node, at(layout.nodes.get(node.id)!)).map((box) => ({ ...box, name: node.id })),
  )
  const pills = flights.flatMap((flight) => {
    const place = layout.pills.get(flight.id)
    return place ? [{ ...at(place), width: flight.width, height: PILL_HEIGHT, flight }] : []
  })
  const problems: string[] = []
  for (const [index, pill] of pills.entries()) {
    const name = `${pill.flight.id} ${pill.flight.from}→${pill.flight.to}`
    if (!inside(pill, layout.width * stretch, layout.height)) problems.push(`${name} leaves the picture`)
    for (const box of boxes) if (overlap(pill, box)) problems.push(`${name} covers ${box.name}`)
    for (const other of pills.slice(index + 1)) {
      const together = pill.flight.since <= other.flight.until && other.flight.since <= pill.flight.until
      if (together && overlap(pill, other)) problems.push(`${name} covers ${other.flight.id}`)
    }
  }
  for (const [index, box] of boxes.entries()) {
    for (const other of boxes.slice(index + 1)) {
      if (box.name !== other.name && overlap(box, other)) problems.push(`${box.name} covers ${other.name}`)
    }
  }
  return { layout, problems, unplaced: flights.length - pills.length }
}

describe('the source’s example', () => {
  const paths = ['n', 'v', 'asked', 'promised', 'accepted', 'last']

  test.each([300, 330, 380, 440])(
    'has no collision at a width of %i, and a place for every message',
    (width) => {
      const { problems, unplaced } = look(sourceExample(), paths, width)
      expect(problems).toEqual([])
      expect(unplaced).toBe(0)
    },
  )

  test.each([300, 380])('nor with the buttons of a run by hand, at %i', (width) => {
    const { problems, unplaced } = look(sourceExample(), paths, width, true)
    expect(problems).toEqual([])
    expect(unplaced).toBe(0)
  })
})

test('a run of 40 steps with 8 nodes has no collision', () => {
  const record = wander(asking(3, 4), choices(7, 40))
  for (const width of [300, 380, 440]) expect(look(record, ['n', 'last'], width).problems).toEqual([])
})

test('no run has a collision, at any width, by hand or not', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { maxLength: 25 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom(300, 330, 380, 440),
      fc.boolean(),
      fc.double({ min: 1, max: 2, noNaN: true }),
      (chosen, askers, answerers, width, byHand, stretch) => {
        const record = wander(asking(askers, answerers), chosen)
        expect(look(record, ['n', 'last'], width, byHand, stretch).problems).toEqual([])
      },
    ),
    { numRuns: 40 },
  )
})

test('those who start stand left, those who answer right, one role alone in a ring', () => {
  const two = look(sourceExample(), [], 300).layout.nodes
  expect(two.get('A')!.x).toBeLessThan(two.get('X')!.x)
  expect(two.get('L')!.x).toBe(two.get('A')!.x)
  const ring = layoutTopology(
    ['A', 'B', 'C'].map((id) => ({ id, side: 'ring' as const, lines: [] })),
    [],
  ).nodes
  expect(new Set([...ring.values()].map(({ x }) => Math.round(x))).size).toBe(3)
})

test('a message keeps its place as the run goes on by hand', () => {
  const all = choices(11, 20)
  const earlier = look(wander(asking(2, 3), all.slice(0, 4)), ['n'], 380).layout
  const later = look(wander(asking(2, 3), all.slice(0, 5)), ['n'], 380).layout
  const moved = [...earlier.pills].filter(([id, at]) => later.pills.get(id)?.x !== at.x)
  expect(moved.length).toBeLessThanOrEqual(Math.ceil(earlier.pills.size / 3))
})
