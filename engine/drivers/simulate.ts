/**
 * simulate: the driver that draws the next action from a seed. For systems too large to explore; it can find a
 * failure and can't prove that there is none.
 *
 * Runs go by on live states. One that shows something is taken again, with the same seed, through the slow calls that
 * the explorer makes, and only what this second run shows is reported: so what makes a run fast can't make it wrong.
 */
import { Repetition, type Sample, SPARSE } from '../actors/repetition.ts'
import type { System } from '../actors/system.ts'
import { Fault } from '../fault.ts'
import type { Action, PropertyKind } from '../model.ts'
import { type Choice, Chooser } from './simulate-choice.ts'
import { LiveSystem } from './simulate-live.ts'
import { TimedChooser } from './simulate-timed.ts'

/** The end of a run in which nothing goes wrong any more. */
export interface Settle {
  /** So many steps, the last of the run at most. A goal that no state of the run reaches is missed. */
  readonly within: number
}

/** How many runs, of how many steps at most, from which seed: run i has the seed `seed + i`. */
export interface SimulateBounds {
  readonly runs: number
  readonly stepsMax: number
  readonly seed: number
  /** Left out: faults go on to the end, and a goal is missed only where nothing can happen any more. */
  readonly settle?: Settle | undefined
  /** Left out: `weighted`. It is for systems without clocks. */
  readonly choice?: Choice
  /** In a timed system a run ends when so much of its time has passed. Left out: only by its steps. */
  readonly millisecondsMax?: number | undefined
  /** Which calls are repeated, to see that handlers depend on nothing but their arguments. Left out: `SPARSE`. */
  readonly sample?: Sample
}

/** Draws the next action of a run. */
export interface Choosing {
  step(): boolean
  fairStep(): boolean
  below(limit: number): number
}

/** What draws the actions of a run from its seed. */
export function chooserOf(live: LiveSystem, seed: number, choice: Choice = 'weighted'): Choosing {
  return live.time === null ? new Chooser(live, seed, choice) : new TimedChooser(live, seed)
}

/** What random runs found about one property. */
export interface SimulationFinding {
  /** The property's number in the system. */
  readonly property: number
  /**
   * `violation` of an `always`, `witness` of a `sometimes`; of an `eventually`, a `dead-end` short of the goal, or
   * `unsettled`: the goal was not reached after faults had stopped.
   */
  readonly what: 'violation' | 'witness' | 'dead-end' | 'unsettled'
  readonly actions: readonly Action[]
  readonly seed: number
  /** Steps before faults stopped; those of the whole run where they never did. */
  readonly calmFrom: number
}

/** The outcome of a number of random runs. */
export interface Simulation {
  /** Runs that were begun. */
  readonly runs: number
  /** Steps of all runs together. */
  readonly steps: number
  /** Steps of the longest run. */
  readonly depth: number
  /** A violation or missed goal ends the simulation; for `sometimes`, the first witness of each property. */
  readonly findings: readonly SimulationFinding[]
  /** The seed of the run that failed. */
  readonly seed: number | null
  readonly failure: { readonly fault: Fault; readonly actions: readonly Action[] } | null
}

/** How far a simulation has come. */
export interface SimulateProgress {
  readonly runs: number
  readonly steps: number
  readonly depth: number
}

/** Few, because a step of clients’ code may take a millisecond, and whoever hears nothing for long ends the search. */
const STEPS_BETWEEN_PROGRESS = 256

/** After so many steps without effect it is asked whether anything can happen at all; then after twice as many. */
const QUIET_MIN = 8

/**
 * Runs a system at random until a property fails or the number of runs is reached.
 * @throws Fault `not-deterministic` or `not-deterministic-run` where a handler depends on more than its arguments, and
 *   the fault of an `init`
 */
