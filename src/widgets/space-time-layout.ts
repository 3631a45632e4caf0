/**
 * Where everything stands in the space-time diagram: time runs down, a row a step, and each node is a lane.
 *
 * The layout is for the width that it is given. A wider picture stretches the places but not the boxes, so what keeps
 * apart here keeps apart there; that is how one drawing made on the server serves every screen.
 */
import type { NodeId } from '../../engine/api.ts'
import type { MessageRecord, RunRecord, StepRecord } from '../../engine/trace/record.ts'
import type { Cast } from './cast.ts'
import { between, crosses, type Box, type Point, type Segment } from './geometry.ts'
import { placeLabels } from './time-labels.ts'

export const ROW_HEIGHT = 36
/** The height of a row in which nothing happens but that time passes. */
export const PASS_HEIGHT = 22
export const TIME_WIDTH_MIN = 300
/** The height of the row of nodes above the lanes. */
export const TIME_HEAD = 36
const TOP = 26
const EDGE = 30
const EDGE_MAX = 46
/** The room for the time of day at the left, in a timed run. */
export const AXIS_WIDTH = 52
/** The room that a mark on a lane takes. */
export const DOT = 12

/** `arrived`: to its end; `lost`: dropped on the way; `open`: still under way when the run ends. */
export type ArrowEnd = 'arrived' | 'lost' | 'open'

export interface Arrow extends Segment {
  readonly message: MessageRecord
  readonly end: ArrowEnd
  /** The steps at which it starts and ends; one that is still open ends after the last step. */
  readonly since: number
  readonly until: number
  readonly reply: boolean
  /** Where it bends so that it doesn't run through what happened at another node; null where it is straight. */
  readonly bend: Point | null
  /** The middle of its label; null where there is no room, or where the label of another of the same sending stands. */
  readonly label: Point | null
}

export type MarkKind =
  'event' | 'fire' | 'crash' | 'restart' | 'pause' | 'resume' | 'jump' | 'jump-back' | 'arrival'

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
  /** By step, the height at which it is drawn. */
  readonly rows: readonly number[]
}

/** Words on a line between two steps, at one side of the diagram. */
export interface TimeNote {
  /** The line is drawn above the row of this step, and the words stand on it. */
  readonly step: number
  readonly side: 'start' | 'end'
  readonly width: number
}

/** How tall such words are, and how far above their line they end. */
export const NOTE_HEIGHT = 16
export const NOTE_GAP = 1

export interface TimeOptions {
  readonly width: number
  readonly lanes: readonly NodeId[]
  /** The width of a message's label. */
  labelWidth(message: MessageRecord): number
  /** The width of a timer's name. */
  textWidth(text: string): number
  /** Words that no label may cover. */
  readonly notes?: readonly TimeNote[]
  /** What is written at a timer that fires; left out: its name. */
  timerText?(timer: string): string
}

/** The height at which each step of a run is drawn, the start first. */
export function rowsOf(record: RunRecord): number[] {
  let y = TOP
  let before = ROW_HEIGHT
  return [
    TOP,
    ...record.steps.map(({ action }) => {
      // A row is as far from its neighbours as both want to be.
      const height = action.kind === 'pass' ? PASS_HEIGHT : ROW_HEIGHT
      y += (before + height) / 2
      before = height
      return y
    }),
  ]
}

/** How tall the diagram of a run is, heads included. */
export function timeHeight(record: RunRecord): number {
  return TIME_HEAD + rowsOf(record).at(-1)! + ROW_HEIGHT
}

/** The step whose row is nearest to this height. */
export function stepAt(y: number, rows: readonly number[]): number {
  let nearest = 0
  rows.forEach((row, step) => {
    if (Math.abs(row - y) < Math.abs(rows[nearest]! - y)) nearest = step
  })
  return nearest
}

/** Lays out a run. */
export function layoutTime(record: RunRecord, cast: Cast, options: TimeOptions): TimeLayout {
  const { width } = options
  const count = options.lanes.length
  const isTimed = record.frames[0]?.now !== undefined
  // A name above the first or the last lane is not cut off.
  const edge = Math.min(
    EDGE_MAX,
    Math.max(
      EDGE,
      ...[options.lanes[0], options.lanes.at(-1)].map((id = '') => options.textWidth(id) / 2 + 10),
    ),
  )
  const first = edge + (isTimed ? AXIS_WIDTH : 0)
  const lanes = new Map(
    options.lanes.map((id, index) => [
      id,
      count === 1 ? (first + width - edge) / 2 : first + (index * (width - edge - first)) / (count - 1),
    ]),
  )
  const rows = rowsOf(record)
  const height = rows.at(-1)! + ROW_HEIGHT
  const bare = arrowsOf(record, cast, lanes, rows)
  const { marks, across } = marksOf(record, lanes, bare, rows, options)
  const obstacles: Box[] = marks.map(({ x, y }) => ({ x, y, width: DOT, height: DOT }))
  if (isTimed) obstacles.push({ x: 0, y: 0, width: 2 * AXIS_WIDTH - 16, height: 2 * height })
  for (const note of options.notes ?? []) obstacles.push(boxOfNote(note, width, rows))
  for (const { end, to } of bare) if (end !== 'arrived') obstacles.push({ ...to, width: DOT, height: DOT })
  const bent = bare.map((arrow) => ({ ...arrow, bend: bendOf(arrow, marks) }))
  const labelled = placeLabels(bent, marks, obstacles, { ...options, height })
  return { width, height, lanes, across, rows, stretches: stretchesOf(record), ...labelled }
}

