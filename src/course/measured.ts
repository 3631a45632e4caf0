/**
 * Measured checks: in seeded runs of a system with clocks something is counted, such as stale reads among all reads. They say how
 * often it is so under the delays that the system declares; they prove nothing of other delays.
 */
import { Repetition, SPARSE } from '../../engine/actors/repetition.ts'
import type { System, View } from '../../engine/actors/system.ts'
import { chooserOf } from '../../engine/drivers/simulate.ts'
import { LiveSystem } from '../../engine/drivers/simulate-live.ts'
import type { Axes, Point } from './check.ts'

/** So many of so many. */
export interface Part {
  readonly had: number
  readonly of: number
}

export interface Measured {
  readonly kind: 'measured'
  readonly id: string
  /** The system for one value of what is varied. Checks that count in the same runs are given the same one. */
  system(value: number): System
  /** The value that the claim is about. */
  readonly at: number
  /** The values that a plot shows. */
  readonly over?: readonly number[]
  /** What was counted in a run, at its end. */
  counted(view: View, history: unknown): Part
  /** How many runs; run i has the seed `seed + i`. */
  readonly runs: number
  readonly seed: number
  /** A run has so many milliseconds of its system's time. */
  readonly milliseconds: number
  /** The share, from 0 to 1, that the chapter's claim allows. */
  readonly expect: { readonly least: number } | { readonly most: number }
  /** The sentence that says what was counted and what came out: a code of src/text/en-course.ts. */
  readonly words: string
  readonly axes?: Axes
}

/** What was counted. */
export interface Tally extends Part {
  readonly check: Measured
  /** For each value of `over` the share in percent. */
  readonly points: readonly Point[]
}

/** @throws Error when the share is more or less than the chapter says */
export function measure(check: Measured): Tally {
  const tally = tallyAt(check, check.at)
  const { expect } = check
  const share = shareOf(tally)
  if ('least' in expect ? share < expect.least : share > expect.most)
    throw new Error(
      `check ${check.id}: the chapter says ${JSON.stringify(expect)}, the engine counts ${tally.had} of ${tally.of}`,
    )
  const points = (check.over ?? []).map((x) => ({
    x,
    y: 100 * shareOf(x === check.at ? tally : tallyAt(check, x)),
  }))
  return { check, ...tally, points }
}

const shareOf = ({ had, of }: Part): number => had / of

/** @throws Error where nothing was counted of which it could be a part */
function tallyAt(check: Measured, value: number): Part {
  let had = 0
  let of = 0
  for (const { view, history } of endsOf(check.system(value), check)) {
    const part = check.counted(view, history)
    had += part.had
    of += part.of
  }
  if (of === 0) throw new Error(`check ${check.id}: for ${value} there is nothing to count`)
  return { had, of }
}

/** The same for the same argument, so that checks may share it. */
export function once<Given, Made>(make: (given: Given) => Made): (given: Given) => Made {
  const made = new Map<Given, Made>()
  return (given) => {
    if (!made.has(given)) made.set(given, make(given))
    return made.get(given)!
  }
}

type End = Pick<LiveSystem, 'view' | 'history'>
const ends = new WeakMap<System, Map<string, readonly End[]>>()

/** How the runs of a check end. */
function endsOf(system: System, { runs, seed, milliseconds }: Measured): readonly End[] {
  const known = ends.get(system) ?? new Map<string, readonly End[]>()
  ends.set(system, known)
  const key = JSON.stringify([runs, seed, milliseconds])
  const before = known.get(key)
  if (before) return before
  const repetition = new Repetition(system, SPARSE)
  const made = Array.from({ length: runs }, (_, number): End => {
    const { view, history } = simulated(system, seed + number, milliseconds, { repetition })
    return { view, history }
  })
  repetition.verify()
  known.set(key, made)
  return made
}

/**
 * A seeded run, at its end.
 * @param options.repetition sees to it that handlers are deterministic; left out: not looked at
 * @param options.recorded are its actions kept?
 * @param options.each is told of the system after its start and after each step
 */
export function simulated(
  system: System,
  seed: number,
  milliseconds: number,
  options: {
    readonly repetition?: Repetition
    readonly recorded?: boolean
    readonly each?: (live: LiveSystem, now: number) => void
  } = {},
): LiveSystem {
  const { repetition = null, recorded = false, each = () => undefined } = options
  const live = new LiveSystem(system, repetition, { recorded })
  const chooser = chooserOf(live, seed)
  const { time } = live
  if (time === null) throw new Error('the system has no clock')
  each(live, time.now)
  while (time.now <= milliseconds && chooser.step()) each(live, time.now)
  return live
}
