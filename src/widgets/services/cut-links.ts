/** Single links that are cut, in the picture of the network: where each stands. */
import { pairsApart } from '../../../engine/trace/cut-links.ts'
import type { Point, Segment } from '../geometry.ts'

/** Half as long as the stroke across a link that is cut. */
const STROKE = 13

/** A single link that is cut: where it was, and a short stroke across it. */
export interface CutLink {
  readonly link: Segment
  readonly stroke: Segment
}

/** The links that are cut. */
export function linkStrokes(
  points: ReadonlyMap<string, Point>,
  groups: readonly (readonly string[])[],
): CutLink[] {
  return pairsApart(groups).flatMap(([one, other]) => {
    const [from, to] = [points.get(one), points.get(other)]
    if (!from || !to) return []
    const length = Math.max(1, Math.hypot(to.x - from.x, to.y - from.y))
    const across = { x: (STROKE * (from.y - to.y)) / length, y: (STROKE * (to.x - from.x)) / length }
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }
    return [
      {
        link: { from, to },
        stroke: {
          from: { x: middle.x - across.x, y: middle.y - across.y },
          to: { x: middle.x + across.x, y: middle.y + across.y },
        },
      },
    ]
  })
}
