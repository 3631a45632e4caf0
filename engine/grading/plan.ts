/**
 * What a grading consists of: tasks that any worker can do, in any order, and what each comes to. The plan depends on the
 * exercise alone, never on how many workers there are; and a task’s outcome depends on the task and the answer alone. That is
 * why one worker and several come to the same report. All of it is plain data, numbers and texts, that can be sent anywhere.
 */
import type { AnyAnswer, Exercise } from '../exercise.ts'
import type { CheckReport, Diagnostic } from '../report.ts'

/** Seeded runs that are taken together: so many, from this one on, counted from 0. */
export interface Part {
  readonly first: number
  readonly runs: number
}

/** The configurations of an exercise, in the order in which they decide. */
export interface Plan {
  readonly exercise: string
  readonly configurations: readonly {
    readonly id: string
    readonly driver: 'explore' | 'simulate'
    /** The parts in which its runs are taken; none where every interleaving is explored. */
    readonly parts: readonly Part[]
  }[]
}

/** A piece of work. `configuration` is its number in the plan. */
export type Task =
  | { readonly kind: 'explore'; readonly configuration: number }
  /** Some of a configuration’s runs. */
  | { readonly kind: 'runs'; readonly configuration: number; readonly part: number }
  /** What all of its runs found, put together. */
  | { readonly kind: 'found'; readonly configuration: number; readonly tally: RunsTally }
  /** This configuration and all after it are not looked at: an earlier one has decided. */
  | { readonly kind: 'rest'; readonly configuration: number }

/** What some runs of one configuration came to. Seeds stand for runs: each can be taken again from its seed. */
export interface RunsTally {
  /** Runs that were begun. */
  readonly runs: number
  readonly steps: number
  /** Steps of the longest run. */
  readonly depth: number
  /** The seed of the run that failed, the last one that was begun; null where none did. */
  readonly failed: number | null
  /** The first witness of each property of kind `sometimes` that had one: the number of the property and the seed. */
  readonly witnesses: readonly { readonly property: number; readonly seed: number }[]
}

/** What a task came to. */
export type Outcome =
  | {
      readonly kind: 'checks'
      readonly checks: readonly CheckReport[]
      readonly diagnostics: readonly Diagnostic[]
    }
  | { readonly kind: 'runs'; readonly tally: RunsTally }
  /** There is no system to check: the grading ends with what came before, and this. */
  | {
      readonly kind: 'unbuilt'
      readonly checks: readonly CheckReport[]
      readonly diagnostics: readonly Diagnostic[]
    }
  /** The engine itself failed: there is nothing to report but this. */
  | { readonly kind: 'broken'; readonly diagnostics: readonly Diagnostic[] }
  /** The worker that had the task is gone, for a reason that its keeper knows. */
  | { readonly kind: 'lost'; readonly reason: unknown }

/** Runs of one configuration are taken in at most so many parts, so that the last one doesn’t keep the others waiting long. */
const PARTS_MAX = 16
/** Each part has a system of its own, which has to be made and whose calls are sampled. For fewer runs it isn’t worth it. */
const RUNS_MIN = 4

/** The plan of an exercise. */
export function planOf<A extends AnyAnswer>({ id: exercise, configurations }: Exercise<A>): Plan {
  return {
    exercise,
    configurations: configurations.map((configuration) => ({
      id: configuration.id,
      driver: configuration.driver,
      parts: configuration.driver === 'simulate' ? partsOf(configuration.runs) : [],
    })),
  }
}

/** All runs, in parts that differ in size by one at most. */
function partsOf(runs: number): Part[] {
  const count = Math.max(1, Math.min(PARTS_MAX, Math.ceil(runs / RUNS_MIN)))
  return Array.from({ length: count }, (_, part) => {
    const first = Math.floor((runs * part) / count)
    return { first, runs: Math.floor((runs * (part + 1)) / count) - first }
  })
}

/** Names a task among all of a grading. */
export function keyOf(task: Task): string {
  return task.kind === 'runs' ? `${task.configuration}/${task.part}` : `${task.configuration} ${task.kind}`
}

/** Will the check of the configuration fail by this, whatever else is found? */
export function decides(outcome: Outcome): boolean {
  if (outcome.kind === 'runs') return outcome.tally.failed !== null
  if (outcome.kind !== 'checks') return true
  return outcome.checks.some(({ verdict }) => verdict === 'failed' || verdict === 'error')
}
