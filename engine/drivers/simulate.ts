/**
 * simulate: the driver that draws the next action from a seed. For systems too large to explore; it can find a
 * failure and can't prove that there is none.
 */
import type { Fault } from '../fault.ts'
import { type Action, type Model, StepFailed, successorRows } from '../model.ts'
import { Random } from '../random.ts'
import type { Finding } from './explore.ts'

/** How many runs, of how many steps at most, from which seed: run i has the seed `seed + i`. */
export interface SimulateBounds {
  readonly runs: number
  readonly stepsMax: number
  readonly seed: number
}

/** The outcome of a number of random runs. */
export interface Simulation {
  /** Runs that were begun. */
  readonly runs: number
  /** Steps of all runs together. */
  readonly steps: number
  /** Steps of the longest run. */
  readonly depth: number
  /** A violation or dead end ends the simulation; for `sometimes`, the first witness of each property. */
  readonly findings: readonly Finding[]
  /** The seed of the run that failed. */
  readonly seed: number | null
  readonly failure: { readonly fault: Fault; readonly actions: readonly Action[] } | null
}

const RUNS_BETWEEN_PROGRESS = 64

/** Runs a model at random until a property fails or the number of runs is reached. */
export function* simulate(
  model: Model,
  bounds: SimulateBounds,
): Generator<{ runs: number; steps: number; depth: number }, Simulation> {
  const findings: Finding[] = []
  const witnessed = new Set<number>()
  const initial = model.initial()
  let rows: Int32Array[]
  let steps = 0
  let depth = 0
  for (let number = 0; number < bounds.runs; number++) {
    const seed = bounds.seed + number
    const random = new Random(seed)
    const row = initial[random.below(initial.length)]!.slice()
    // Rows and the choices made in them; actions are worked out only for runs that are shown.
    const path: { row: Int32Array; choice: number }[] = []
    const actions = (): Action[] => path.map((step) => model.actionAt(step.row, step.choice))
    let failed = look(model, row, witnessed, findings, actions)
    for (let step = 0; step < bounds.stepsMax && !failed; step++) {
      try {
        rows = successorRows(model, row)
      } catch (error) {
        if (!(error instanceof StepFailed)) throw error
        return {
          runs: number + 1,
          steps,
          depth,
          findings,
          seed,
          failure: { fault: error.fault, actions: [...actions(), error.action] },
        }
      }
      if (rows.length === 0) {
        failed = deadEnd(model, row, findings, actions)
        break
      }
      const choice = random.below(rows.length)
      path.push({ row: row.slice(), choice })
      row.set(rows[choice]!)
      steps++
      failed = look(model, row, witnessed, findings, actions)
    }
    depth = Math.max(depth, path.length)
    if (failed) return { runs: number + 1, steps, depth, findings, seed, failure: null }
    if (number % RUNS_BETWEEN_PROGRESS === RUNS_BETWEEN_PROGRESS - 1) yield { runs: number + 1, steps, depth }
  }
  return { runs: bounds.runs, steps, depth, findings, seed: null, failure: null }
}

function look(
  model: Model,
  row: Int32Array,
  witnessed: Set<number>,
  findings: Finding[],
  actions: () => Action[],
): boolean {
  const bits = model.inspect(row)
  let failed = false
  model.properties.forEach(({ kind }, property) => {
    const holds = (bits & (1 << property)) !== 0
    const found = kind === 'always' ? !holds : kind === 'sometimes' && holds && !witnessed.has(property)
    if (!found) return
    witnessed.add(property)
    failed ||= kind === 'always'
    findings.push({ property, actions: actions(), row: row.slice() })
  })
  return failed
}

function deadEnd(model: Model, row: Int32Array, findings: Finding[], actions: () => Action[]): boolean {
  const bits = model.inspect(row)
  let failed = false
  model.properties.forEach(({ kind }, property) => {
    if (kind !== 'eventually' || (bits & (1 << property)) !== 0) return
    failed = true
    findings.push({ property, actions: actions(), row: row.slice() })
  })
  return failed
}
