/**
 * Where everything stands in the picture of the network. Starters stand left and those who answer right, a coordinator above and
 * its participants below, a system of one role in a ring; a cluster has its own way (cluster/corners.ts). Every message keeps one place for as long as it is under way, so that nothing jumps.
 *
 * The layout is for the width that it is given. A wider picture stretches the places but not the boxes, so what keeps
 * apart here keeps apart there.
 */
import { between, crosses, inside, overlap, type Box, type Point, type Segment } from './geometry.ts'
import type { Side } from './cast.ts'

export const TOPOLOGY_WIDTH_MIN = 300
export const NODE_SIZE = 46
export const PILL_HEIGHT = 24
const FIELD_LINE = 17
const FIELD_GAP = 5
const HEIGHT_MIN = 330
/** The least height of a ring of one, which has nobody to stand across from. */
const HEIGHT_OF_ONE = 200
export const NODE_GAP = 26
const COLUMN = 52
const ROW_GAP = 110

export interface NodeInput {
  readonly id: string
  readonly side: Side
  /** The widths of the lines of text under the node. */
  readonly lines: readonly number[]
  /** The room that it takes all around for more than its shape; left out: none. */
  readonly halo?: number
}

/** A message, as wide as its pill, in the frames in which it is to be seen. */
export interface FlightInput {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly width: number
  readonly since: number
  readonly until: number
}

export interface TopologyLayout {
  readonly width: number
  readonly height: number
  readonly nodes: ReadonlyMap<string, Point>
  /** The middle of each pill. A message that found no free place is not in it and is listed below the picture. */
  readonly pills: ReadonlyMap<string, Point>
}

/** Where nodes stand, and how much height they take. */
export interface Places {
  readonly height: number
  readonly points: Map<string, Point>
}
export type Placing = (nodes: readonly NodeInput[], width: number, grown: number) => Places

/** Part of a node. */
interface Obstacle {
  readonly id: string
  readonly box: Box
}

interface Placed {
  readonly input: FlightInput
  readonly box: Box
  readonly lines: readonly [Segment, Segment]
}

/** How much taller the picture may get, in three equal steps, before messages go without a place. */
const GROWTH = 120
/** The same where rings stand around the nodes: there everybody writes to everybody, in longer words. */
const GROWTH_OF_CLUSTER = 240

const SWAPS_MAX = 4

/**
 * Lays out a whole run, in as little height as its messages need.
 * @param isSteady it takes the same height whatever messages there are; those for which there is no room go without a place
 * @param place puts the nodes where they stand; a cluster has its own
 */
export function layoutTopology(
  nodes: readonly NodeInput[],
  flights: readonly FlightInput[],
  width = TOPOLOGY_WIDTH_MIN,
  isSteady = false,
  place: Placing = placeNodes,
): TopologyLayout {
  const known = new Set(nodes.map((node) => node.id))
  const order = flights.filter((flight) => known.has(flight.from) && known.has(flight.to))
  const most = place === placeNodes ? GROWTH : GROWTH_OF_CLUSTER
  const within = (grown: number): TopologyLayout =>
    layoutWithin(nodes, order, place(nodes, width, grown), width)
  if (isSteady) return within(most / 2)
  let layout = within(0)
  for (let grown = most / 3; layout.pills.size < order.length && grown <= most; grown += most / 3) {
    const taller = within(grown)
    if (taller.pills.size > layout.pills.size) layout = taller
  }
  return layout
}

function layoutWithin(
  nodes: readonly NodeInput[],
  order: readonly FlightInput[],
  { height, points }: Places,
  width: number,
): TopologyLayout {
  const obstacles = nodes.flatMap((node) =>
    nodeBoxes(node, points.get(node.id)!).map((box): Obstacle => ({ id: node.id, box })),
  )
  const placed = new Map<string, Placed>()
  const place = (flight: FlightInput): void => {
    placed.delete(flight.id)
    const others = [...placed.values()].filter(({ input }) => meet(input, flight))
    const best = bestPlace(flight, points, obstacles, others, { width, height })
    if (best) placed.set(flight.id, best)
  }
  for (const flight of order) place(flight)
  // One that found no place goes before those in its way; they find another, or it stays without. Where many found
  // none the picture is full, and moving others about would not help.
  const without = order.filter((flight) => !placed.has(flight.id))
  for (const flight of without.length > SWAPS_MAX ? [] : without) {
    const before = new Map(placed)
    const inTheWay = order.filter((other) => other !== flight && placed.has(other.id) && meet(other, flight))
    for (const other of inTheWay) placed.delete(other.id)
    place(flight)
    for (const other of inTheWay) place(other)
    if (placed.size > before.size) continue
    placed.clear()
    for (const [id, one] of before) placed.set(id, one)
  }
  const pills = new Map([...placed].map(([id, { box }]) => [id, { x: box.x, y: box.y }]))
  return { width, height, nodes: points, pills }
}

/** Whether two messages are ever seen at once. */
function meet(one: FlightInput, other: FlightInput): boolean {
  return one.since <= other.until && other.since <= one.until
}

/** The boxes that a node takes: its shape, and the text under it. */
export function nodeBoxes(node: NodeInput, at: Point): Box[] {
  const { halo = 0 } = node
  const size = NODE_SIZE + 2 * halo
  const shape = { x: at.x, y: at.y, width: size, height: size }
  if (node.lines.length === 0) return [shape]
  const height = node.lines.length * FIELD_LINE
  return [
    shape,
    { x: at.x, y: at.y + size / 2 + FIELD_GAP + height / 2, width: Math.max(...node.lines), height },
  ]
}

