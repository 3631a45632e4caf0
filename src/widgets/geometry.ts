/** Boxes and segments in the plane: what both layouts ask before they put a label somewhere. */

export interface Point {
  readonly x: number
  readonly y: number
}

/** A rectangle by its middle. */
export interface Box extends Point {
  readonly width: number
  readonly height: number
}

export interface Segment {
  readonly from: Point
  readonly to: Point
}

/** Whether two boxes come closer than `gap`. */
export function overlap(a: Box, b: Box, gap = 0): boolean {
  return (
    Math.abs(a.x - b.x) < (a.width + b.width) / 2 + gap &&
    Math.abs(a.y - b.y) < (a.height + b.height) / 2 + gap
  )
}

/** Whether a box lies within a rectangle that starts at 0, 0. */
export function inside(box: Box, width: number, height: number, margin = 0): boolean {
  return (
    box.x - box.width / 2 >= margin &&
    box.x + box.width / 2 <= width - margin &&
    box.y - box.height / 2 >= margin &&
    box.y + box.height / 2 <= height - margin
  )
}

/** Whether a segment touches a box. Reference: Liang and Barsky's clipping, 1984. */
export function crosses({ from, to }: Segment, box: Box): boolean {
  let enter = 0
  let leave = 1
  const limits = [
    [to.x - from.x, box.x - box.width / 2 - from.x, box.x + box.width / 2 - from.x],
    [to.y - from.y, box.y - box.height / 2 - from.y, box.y + box.height / 2 - from.y],
  ] as const
  for (const [direction, low, high] of limits) {
    if (direction === 0) {
      if (low > 0 || high < 0) return false
      continue
    }
    const first = low / direction
    const second = high / direction
    enter = Math.max(enter, Math.min(first, second))
    leave = Math.min(leave, Math.max(first, second))
    if (enter > leave) return false
  }
  return true
}

/** The point between two others: `from` at 0, `to` at 1. */
export function between(from: Point, to: Point, part: number): Point {
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }
}
