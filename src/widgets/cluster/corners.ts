/**
 * placeCluster: where the nodes of a cluster stand: servers in a ring, and whoever asks them in the corners above it, left and right,
 * where there is most room beside the first server.
 */
import { overlap, type Point } from '../geometry.ts'
import {
  NODE_GAP,
  NODE_SIZE,
  nodeBoxes,
  placeRing,
  tall,
  type NodeInput,
  type Placing,
} from '../topology-layout.ts'

/** From the edge to the middle of a node in a corner. */
const CORNER = 40
/** By how much the ring is put lower at a time. */
const LOWER = 8

export const placeCluster: Placing = (nodes, width, grown) => {
  const ring = nodes.filter((node) => node.side === 'ring')
  const points = new Map<string, Point>()
  const { least, most } = placeAbove(nodes, width, points)
  const corners = nodes
    .filter(({ id }) => points.has(id))
    .flatMap((node) => nodeBoxes(node, points.get(node.id)!))
  // The ring stands beside those in the corners as far as they leave each other room.
  const isFree = (at: ReadonlyMap<string, Point>): boolean =>
    ring
      .flatMap((node) => nodeBoxes(node, at.get(node.id)!))
      .every((box) => corners.every((corner) => !overlap(box, corner, NODE_GAP)))
  let above = least
  let placed = placeRing(ring, width, grown, above)
  while (above < most && !isFree(placed.points)) {
    above = Math.min(above + LOWER, most)
    placed = placeRing(ring, width, grown, above)
  }
  return { height: placed.height, points: new Map([...points, ...placed.points]) }
}

/**
 * Puts those that stand outside the ring into the corners.
 * @returns by how much the ring stands lower for them: for the first of each corner, and for all of them
 */
function placeAbove(
  nodes: readonly NodeInput[],
  width: number,
  points: Map<string, Point>,
): { readonly least: number; readonly most: number } {
  let least = 0
  let most = 0
  for (const side of ['left', 'right'] as const) {
    let top = 0
    for (const node of nodes.filter((one) => one.side === side)) {
      points.set(node.id, {
        x: side === 'left' ? CORNER : width - CORNER,
        y: top + NODE_GAP / 2 + NODE_SIZE / 2,
      })
      const isFirst = top === 0
      top += tall(node)
      most = Math.max(most, top - NODE_SIZE / 2)
      if (isFirst) least = Math.max(least, top - NODE_SIZE / 2)
    }
  }
  return { least, most }
}
