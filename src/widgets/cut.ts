/** A cut of the network: which nodes a stroke sets apart, and where a line stands that shows who is apart. */
import type { Point, Segment } from './geometry.ts'

/**
 * The groups on both sides of a stroke, which counts as endless; null when all nodes are on one side.
 * @param points the nodes, in the same coordinates as the stroke
 */
export function groupsOf(
  points: ReadonlyMap<string, Point>,
  { from, to }: Segment,
): [string[], string[]] | null {
  const groups: [string[], string[]] = [[], []]
  for (const [id, point] of points) {
    const turn = (to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x)
    groups[turn > 0 ? 1 : 0].push(id)
  }
  return groups[0].length > 0 && groups[1].length > 0 ? groups : null
}

const ANGLES = 36

/**
 * The line with the most room between two groups, from edge to edge of the picture; null where none parts them.
 */
export function separator(
  points: ReadonlyMap<string, Point>,
  groups: readonly (readonly string[])[],
  width: number,
  height: number,
): Segment | null {
  const [one, other] = groups
  if (groups.length !== 2 || !one || !other) return null
  let best: Segment | null = null
  let widest = 0
  for (let index = 0; index < ANGLES; index++) {
    const angle = (Math.PI * index) / ANGLES
    const normal = { x: Math.cos(angle), y: Math.sin(angle) }
    const along = (id: string): number => {
      const point = points.get(id)
      return point ? point.x * normal.x + point.y * normal.y : NaN
    }
    const first = one.map(along)
    const second = other.map(along)
    for (const [low, high] of [
      [first, second],
      [second, first],
    ] as const) {
      const margin = Math.min(...high) - Math.max(...low)
      if (!(margin > widest)) continue
      const line = clipped(normal, (Math.min(...high) + Math.max(...low)) / 2, width, height)
      if (!line) continue
      widest = margin
      best = line
    }
  }
  return best
}

/** The part of the line `normal · p = distance` within the picture. */
function clipped(normal: Point, distance: number, width: number, height: number): Segment | null {
  const ends: Point[] = []
  const add = (x: number, y: number): void => {
    const inside = x >= -0.01 && x <= width + 0.01 && y >= -0.01 && y <= height + 0.01
    if (inside && !ends.some((end) => Math.hypot(end.x - x, end.y - y) < 0.1)) ends.push({ x, y })
  }
  if (Math.abs(normal.y) > 1e-6) for (const x of [0, width]) add(x, (distance - normal.x * x) / normal.y)
  if (Math.abs(normal.x) > 1e-6) for (const y of [0, height]) add((distance - normal.y * y) / normal.x, y)
  return ends.length >= 2 ? { from: ends[0]!, to: ends[1]! } : null
}
