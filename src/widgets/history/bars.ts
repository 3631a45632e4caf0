/**
 * Where the bars of a history stand: a lane a client, time to the right. Between two events there is as much room as the time that
 * passed asks for, within limits, and each bar is as wide as its words, so that what is short can be read and what is long is seen.
 */
import type { NodeId } from '../../../engine/api.ts'
import { monoWidth } from '../text-width.ts'
import type { RunOperation } from './operations.ts'

/** CSS pixels. */
export const BAR_HEIGHT = 30
export const LANE_HEIGHT = 58
export const LANE_HEAD = 44
export const BAR_FONT = 12
const BAR_PADDING = 22
const GAP_MIN = 16
const GAP_MAX = 88
/** Pixels for a millisecond, within those limits. */
const SCALE = 0.34
const START = 10
/** What the last bars have at their right. */
const END = 56

export interface Bar {
  readonly operation: RunOperation
  readonly from: number
  /** Where it ends; of one that is under way, where the picture does. */
  readonly to: number
  readonly lane: number
}

/** A moment at which something began or ended. */
export interface Tick {
  readonly x: number
  readonly step: number
}

export interface BarLayout {
  readonly width: number
  readonly height: number
  readonly bars: readonly Bar[]
  readonly ticks: readonly Tick[]
  /** The place of a step, from 0 on. */
  readonly x: (step: number) => number
  /** Where the run ends: right of everything. */
  readonly edge: number
}

/** When each step was: a run, or as little of it as that takes. */
export interface Timeline {
  readonly steps: { readonly length: number }
  /** Where there is a clock, what it shows after each step. */
  readonly frames: readonly { readonly now?: number | null }[]
}

/**
 * The least room that it takes; a view may stretch it.
 * @param name what stands in a bar, once its operation is over
 */
export function layoutBars(
  record: Timeline,
  clients: readonly NodeId[],
  operations: readonly RunOperation[],
  name: (operation: RunOperation) => string,
): BarLayout {
  const length = record.steps.length
  const nowAt = (step: number): number => record.frames[step]?.now ?? step * 20
  const needed = (operation: RunOperation): number => monoWidth(name(operation), BAR_FONT) + BAR_PADDING
  const events = [
    ...new Set([0, ...operations.flatMap(({ since, until }) => [since, ...(until === null ? [] : [until])])]),
  ].sort((one, other) => one - other)
  const places = new Map<number, number>()
  let x = START
  events.forEach((step, index) => {
    const before = events[index - 1]
    if (before !== undefined) x += gap(nowAt(step) - nowAt(before))
    for (const one of operations)
      if (one.until === step) x = Math.max(x, places.get(one.since)! + needed(one))
    places.set(step, x)
  })
  const last = events.at(-1)!
  let end = x + (length > last ? gap(nowAt(length) - nowAt(last)) : 0)
  for (const one of operations)
    if (one.until === null) end = Math.max(end, places.get(one.since)! + needed(one))
  const stops = [...places, ...(length > last ? [[length, end] as const] : [])]
  const xOf = (step: number): number => {
    const next = stops.findIndex(([at]) => at >= step)
    if (next < 0) return end
    const [to, right] = stops[next]!
    if (to === step || next === 0) return right
    const [from, left] = stops[next - 1]!
    // By the clock where it goes on in between, else by steps.
    const [past, whole] = [nowAt(step) - nowAt(from), nowAt(to) - nowAt(from)]
    return left + (right - left) * (whole > 0 ? past / whole : (step - from) / (to - from))
  }
  const edge = end + END - 16
  return {
    width: end + END,
    height: clients.length * LANE_HEIGHT,
    x: xOf,
    edge,
    bars: operations.map((operation) => ({
      operation,
      from: xOf(operation.since),
      to: operation.until === null ? edge : xOf(operation.until),
      lane: clients.indexOf(operation.client),
    })),
    ticks: ticksOf(events, xOf),
  }
}

const gap = (milliseconds: number): number => Math.min(GAP_MAX, Math.max(GAP_MIN, milliseconds * SCALE))

/** As close as ticks may stand. */
const TICK_GAP = 68

function ticksOf(events: readonly number[], x: (step: number) => number): Tick[] {
  const ticks: Tick[] = []
  for (const step of events) {
    const one = { x: x(step), step }
    if (ticks.length === 0 || one.x - ticks.at(-1)!.x >= TICK_GAP) ticks.push(one)
  }
  return ticks
}
