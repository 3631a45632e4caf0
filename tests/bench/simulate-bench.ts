/**
 * How fast the simulator is: Raft with faults of every kind, properties evaluated and handlers repeated as in a grading.
 * `node tests/bench/simulate-bench.ts` on its own.
 *
 * A *step* is one action that is taken: a message that arrives, a timer, a fault. Seconds are those of the wall; of
 * several simulations, each of other seeds, after two that are not counted, the median is told.
 */
import { type Simulation } from '../../engine/drivers/simulate.ts'
import { raft } from '../../engine/testing/raft.ts'
import { simulateSystem } from '../../engine/testing/search.ts'
import type { System } from '../../engine/actors/system.ts'

export interface SimulateMeasurement {
  readonly steps: number
  readonly seconds: number
  readonly stepsPerSecond: number
}

const RUNS = 400
const STEPS_MAX = 1_000
const WARM = 2
const MEASURED = 7

/** Simulates a system, by default Raft with three servers, and gives the median. */
export function measureSimulation(system: System = raft(3)): SimulateMeasurement {
  const measured: SimulateMeasurement[] = []
  for (let number = 0; number < WARM + MEASURED; number++) {
    const start = performance.now()
    const result = simulateSystem(system, { runs: RUNS, stepsMax: STEPS_MAX, seed: 1 + number * RUNS })
    const seconds = (performance.now() - start) / 1000
    check(result)
    if (number >= WARM)
      measured.push({ steps: result.steps, seconds, stepsPerSecond: result.steps / seconds })
  }
  measured.sort((one, other) => one.stepsPerSecond - other.stepsPerSecond)
  return measured[measured.length >> 1]!
}

/** A run that ends early, because something was found or nothing can happen any more, is no measure. */
function check({ steps, seed, failure }: Simulation): void {
  if (seed !== null)
    throw new Error(`the run of seed ${seed} fails: ${failure?.fault.message ?? 'a property'}`)
  if (steps < RUNS * STEPS_MAX) throw new Error(`only ${steps} of ${RUNS * STEPS_MAX} steps were taken`)
}

if (process.argv[1] === import.meta.filename) {
  for (const servers of [3, 5]) {
    const { steps, seconds, stepsPerSecond } = measureSimulation(raft(servers))
    console.log(
      `raft(${servers}): ${steps} steps in ${seconds.toFixed(2)} s, ${Math.round(stepsPerSecond)} steps/s`,
    )
  }
}
