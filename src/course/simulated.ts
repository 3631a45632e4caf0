/**
 * Simulated checks: how many of a number of seeded runs get somewhere in time, in a system with clocks. They say how
 * likely something is under the delays that the system declares; they prove nothing of other delays.
 */
import { Repetition, SPARSE } from '../../engine/actors/repetition.ts'
import type { System } from '../../engine/actors/system.ts'
import { chooserOf } from '../../engine/drivers/simulate.ts'
import { LiveSystem } from '../../engine/drivers/simulate-live.ts'
import type { Axes, Point } from './check.ts'

export interface Simulated {
  readonly kind: 'simulated'
  readonly id: string
  /** The system for one value of what is varied. */
  system(value: number): System
  /** The value that the claim is about. */
  readonly at: number
  /** The values that a plot shows. */
  readonly over?: readonly number[]
  /** What a plot shows of each: how many of the runs get there in time, or when nine of ten have. Left out: `share`. */
  readonly shows?: 'share' | 'time'
  /** The id of the property of kind `sometimes` that a run should reach. */
  readonly property: string
  /** How many runs; run i has the seed `seed + i`. */
  readonly runs: number
  readonly seed: number
  /** A run has so many milliseconds of its system's time. */
  readonly millisecondsMax: number
  /** The share of the runs, from 0 to 1, that the chapter's claim allows. */
  readonly expect: { readonly least: number } | { readonly most: number }
  readonly axes?: Axes
}

/** What was counted. */
export interface Counted {
  readonly check: Simulated
  readonly runs: number
  /** Runs that got there in time. */
  readonly reached: number
  /** When half of the runs had got there, in milliseconds; null where fewer did in time. */
  readonly median: number | null
  /** The same of nine runs in ten. */
  readonly ninth: number | null
  /** For each value of `over` the share of the runs that got there in time, in percent, or `ninth`; see `Simulated.shows`. */
  readonly points: readonly Point[]
}

/** @throws Error when more or fewer runs get there than the chapter says */
export function count(check: Simulated): Counted {
  const counted = simulate(check, check.at)
  const { runs, reached } = counted
  const share = reached / runs
  const { expect } = check
  if ('least' in expect ? share < expect.least : share > expect.most)
    throw new Error(
      `check ${check.id}: the chapter says ${JSON.stringify(expect)}, the engine counts ${reached} of ${runs} runs`,
    )
  const points = (check.over ?? []).map((value) => {
    const other = value === check.at ? counted : simulate(check, value)
    const y = check.shows === 'time' ? other.ninth : (100 * other.reached) / other.runs
    if (y === null)
      throw new Error(`check ${check.id}: for ${value}, fewer than nine runs in ten get there in time`)
    return { x: value, y }
  })
  return { check, ...counted, points }
}

function simulate(check: Simulated, value: number): Omit<Counted, 'check' | 'points'> {
  const whole = check.system(value)
  const property = whole.properties.find(({ id }) => id === check.property)
  if (property?.kind !== 'sometimes')
    throw new Error(`check ${check.id}: '${check.property}' is no property of kind 'sometimes'`)
  const system = { ...whole, properties: [property] }
  const repetition = new Repetition(system, SPARSE)
  const times: number[] = []
  for (let number = 0; number < check.runs; number++) {
    const live = new LiveSystem(system, repetition)
    const chooser = chooserOf(live, check.seed + number)
    const { time } = live
    if (time === null) throw new Error(`check ${check.id}: the system has no clock`)
    let reached = live.inspect(1) === 1
    while (!reached && time.now <= check.millisecondsMax && chooser.step())
      reached = live.observed && live.inspect(1) === 1
    // No step is taken once the time is over, so whatever was reached was reached in time.
    if (reached) times.push(time.now)
  }
  repetition.verify()
  times.sort((one, other) => one - other)
  const timeOf = (share: number): number | null => times[Math.ceil(check.runs * share) - 1] ?? null
  return { runs: check.runs, reached: times.length, median: timeOf(0.5), ninth: timeOf(0.9) }
}
