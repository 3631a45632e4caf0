/** Where the labels of the space-time diagram stand: none covers another or what happened, and arrows go round them. */
import { between, crosses, inside, overlap, type Box, type Point, type Segment } from './geometry.ts'
import { DOT, segmentsOf, type Bent, type Mark, type TimeOptions } from './space-time-layout.ts'

export const TIME_LABEL_HEIGHT = 21

/** A place for a label and how little it is wanted there. */
type Spot = readonly [at: Point, price: number]

const CROSSED = 24
/** Only a place that is wanted more than this is worth a label that says the same as another. */
const NEAR = 11

type Owner = Bent | Mark

/** What a diagram's labels are placed in. */
interface Room extends TimeOptions {
  readonly height: number
}

/** What stays the same whichever order the labels choose in. */
interface Ready {
  readonly marks: readonly Mark[]
  readonly obstacles: readonly Box[]
  readonly room: Room
  readonly segments: readonly { readonly arrow: Bent; readonly parts: readonly Segment[] }[]
  readonly spots: ReadonlyMap<Bent, { readonly width: number; readonly spots: readonly Spot[] }>
  readonly alike: ReadonlyMap<Bent, readonly Bent[]>
}

/** Diagrams with more arrows than this are laid out in one order only: they take long, and have no way without crossings. */
const ORDERED_MAX = 40

/** Puts each label where it hides least: on its arrow, close to it, or beside its head. */
export function placeLabels(
  bent: readonly Bent[],
  marks: readonly Mark[],
  obstacles: readonly Box[],
  room: Room,
) {
  // The shortest arrows have the fewest places for a label, so they choose first; where that ends in an arrow through
  // a label, other orders are tried.
  const shortest = [...bent].sort((a, b) => reach(a) - reach(b))
  const orders = [shortest, [...bent], [...shortest].reverse(), [...bent].reverse()]
  const spots = new Map(
    bent.map((arrow) => {
      const width = room.labelWidth(arrow.message)
      return [arrow, { width, spots: spotsFor(arrow, width) }]
    }),
  )
  const segments = bent.map((arrow) => ({ arrow, parts: segmentsOf(arrow) }))
  const ready: Ready = { marks, obstacles, room, segments, spots, alike: siblingsOf(bent) }
  let best = chooseInOrder(shortest, ready)
  for (const order of bent.length > ORDERED_MAX ? [] : orders.slice(1)) {
    if (best.cost < CROSSED) break
    const other = chooseInOrder(order, ready)
    if (other.cost < best.cost) best = other
  }
  const { taken } = best
  const at = (own: Owner): Point | null => {
    const box = taken.get(own)
    return box ? { x: box.x, y: box.y } : null
  }
  return {
    arrows: bent.map((arrow) => ({ ...arrow, label: at(arrow) })),
    marks: marks.map((mark) => {
      const spot = at(mark)
      return { ...mark, label: mark.label && spot ? { text: mark.label.text, at: spot } : null }
    }),
  }
}

/** Lets the labels choose their places in an order, twice: the second time each knows where all others are. */
function chooseInOrder(order: readonly Bent[], ready: Ready): { taken: Map<Owner, Box>; cost: number } {
  const { marks, obstacles, room, segments, spots: known, alike } = ready
  const taken = new Map<Owner, Box>()
  /** Takes the best place below `limit`, if there is one, and gives what it costs to be crossed there. */
  const choose = (
    own: Owner,
    width: number,
    height: number,
    spots: readonly Spot[],
    limit = Infinity,
  ): number => {
    taken.delete(own)
    const boxes = [...taken.values()]
    let lowest = limit
    let crossings = 0
    for (const [at, price] of spots) {
      if (price >= lowest) break
      const box = { ...at, width, height }
      if (!inside(box, room.width, room.height, 1)) continue
      if (boxes.some((other) => overlap(box, other, 2)) || obstacles.some((other) => overlap(box, other, 1)))
        continue
      let cost = price
      for (const { arrow, parts } of segments) {
        if (arrow !== own && parts.some((part) => crosses(part, box))) cost += CROSSED
        if (cost >= lowest) break
      }
      if (cost >= lowest) continue
      lowest = cost
      crossings = cost - price
      taken.set(own, box)
    }
    return crossings
  }
  for (const mark of marks) {
    if (mark.label)
      choose(mark, room.textWidth(mark.label.text), TIME_LABEL_HEIGHT - 4, spotsBeside(mark, room))
  }
  let cost = 0
  for (let pass = 0; pass < 2; pass++) {
    cost = 0
    for (const arrow of order) {
      const { width, spots } = known.get(arrow)!
      // One of several alike may go without: the label of its sibling says what it is.
      const named = alike.get(arrow)!.some((other) => taken.has(other))
      if (named && arrow.end === 'open') taken.delete(arrow)
      else cost += choose(arrow, width, TIME_LABEL_HEIGHT, spots, named ? NEAR : Infinity)
      if (!named && !taken.has(arrow)) cost += CROSSED
    }
  }
  return { taken, cost }
}