/** Where the words of a note stand. */
export function boxOfNote({ step, side, width }: TimeNote, whole: number, rows: readonly number[]): Box {
  const line = rows[step]! - ROW_HEIGHT / 2
  return {
    x: side === 'start' ? width / 2 : whole - width / 2,
    y: line - NOTE_GAP - NOTE_HEIGHT / 2,
    width,
    height: NOTE_HEIGHT,
  }
}

type Bare = Omit<Arrow, 'label' | 'bend'>
/** An arrow before it has a label. */
export type Bent = Omit<Arrow, 'label'>

function arrowsOf(
  record: RunRecord,
  cast: Cast,
  lanes: ReadonlyMap<NodeId, number>,
  rows: readonly number[],
): Bare[] {
  const length = record.steps.length
  const rowY = (step: number): number => rows[step]!
  const arrows: Bare[] = []
  const add = (message: MessageRecord, since: number, arrival: StepRecord | null): void => {
    const x = lanes.get(message.from)
    const goal = lanes.get(message.to)
    if (x === undefined || goal === undefined || message.from === message.to) return
    const from = { x, y: rowY(since) }
    const common = { message, since, reply: cast.isReply(message), from }
    if (message.absorbed) {
      // It arrives at once; drawn a little lower, as every arrow takes time.
      arrows.push({
        ...common,
        end: 'arrived',
        until: since,
        to: { x: goal, y: rowY(since) + ROW_HEIGHT * 0.55 },
      })
    } else if (arrival === null) {
      const to = {
        x: x + (goal - x) * 0.45,
        y: Math.min(rowY(since) + ROW_HEIGHT * 0.8, rowY(length) + ROW_HEIGHT / 2),
      }
      arrows.push({ ...common, end: 'open', until: length + 1, to })
    } else if (arrival.action.kind === 'drop') {
      const to = { x: x + (goal - x) * 0.78, y: rowY(arrival.number) }
      arrows.push({ ...common, end: 'lost', until: arrival.number, to })
    } else {
      arrows.push({
        ...common,
        end: 'arrived',
        until: arrival.number,
        to: { x: goal, y: rowY(arrival.number) },
      })
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

function marksOf(
  record: RunRecord,
  lanes: ReadonlyMap<NodeId, number>,
  arrows: readonly Bare[],
  rows: readonly number[],
  { timerText = (timer) => timer }: TimeOptions,
) {
  const rowY = (step: number): number => rows[step]!
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
      case 'pass':
        break
      case 'deliver':
      case 'act':
        mark(step.node, step.number, 'event')
        break
      case 'fire':
        mark(step.node, step.number, 'fire', undefined, timerText(action.timer))
        break
      case 'jump':
        mark(step.node, step.number, action.milliseconds < 0 ? 'jump-back' : 'jump')
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

const BENDS = [0, 11, -11, 16, -16, 22, -22]
const CLEAR = 9

/** The smallest bend that keeps an arrow clear of the marks of other nodes. */
function bendOf({ from, to }: Bare, marks: readonly Mark[]): Point | null {
  const middle = between(from, to, 0.5)
  const others = marks.filter(({ x }) => Math.abs(x - from.x) > 1 && Math.abs(x - to.x) > 1)
  let best = 0
  let fewest = Infinity
  for (const shift of BENDS) {
    const bend = { x: middle.x, y: middle.y + shift }
    const boxes = others.map(({ x, y }) => ({ x, y, width: CLEAR, height: 2 * CLEAR }))
    const hits = boxes.filter((box) =>
      segmentsOf({ from, bend, to }).some((part) => crosses(part, box)),
    ).length
    if (hits >= fewest) continue
    fewest = hits
    best = shift
  }
  return best === 0 ? null : { x: middle.x, y: middle.y + best }
}

/** The straight parts of an arrow. */
export function segmentsOf({ from, bend, to }: Pick<Bent, 'from' | 'bend' | 'to'>): Segment[] {
  return bend === null
    ? [{ from, to }]
    : [
        { from, to: bend },
        { from: bend, to },
      ]
}