export function* simulate(system: System, bounds: SimulateBounds): Generator<SimulateProgress, Simulation> {
  const repetition = new Repetition(system, bounds.sample ?? SPARSE)
  const sometimes = maskOf(system, 'sometimes')
  const findings: SimulationFinding[] = []
  let witnessed = 0
  let steps = 0
  let depth = 0
  let told = 0
  for (let number = 0; number < bounds.runs; number++) {
    const seed = bounds.seed + number
    let ended = run(system, bounds, seed, sometimes & ~witnessed, repetition)
    steps += ended.steps
    depth = Math.max(depth, ended.steps)
    if (ended.end !== null || ended.witnesses.length > 0) {
      const fast = ended
      ended = run(system, bounds, seed, sometimes & ~witnessed, null)
      // A fault of the fast run alone comes of what it does faster: an object that an answer froze stays frozen there.
      if (fast.end !== 'fault' && (ended.end !== fast.end || ended.properties !== fast.properties)) {
        repetition.verify()
        throw new Fault('not-deterministic-run')
      }
    }
    const found = (properties: number, what: SimulationFinding['what'], length: number): void => {
      for (let property = 0; properties >> property !== 0; property++) {
        if ((properties & (1 << property)) === 0) continue
        const actions = ended.actions.slice(0, length)
        findings.push({ property, what, actions, seed, calmFrom: Math.min(length, ended.calmFrom) })
      }
    }
    for (const { properties, length } of ended.witnesses) {
      witnessed |= properties
      found(properties, 'witness', length)
    }
    if (ended.end === 'fault') {
      repetition.verify()
      const failure = { fault: ended.fault!, actions: ended.actions }
      return { runs: number + 1, steps, depth, findings, seed, failure }
    }
    if (ended.end !== null) {
      found(ended.properties, ended.end, ended.steps)
      repetition.verify()
      return { runs: number + 1, steps, depth, findings, seed, failure: null }
    }
    if (steps - told >= STEPS_BETWEEN_PROGRESS) {
      told = steps
      yield { runs: number + 1, steps, depth }
    }
  }
  repetition.verify()
  return { runs: bounds.runs, steps, depth, findings, seed: null, failure: null }
}

/** How a run ended. */
interface Ended {
  readonly steps: number
  /** Null where nothing went wrong. */
  readonly end: 'violation' | 'dead-end' | 'unsettled' | 'fault' | null
  /** The properties that failed, one bit each. */
  readonly properties: number
  readonly witnesses: readonly { readonly properties: number; readonly length: number }[]
  /** Empty for a fast run. */
  readonly actions: readonly Action[]
  readonly calmFrom: number
  readonly fault: Fault | null
}

/**
 * One run.
 * @param sometimes the properties of which a witness is wanted
 * @param repetition null: every call is made slowly, and the actions are kept
 */
function run(
  system: System,
  bounds: SimulateBounds,
  seed: number,
  sometimes: number,
  repetition: Repetition | null,
): Ended {
  const slow = repetition === null
  const live = new LiveSystem(system, repetition, { closely: slow, recorded: slow })
  const chooser = chooserOf(live, seed, bounds.choice)
  const always = maskOf(system, 'always')
  let unreached = maskOf(system, 'eventually')
  let unseen = sometimes
  const calmFrom = bounds.settle
    ? calmFromOf(bounds.stepsMax - bounds.settle.within, chooser)
    : bounds.stepsMax
  const stepsMax = bounds.settle ? calmFrom + bounds.settle.within : bounds.stepsMax
  const witnesses: { properties: number; length: number }[] = []
  const ended = (end: Ended['end'], properties: number, fault: Fault | null = null): Ended => ({
    steps: live.steps,
    end,
    properties,
    witnesses,
    actions: live.actions ?? [],
    calmFrom: Math.min(calmFrom, live.steps),
    fault,
  })
  /** The properties that are violated now. */
  const look = (): number => {
    const bits = live.inspect(always | unseen | unreached)
    const reached = bits & unseen
    if (reached !== 0) {
      unseen &= ~reached
      witnesses.push({ properties: reached, length: live.steps })
    }
    unreached &= ~bits
    return ~bits & always
  }

  let violated = look()
  let quiet = 0
  let quietMax = QUIET_MIN
  const end = bounds.millisecondsMax ?? Infinity
  while (violated === 0 && live.steps < stepsMax && (live.time?.now ?? 0) < end) {
    const calm = live.steps >= calmFrom
    if (calm && unreached === 0) return ended(null, 0)
    let moved: boolean
    try {
      moved = calm ? chooser.fairStep() : chooser.step()
    } catch (error) {
      if (!(error instanceof Fault) || error.code === 'not-deterministic') throw error
      return ended('fault', 0, error)
    }
    if (!moved) break
    if (live.observed) violated = look()
    quiet = live.effects === 0 ? quiet + 1 : 0
    if (quiet < quietMax || violated !== 0) continue
    if (live.isStuck(true)) break
    quietMax *= 2
  }
  if (violated !== 0) return ended('violation', violated)
  if (unreached === 0) return ended(null, 0)
  if (live.isStuck(false)) return ended('dead-end', unreached)
  // A run that its time has ended before its calm was over says nothing of its goals.
  const calmed = bounds.settle !== undefined && live.steps >= stepsMax
  return calmed ? ended('unsettled', unreached) : ended(null, 0)
}

/** After how many steps faults stop: in half of the runs as late as may be, else at any moment. */
function calmFromOf(latest: number, chooser: Choosing): number {
  if (latest <= 0) return 0
  return chooser.below(2) === 0 ? latest : chooser.below(latest + 1)
}

function maskOf(system: System, kind: PropertyKind): number {
  let mask = 0
  system.properties.forEach((property, index) => {
    if (property.kind === kind) mask |= 1 << index
  })
  return mask
}
