/**
 * Prediction: a question about what happens next. The page has its words; the engine runs the system and says which
 * of the options is right, so that an answer can't be wrong by a slip of the pen.
 */
import type { System } from '../../engine/actors/system.ts'
import { Run } from '../../engine/drivers/run.ts'
import type { Action } from '../../engine/model.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import { exploreAll } from './explored.ts'
import { type Line, followAll } from './script.ts'

export interface Prediction {
  /** Unique on the site. */
  readonly id: string
  system(): System
  /** What has happened before the question; actions may be worked out when they are needed. */
  readonly before: readonly Line[] | (() => readonly Action[])
  /**
   * What then happens; the answer is read off the run after it. `shortest`: the shortest way to a property of the
   * system of kind `sometimes`, which the engine looks for. A function is given what happened before.
   */
  readonly next:
    readonly Line[] | { readonly shortest: string } | ((before: readonly Action[]) => readonly Action[])
  /**
   * The option that is right, by the key that the page gives it.
   * @param from the first step that the question is about
   */
  answer(run: Run, from: number): string
}

export interface Predicted {
  /** The right option. */
  readonly answer: string
  /** The whole run. */
  readonly record: RunRecord
  /** The first step that the question is about. */
  readonly from: number
}

const STATES_MAX = 200_000

/** Works a prediction out. @throws Error when its script can't happen */
export function predict(prediction: Prediction): Predicted {
  const { id, before, next } = prediction
  const system = prediction.system()
  let first: readonly Action[]
  let actions: readonly Action[]
  try {
    first = followAll(system, typeof before === 'function' ? before() : before)
    if (typeof next === 'function') actions = followAll(system, [...first, ...next(first)])
    else if ('shortest' in next) actions = [...first, ...shortestTo(system, first, next.shortest)]
    else actions = followAll(system, [...first, ...next])
  } catch (error) {
    throw new Error(`prediction ${id}: ${(error as Error).message}`, { cause: error })
  }
  const run = new Run(system)
  for (const action of actions) run.take(action)
  const from = first.length + 1
  return { answer: prediction.answer(run, from), record: run.record, from }
}

/**
 * The shortest continuation of a run that reaches a property of kind `sometimes`.
 * @throws Error where there is none, or where it would take too many states to tell
 */
export function shortestTo(system: System, before: readonly Action[], property: string): readonly Action[] {
  const found = reachableFrom(system, before, property)
  if (found === null) throw new Error(`no continuation reaches '${property}'`)
  return found
}

/**
 * The same, or null where no continuation reaches it.
 * @throws Error where it would take too many states to tell
 */
export function reachableFrom(
  system: System,
  before: readonly Action[],
  property: string,
): readonly Action[] | null {
  const one = system.properties.find(({ id }) => id === property)
  if (!one) throw new Error(`the system has no property '${property}'`)
  const { findings, complete } = exploreAll({ ...system, properties: [one], before }, STATES_MAX)
  if (findings.length === 0 && !complete) throw new Error(`too many states to tell whether '${property}'`)
  return findings[0]?.actions.slice(before.length) ?? null
}
