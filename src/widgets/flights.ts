/** What the picture of the network shows of a run: the fields under each node, and which messages are seen when. */
import { plainLabel } from '../../engine/trace/plain-label.ts'
import type { MessageRecord, NodeRecord, RunRecord } from '../../engine/trace/record.ts'
import { valueLabel } from '../../engine/trace/value-label.ts'
import type { Cast } from './cast.ts'
import { monoWidth, sansWidth, shortened } from './text-width.ts'
import type { FlightInput } from './topology-layout.ts'
import { valueAt } from './value.ts'

export const PILL_FONT = 11.5
export const FIELD_FONT = 12
const FIELD_PADDING = 4
const FIELD_ROW_MAX = 92
const STATUS_WIDTH = 60
const PILL_PADDING = 18
/** The room for the menu's button on a pill that can be taken by hand. */
const PILL_MENU = 18

export interface FieldLine {
  readonly path: string
  readonly name: string
  readonly value: string
}

/** The fields of a node at one moment; paths that it does not have are left out. */
export function fieldLines(node: NodeRecord, paths: readonly string[]): FieldLine[] {
  const root = { ...node.state, disk: node.disk }
  return paths.flatMap((path) => {
    const value = valueAt(root, path)
    return value === undefined ? [] : [{ path, name: path.split('.').at(-1)!, value: valueLabel(value) }]
  })
}

/** Fields that share a line under their node, and how wide they get in the course of the run. */
export interface FieldRow {
  readonly paths: readonly string[]
  readonly width: number
}

/** The lines under a node: as many fields on each as fit, in their order, for the whole of the run. */
export function fieldRows(record: RunRecord, id: string, paths: readonly string[]): FieldRow[] {
  const widths = new Map<string, number>()
  for (const frame of record.frames) {
    const node = frame.nodes.find((one) => one.id === id)
    if (!node?.up) continue
    for (const { path, name, value } of fieldLines(node, paths)) {
      const width = sansWidth(`${name} ${value}`, FIELD_FONT) + 2 * FIELD_PADDING
      widths.set(path, Math.max(widths.get(path) ?? 0, width))
    }
  }
  const rows: { paths: string[]; width: number }[] = []
  for (const path of paths) {
    const width = widths.get(path)
    if (width === undefined) continue
    const last = rows.at(-1)
    if (last && last.width + width <= FIELD_ROW_MAX) {
      last.paths.push(path)
      last.width += width
    } else rows.push({ paths: [path], width })
  }
  return rows
}

/** The widths of all lines under a node at any time of the run: its fields, and the word that it is paused or has crashed. */
export function linesUnder(record: RunRecord, id: string, rows: readonly FieldRow[]): number[] {
  const widths = rows.map((row) => row.width)
  const moments = record.frames.map((frame) => frame.nodes.find((node) => node.id === id))
  const isPaused = moments.some((node) => node?.up && node.paused)
  const isDown = moments.some((node) => node && !node.up)
  // One that is down shows the word in the place of its fields.
  return isPaused || (isDown && rows.length === 0) ? [STATUS_WIDTH, ...widths] : widths
}

/** The messages of a run, with the frames in which each is seen: as long as it is under way, and as it arrives. */
export function flightsOf(
  record: RunRecord,
  byHand: boolean,
  nameOf: (message: MessageRecord) => string = plainLabel,
): FlightInput[] {
  const flights = new Map<string, { -readonly [Key in keyof FlightInput]: FlightInput[Key] }>()
  for (const [number, frame] of record.frames.entries()) {
    const step = record.steps[number - 1]
    const sent = number === 0 ? record.started : (step?.sent ?? [])
    const seen = [...frame.inFlight, ...sent.filter((message) => message.absorbed)]
    if (step?.received) seen.push(step.received)
    for (const message of seen) {
      const known = flights.get(message.id)
      if (known) known.until = number
      else {
        const width =
          monoWidth(shortened(nameOf(message)), PILL_FONT) + PILL_PADDING + (byHand ? PILL_MENU : 0)
        flights.set(message.id, {
          id: message.id,
          from: message.from,
          to: message.to,
          width,
          since: number,
          until: number,
        })
      }
    }
  }
  return [...flights.values()]
}

/** A message as it is seen after a step. */
export interface Flight {
  readonly message: MessageRecord
  readonly state: 'waiting' | 'arrived' | 'lost'
  /** This step sent it. */
  readonly fresh: boolean
}

/** The messages that are seen after a step: those under way, and those that this step saw arrive or get lost. */
export function flightsAfter(record: RunRecord, number: number): Flight[] {
  const step = record.steps[number - 1]
  const frame = record.frames[number]
  const sent = step ? step.sent : record.started
  const shown: Flight[] = (frame?.inFlight ?? []).map((message) => ({
    message,
    state: 'waiting',
    fresh: number > 0 && message.id.startsWith(`${number}.`),
  }))
  for (const message of sent) if (message.absorbed) shown.push({ message, state: 'arrived', fresh: true })
  const received = step?.received
  if (received && !shown.some(({ message }) => message.id === received.id)) {
    shown.push({ message: received, state: step.action.kind === 'drop' ? 'lost' : 'arrived', fresh: false })
  }
  return shown
}

/** By node, whoever has a say in its colour: itself if it starts things, else the one for whom it last changed. */
export function huesAfter(record: RunRecord, number: number, cast: Cast): Record<string, string | null> {
  const hues: Record<string, string | null> = {}
  for (const { id } of record.frames[0]?.nodes ?? []) hues[id] = cast.starts(id) ? id : null
  for (const { node, number: at, changed } of record.steps.slice(0, number)) {
    if (node !== null && !cast.starts(node) && changed.length > 0) hues[node] = cast.steps[at] ?? null
  }
  return hues
}