/** By arrow, the others of the same sending that say the same: a broadcast. */
function siblingsOf(arrows: readonly Bent[]): Map<Bent, Bent[]> {
  const groups = new Map<string, Bent[]>()
  for (const arrow of arrows) {
    const { from, type, fields } = arrow.message
    const key = JSON.stringify([arrow.since, from, type, fields])
    groups.set(key, [...(groups.get(key) ?? []), arrow])
  }
  const siblings = new Map<Bent, Bent[]>()
  for (const group of groups.values()) {
    for (const arrow of group)
      siblings.set(
        arrow,
        group.filter((other) => other.message !== arrow.message),
      )
  }
  return siblings
}

function spotsBeside(mark: Mark, room: Room): Spot[] {
  const half = mark.label ? room.textWidth(mark.label.text) / 2 : 0
  return [
    [{ x: mark.x + half + DOT, y: mark.y }, 0],
    [{ x: mark.x - half - DOT, y: mark.y }, 1],
    [{ x: mark.x + half + 6, y: mark.y - 16 }, 6],
    [{ x: mark.x - half - 6, y: mark.y - 16 }, 7],
  ]
}

function spotsFor(arrow: Bent, width: number): Spot[] {
  const { from, bend, to } = arrow
  const sign = Math.sign(to.x - from.x) || 1
  const slope = (to.y - from.y) / (to.x - from.x || 1)
  const half = width / 2
  const spots: Spot[] = []
  // On the arrow, as long as enough of it stays to be seen.
  const hidden = Math.max(
    0,
    Math.min(width, TIME_LABEL_HEIGHT / Math.abs(slope || 0.01)) - Math.abs(to.x - from.x) * 0.6,
  )
  for (let part = 0.08; part < 0.95; part += 0.04) {
    const on =
      bend === null
        ? between(from, to, part)
        : part < 0.5
          ? between(from, bend, part * 2)
          : between(bend, to, part * 2 - 1)
    const away = Math.abs(part - 0.5) * 8
    spots.push([on, away + hidden * 0.7])
    // Above or below it, so that a corner just clears the line; then a little farther.
    const clear = TIME_LABEL_HEIGHT / 2 + Math.min(Math.abs(slope) * half, 30) + 3
    for (const [extra, price] of [
      [0, 9],
      [7, 13],
      [14, 16],
      [22, 20],
      [30, 23],
    ] as const) {
      spots.push(
        [{ x: on.x, y: on.y - clear - extra }, away + price],
        [{ x: on.x, y: on.y + clear + extra }, away + price + 1],
      )
      // Beside a steep line.
      const across = half + 5 + Math.min(TIME_LABEL_HEIGHT / 2 / Math.max(Math.abs(slope), 0.2), 40) + extra
      spots.push([{ x: on.x + across, y: on.y }, away + price], [{ x: on.x - across, y: on.y }, away + price])
    }
  }
  const head = to.x + sign * (half + DOT)
  for (const shift of [0, -6, 6, -12, 12])
    spots.push([{ x: head, y: to.y + shift }, 10 + Math.abs(shift) / 3])
  spots.push([{ x: from.x - sign * (half + DOT), y: from.y }, 18])
  return spots.sort((a, b) => a[1] - b[1])
}

function reach(arrow: Bent): number {
  return Math.abs(arrow.to.x - arrow.from.x) + Math.abs(arrow.to.y - arrow.from.y)
}