function placeNodes(nodes: readonly NodeInput[], width: number, grown: number): Places {
  const points = new Map<string, Point>()
  const ring = nodes.filter((node) => node.side === 'ring')
  if (ring.length > 0) {
    return placeRing(ring, width, grown, 0)
  }
  if (nodes.some((node) => node.side === 'below')) return placeRows(nodes, width, grown)
  const columns = (['left', 'right'] as const).map((side) => nodes.filter((node) => node.side === side))
  const needed = columns.map((column) => column.reduce((sum, node) => sum + tall(node), 0) + NODE_GAP)
  const height = grown + Math.max(HEIGHT_MIN, ...needed)
  columns.forEach((column, index) => {
    // What is written under a node stays within the picture.
    const widest = Math.max(0, ...column.flatMap(({ lines }) => lines))
    const aside = Math.min(width / 3, Math.max(COLUMN, widest / 2 + NODE_GAP / 4))
    const taken = column.reduce((sum, node) => sum + tall(node), 0)
    const room = (height - taken) / column.length
    let top = 0
    for (const node of column) {
      const y = top + room / 2 + NODE_GAP / 2 + NODE_SIZE / 2
      points.set(node.id, { x: index === 0 ? aside : width - aside, y })
      top += tall(node) + room
    }
  })
  return { height, points }
}

/** Two rows, so far apart that a message has room between them. */
function placeRows(nodes: readonly NodeInput[], width: number, grown: number): Places {
  const points = new Map<string, Point>()
  const rows = (['above', 'below'] as const).map((side) => nodes.filter((node) => node.side === side))
  const [above, below] = rows.map((row) => Math.max(...row.map(tall))) as [number, number]
  const height = grown + above + below + ROW_GAP
  rows.forEach((row, index) =>
    row.forEach((node, place) =>
      points.set(node.id, {
        x: (width * (place + 0.5)) / row.length,
        y: index * (height - below) + NODE_GAP / 2 + NODE_SIZE / 2,
      }),
    ),
  )
  return { height, points }
}

/** Puts nodes in a ring, its first one on top. @param above by how much it stands lower */
export function placeRing(ring: readonly NodeInput[], width: number, grown: number, above: number): Places {
  const points = new Map<string, Point>()
  const tallest = Math.max(...ring.map(tall))
  const [least, more] = ring.length === 1 ? [HEIGHT_OF_ONE, grown / 4] : [HEIGHT_MIN, grown]
  const own = more + Math.max(least, Math.ceil(ring.length / 2) * tallest + NODE_GAP)
  const size = NODE_SIZE + 2 * Math.max(...ring.map(({ halo = 0 }) => halo))
  const below = tallest - NODE_GAP - size
  ring.forEach((node, index) => {
    const angle = (2 * Math.PI * index) / ring.length - Math.PI / 2
    points.set(node.id, {
      x: width / 2 + (width / 2 - COLUMN) * (ring.length === 1 ? 0 : Math.cos(angle)),
      y: above + (own - below) / 2 + ((own - below - size) / 2 - 8) * Math.sin(angle),
    })
  })
  return { height: above + own, points }
}

export function tall(node: NodeInput): number {
  const below = node.lines.length === 0 ? 0 : FIELD_GAP + node.lines.length * FIELD_LINE
  return NODE_SIZE + 2 * (node.halo ?? 0) + NODE_GAP + below
}

/** Near the sender first: that is where a message that has just been sent belongs. */
const PARTS = [0.36, 0.42, 0.48, 0.54, 0.6, 0.66, 0.72, 0.3, 0.24, 0.18, 0.78, 0.84]
const SHIFTS = [0, 8, -8, 16, -16, 24, -24, 32, -32, 42, -42, 54, -54, 68, -68, 84, -84, 102, -102]

/** Where a pill may stand, the places that are wanted most first. */
const SPOTS = PARTS.flatMap((part, rank) =>
  SHIFTS.map((shift) => ({ part, shift, price: rank * 2 + Math.abs(shift) * 0.5 })),
).sort((one, other) => one.price - other.price)

const THROUGH_NODE = 40
const THROUGH_PILL = 16

function bestPlace(
  flight: FlightInput,
  points: ReadonlyMap<string, Point>,
  boxes: readonly Obstacle[],
  others: readonly Placed[],
  { width, height }: { width: number; height: number },
): Placed | null {
  const from = points.get(flight.from)!
  const to = points.get(flight.to)!
  // Between two nodes of one column the line bends into the middle of the picture.
  const bend = Math.abs(from.x - to.x) < NODE_SIZE ? (width / 2 - from.x) * 0.7 : 0
  let best: Placed | null = null
  let lowest = Infinity
  for (const { part, shift, price } of SPOTS) {
    if (price >= lowest) break
    const on = between(from, to, bend === 0 ? part : 0.5 + (part - 0.5) / 2)
    const middle = { x: on.x + bend, y: on.y + shift }
    const box = { ...middle, width: flight.width, height: PILL_HEIGHT }
    if (!inside(box, width, height, 2)) continue
    if (others.some((other) => overlap(box, other.box, 4))) continue
    if (boxes.some((one) => overlap(box, one.box, 3))) continue
    const lines = [
      { from, to: middle },
      { from: middle, to },
    ] as const
    let cost = price
    for (const one of boxes) {
      const ends = one.id === flight.from || one.id === flight.to
      if (!ends && lines.some((line) => crosses(line, one.box))) cost += THROUGH_NODE
    }
    for (const other of others) {
      if (cost >= lowest) break
      if (other.lines.some((line) => crosses(line, box))) cost += THROUGH_PILL
      if (lines.some((line) => crosses(line, other.box))) cost += THROUGH_PILL
    }
    if (cost >= lowest) continue
    lowest = cost
    best = { input: flight, box, lines }
  }
  return best
}
