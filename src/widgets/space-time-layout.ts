/**
 * Where everything stands in the space-time diagram: time runs down, a row a step, and each node is a lane.
 *
 * The layout is for the width that it is given. A wider picture stretches the places but not the boxes, so what keeps
 * apart here keeps apart there; that is how one drawing made on the server serves every screen.
 */
import type { NodeId } from '../../engine/api.ts'
import type { MessageRecord, RunRecord, StepRecord } from '../../engine/trace/record.ts'
import type { Cast } from './cast.ts'
import { between, crosses, inside, overlap, type Box, type Point, type Segment } from './geometry.ts'

export const ROW_HEIGHT = 36
export const TIME_LABEL_HEIGHT = 21
export const TIME_WIDTH_MIN = 300
/** The height of the row of nodes above the lanes. */
export const TIME_HEAD = 36
const TOP = 26
const EDGE = 30
const DOT = 12

/** `arrived`: to its end; `lost`: dropped on the way; `open`: still under way when the run ends. */
export type ArrowEnd = 'arrived' | 'lost' | 'open'

export interface Arrow extends Segment {
  readonly message: MessageRecord
  readonly end: ArrowEnd
  /** The steps at which it starts and ends; one that is still open ends after the last step. */
  readonly since: number
  readonly until: number
  readonly reply: boolean
  /** The middle of its label; null where there is no room. */
  readonly label: Point | null
}

export type MarkKind = 'event' | 'fire' | 'crash' | 'restart' | 'pause' | 'resume' | 'arrival'

/** Something on a lane. */
export interface Mark extends Point {
  readonly step: number
  readonly node: NodeId
  readonly kind: MarkKind
  /** A timer's name and where it stands; null for other marks. */
  readonly label: { readonly text: string; readonly at: Point } | null
}

/** A stretch of a lane on which the node is down or paused. */
export interface Stretch {
  readonly node: NodeId
  readonly kind: 'down' | 'paused'
  readonly from: number
  readonly to: number
}

/** A line across all lanes: the network is cut or whole again. */
export interface Across {
  readonly step: number
  readonly kind: 'partition' | 'heal'
  readonly y: number
}

export interface TimeLayout {
  readonly width: number
  readonly height: number
  readonly lanes: ReadonlyMap<NodeId, number>
  readonly arrows: readonly Arrow[]
  readonly marks: readonly Mark[]
  readonly stretches: readonly Stretch[]
  readonly across: readonly Across[]
}

export interface TimeOptions {
  readonly width: number
  readonly lanes: readonly NodeId[]
  /** The width of a message's label. */
  labelWidth(message: MessageRecord): number
  /** The width of a timer's name. */
  textWidth(text: string): number
}

/** The height at which a step is drawn. */
export function rowY(step: number): number {
  return TOP + step * ROW_HEIGHT
}

/** How tall the diagram of a run is, heads included. */
export function timeHeight(length: number): number {
  return TIME_HEAD + rowY(length) + ROW_HEIGHT
}

/** The step whose row is at this height. */
export function stepAt(y: number, length: number): number {
  return Math.min(Math.max(Math.round((y - TOP) / ROW_HEIGHT), 0), length)
}

/** Lays out a run. */
export function layoutTime(record: RunRecord, cast: Cast, options: TimeOptions): TimeLayout {
  const { width } = options
  const count = options.lanes.length
  const lanes = new Map(
    options.lanes.map((id, index) => [
      id,
      count === 1 ? width / 2 : EDGE + (index * (width - 2 * EDGE)) / (count - 1),
    ]),
  )
  const length = record.steps.length
  const height = rowY(length) + ROW_HEIGHT
  const bare = arrowsOf(record, cast, lanes)
  const { marks, across } = marksOf(record, lanes, bare)
  const obstacles: Box[] = marks.map(({ x, y }) => ({ x, y, width: DOT, height: DOT }))
  for (const { end, to } of bare) if (end !== 'arrived') obstacles.push({ ...to, width: DOT, height: DOT })
  const labelled = placeLabels(bare, marks, obstacles, { ...options, height })
  return { width, height, lanes, across, stretches: stretchesOf(record), ...labelled }
}

type Bare = Omit<Arrow, 'label'>

