/** Shorthand for tests: explorations and simulations run to their end, and states read back from rows. */
import { ActorModel } from '../actors/actor-model.ts'
import type { System } from '../actors/system.ts'
import { type Exploration, type ExploreBounds, explore } from '../drivers/explore.ts'
import { type Simulation, type SimulateBounds, simulate } from '../drivers/simulate.ts'
import type { Model } from '../model.ts'

export const UNBOUNDED: ExploreBounds = { statesMax: 10_000_000, stepsMax: 1_000_000_000 }

/** Runs a generator to its end and gives what it returns. */
export function toEnd<Result>(generator: Generator<unknown, Result>): Result {
  for (;;) {
    const next = generator.next()
    if (next.done) return next.value
  }
}

export function exploreToEnd(model: Model, bounds: Partial<ExploreBounds> = {}): Exploration {
  return toEnd(explore(model, { ...UNBOUNDED, ...bounds }))
}

/** Explores a system of nodes. */
export function exploreSystem(system: System, bounds: Partial<ExploreBounds> = {}): Exploration {
  return exploreToEnd(new ActorModel(system), bounds)
}

export function simulateSystem(system: System, bounds: SimulateBounds): Simulation {
  return toEnd(simulate(system, bounds))
}

/** The row of every state that an exploration of this system finds, in the order of discovery. */
export function exploredRows(
  system: System,
  bounds: Partial<ExploreBounds> = {},
): { model: ActorModel; rows: Int32Array[]; exploration: Exploration } {
  const model = new ActorModel(system)
  const rows: Int32Array[] = []
  const inspect = model.inspect.bind(model)
  // The explorer inspects each new state once, when it finds it. Dead ends are inspected again.
  const seen = new Set<string>()
  model.inspect = (row) => {
    if (!seen.has(row.join())) rows.push(row.slice())
    seen.add(row.join())
    return inspect(row)
  }
  const exploration = exploreToEnd(model, bounds)
  return { model, rows, exploration }
}