function arrowsOf(record: RunRecord, cast: Cast, lanes: ReadonlyMap<NodeId, number>): Bare[] {
  const length = record.steps.length
  const arrows: Bare[] = []
  const add = (message: MessageRecord, since: number, arrival: StepRecord | null): void => {
    const x = lanes.get(message.from)
    const goal = lanes.get(message.to)
    if (x === undefined || goal === undefined || message.from === message.to) return
    const from = { x, y: rowY(since) }
    const common = { message, since, reply: cast.isReply(message), from }
    if (message.absorbed) {
      // It arrives at once; drawn a little lower, as every arrow takes time.
      arrows.push({ ...common, end: 'arrived', until: since, to: { x: goal, y: rowY(since) + ROW_HEIGHT * 0.55 } })
    } else if (arrival === null) {
      const to = { x: x + (goal - x) * 0.45, y: Math.min(rowY(since) + ROW_HEIGHT * 0.8, rowY(length) + ROW_HEIGHT / 2) }
      arrows.push({ ...common, end: 'open', until: length + 1, to })
    } else if (arrival.action.kind === 'drop') {
      const to = { x: x + (goal - x) * 0.78, y: rowY(arrival.number) }
      arrows.push({ ...common, end: 'lost', until: arrival.number, to })
    } else {
      arrows.push({ ...common, end: 'arrived', until: arrival.number, to: { x: goal, y: rowY(arrival.number) } })
    }
  }
  // One message may arrive more than once where copies are unlimited: each arrival has its arrow.
  const arrivals = new Map<string, StepRecord[]>()
  for (const step of record.steps) {
    if (!step.received || step.action.kind === 'duplicate') continue
    arrivals.set(step.received.id, [...(arrivals.get(step.received.id) ?? []), step])
  }
  const send = (message: MessageRecord, since: number): void => {
    const ends = arrivals.get(message.id)
    if (ends) for (const end of ends) add(message, since, end)
    else add(message, since, null)
  }
  for (const message of record.started) send(message, 0)
  for (const step of record.steps) {
    for (const message of step.sent) send(message, step.number)
    if (step.action.kind === 'duplicate') {
      const before = new Set(record.frames[step.number - 1]?.inFlight.map((message) => message.id))
      const copy = record.frames[step.number]?.inFlight.find((message) => !before.has(message.id))
      if (copy) send(copy, copy.sentAt)
    }
  }
  return arrows
}

function marksOf(record: RunRecord, lanes: ReadonlyMap<NodeId, number>, arrows: readonly Bare[]) {
  const marks: Mark[] = []
  const across: Across[] = []
  const mark = (node: NodeId | null, step: number, kind: MarkKind, y = rowY(step), text = ''): void => {
    const x = node === null ? undefined : lanes.get(node)
    if (node === null || x === undefined) return
    marks.push({ x, y, step, node, kind, label: text === '' ? null : { text, at: { x, y } } })
  }
  for (const node of new Set(record.started.map((message) => message.from))) mark(node, 0, 'event')
  for (const step of record.steps) {
    const { action } = step
    switch (action.kind) {
      case 'partition':
      case 'heal':
        across.push({ step: step.number, kind: action.kind, y: rowY(step.number) })
        break
      case 'drop':
      case 'duplicate':
        break
      case 'deliver':
      case 'act':
        mark(step.node, step.number, 'event')
        break
      case 'fire':
        mark(step.node, step.number, 'fire', undefined, action.timer)
        break
      default:
        mark(step.node, step.number, action.kind)
    }
  }
  for (const { message, since, to } of arrows) if (message.absorbed) mark(message.to, since, 'arrival', to.y)
  return { marks, across }
}

function stretchesOf(record: RunRecord): Stretch[] {
  const stretches: Stretch[] = []
  for (const [index, { id }] of (record.frames[0]?.nodes ?? []).entries()) {
    for (const kind of ['down', 'paused'] as const) {
      let from = -1
      for (let step = 0; step <= record.frames.length; step++) {
        const node = record.frames[step]?.nodes[index]
        const is = node !== undefined && (kind === 'down' ? !node.up : node.paused)
        if (is && from < 0) from = step
        if (is || from < 0) continue
        stretches.push({ node: id, kind, from, to: Math.min(step, record.frames.length - 1) })
        from = -1
      }
    }
  }
  return stretches
}

interface Room extends TimeOptions {
  readonly height: number
}

/** A place for a label and how little it is wanted there. */
type Spot = readonly [at: Point, price: number]

const CROSSED = 24

/** Puts each label where it hides least: on its arrow, close to it, or beside its head. */
function placeLabels(bare: readonly Bare[], marks: readonly Mark[], obstacles: readonly Box[], room: Room) {
  const taken = new Map<Bare | Mark, Box>()
  const choose = (own: Bare | Mark, width: number, height: number, spots: readonly Spot[]): void => {
    taken.delete(own)
    const boxes = [...taken.values()]
    let lowest = Infinity
    for (const [at, price] of spots) {
      if (price >= lowest) continue
      const box = { ...at, width, height }
      if (!inside(box, room.width, room.height, 1)) continue
      if (boxes.some((other) => overlap(box, other, 2)) || obstacles.some((other) => overlap(box, other, 1))) continue
      let cost = price
      for (const arrow of bare) {
        if (arrow !== own && crosses(arrow, box)) cost += CROSSED
        if (cost >= lowest) break
      }
      if (cost >= lowest) continue
      lowest = cost
      taken.set(own, box)
    }
  }
  for (const mark of marks) {
    if (mark.label) choose(mark, room.textWidth(mark.label.text), TIME_LABEL_HEIGHT - 4, spotsBeside(mark, room))
  }
  // The shortest arrows have the fewest places for a label: they choose first. Then all choose again, knowing the rest.
  const order = bare.filter((arrow) => isNamed(arrow, bare)).sort((a, b) => reach(a) - reach(b))
  for (let pass = 0; pass < 2; pass++) {
    for (const arrow of order) {
      const width = room.labelWidth(arrow.message)
      choose(arrow, width, TIME_LABEL_HEIGHT, spotsFor(arrow, width))
    }
  }
  const at = (own: Bare | Mark): Point | null => {
    const box = taken.get(own)
    return box ? { x: box.x, y: box.y } : null
  }
  return {
    arrows: bare.map((arrow) => ({ ...arrow, label: at(arrow) })),
    marks: marks.map((mark) => {
      const spot = at(mark)
      return { ...mark, label: mark.label && spot ? { text: mark.label.text, at: spot } : null }
    }),
  }
}

/** Messages of one sending that are all still under way share the label of the last. */
function isNamed(arrow: Bare, arrows: readonly Bare[]): boolean {
  if (arrow.end !== 'open') return true
  const alike = arrows.filter(
    ({ end, since, message }) => end === 'open' && since === arrow.since && message.type === arrow.message.type,
  )
  return alike.at(-1) === arrow
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

function spotsFor(arrow: Bare, width: number): Spot[] {
  const { from, to } = arrow
  const sign = Math.sign(to.x - from.x) || 1
  const slope = (to.y - from.y) / (to.x - from.x || 1)
  const half = width / 2
  const spots: Spot[] = []
  // On the arrow, as long as enough of it stays to be seen.
  const hidden = Math.max(0, Math.min(width, TIME_LABEL_HEIGHT / Math.abs(slope || 0.01)) - Math.abs(to.x - from.x) * 0.6)
  for (let part = 0.08; part < 0.95; part += 0.04) {
    const on = between(from, to, part)
    const away = Math.abs(part - 0.5) * 8
    spots.push([on, away + hidden * 0.7])
    // Above or below it, so that a corner just clears the line; then a little farther.
    const clear = TIME_LABEL_HEIGHT / 2 + Math.min(Math.abs(slope) * half, 30) + 3
    for (const [extra, price] of [
      [0, 9],
      [7, 13],
    ] as const) {
      spots.push([{ x: on.x, y: on.y - clear - extra }, away + price], [{ x: on.x, y: on.y + clear + extra }, away + price + 1])
      // Beside a steep line.
      const across = half + 5 + Math.min(TIME_LABEL_HEIGHT / 2 / Math.max(Math.abs(slope), 0.2), 40) + extra
      spots.push([{ x: on.x + across, y: on.y }, away + price], [{ x: on.x - across, y: on.y }, away + price])
    }
  }
  const head = to.x + sign * (half + DOT)
  for (const shift of [0, -6, 6, -12, 12]) spots.push([{ x: head, y: to.y + shift }, 10 + Math.abs(shift) / 3])
  spots.push([{ x: from.x - sign * (half + DOT), y: from.y }, 18])
  return spots.sort((a, b) => a[1] - b[1])
}

function reach(arrow: Bare): number {
  return Math.abs(arrow.to.x - arrow.from.x) + Math.abs(arrow.to.y - arrow.from.y)
}
