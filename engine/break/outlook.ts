/**
 * outlook: how far it still is from the state after a run to the target of a `break` exercise, and what comes next on
 * the way. `shortest`: the shortest run of all. Both explore; neither knows anything of the exercise.
 */
import type { BreakExercise } from '../exercise.ts'
import type { Action } from '../model.ts'
import type { Trace } from '../trace/trace.ts'
import { Attempt, isMet, propertyOf, traceOf } from './judge.ts'
import { type SearchProgress, nearest } from './search.ts'

/** How it looks after a run. */
export interface Outlook {
  /** Can the target still be met? `unknown`: the search came to its bound. */
  readonly reachable: 'yes' | 'no' | 'unknown'
  /** The fewest steps that it still takes; 0 where it is met. Null where it can't be, or is unknown. */
  readonly distance: number | null
  /** It takes no more steps than this; the same as `distance`, where that is known. Null where none are known to do. */
  readonly atMost: number | null
  /** The first of those steps; null where there is none. */
  readonly next: Action | null
  /**
   * The last step of the run after which the target could be met, 0 for the start: the one after it was the mistake. Null
   * where it never could, or is unknown.
   */
  readonly lastHope: number | null
}

const NOTHING: Outlook = { reachable: 'unknown', distance: null, atMost: null, next: null, lastHope: null }

/**
 * Looks on from the state after a run.
 * @param actions must be the learner's to take, and happen; see `judge`
 * @param statesMax at most so many states in each search; never more than the exercise says
 * @throws Fault where a step of the run can't happen
 */
export function* outlook(
  exercise: BreakExercise,
  actions: readonly Action[],
  statesMax: number = exercise.statesMax,
): Generator<SearchProgress, Outlook> {
  const attempt = attemptOf(exercise, actions)
  const { brokenAt, lostAt } = attempt.standing
  const { length } = actions
  // What was met stays met.
  if (brokenAt !== null) return { reachable: 'yes', distance: 0, atMost: 0, next: null, lastHope: length }
  // What was lost stays lost, whatever the states after it look like.
  const last = lostAt === null ? length : lostAt - 1
  const { step, way, exact } = yield* prospect(attempt, Math.min(statesMax, exercise.statesMax), last)
  if (way === 'none') return { ...NOTHING, reachable: 'no' }
  if (step < length) return { ...NOTHING, reachable: 'no', lastHope: way === 'bound' ? null : step }
  if (way === 'bound') return NOTHING
  return {
    reachable: 'yes',
    distance: exact ? way.length : null,
    atMost: way.length,
    next: way[0] ?? null,
    lastHope: length,
  }
}

/** The shortest run of an exercise. */
export interface Shortest {
  readonly trace: Trace
  /** No run is shorter; else it is the shortest that is known. */
  readonly proven: boolean
}

/**
 * The shortest run that meets the target; with milestones the shortest to each from the one before. Null where there is
 * none, or where the search came to its bound.
 */
export function* shortest(exercise: BreakExercise): Generator<SearchProgress, Shortest | null> {
  const { way, exact } = yield* prospect(new Attempt(exercise), exercise.statesMax, 0)
  if (typeof way === 'string') return null
  return { trace: traceOf(exercise, way), proven: exact || way.length === exercise.stepsMin }
}

interface Prospect {
  /** The step of the run after which the way begins. */
  readonly step: number
  readonly way: readonly Action[] | 'none' | 'bound'
  /** No way is shorter. */
  readonly exact: boolean
}

/**
 * A way to the target from a state of a run: the nearest, or where there are milestones the nearest to each in its turn.
 * @param last looks from the state after this step, and where there is no way from there, from earlier ones
 */
function* prospect(attempt: Attempt, statesMax: number, last: number): Generator<SearchProgress, Prospect> {
  const { exercise, system, run } = attempt
  const stages = [...(exercise.milestones ?? []), exercise.target]
  const isReached = (id: string): boolean => {
    const number = propertyOf(system, id)
    return run.rows
      .slice(0, last + 1)
      .some((row) => isMet(system.properties[number]!, run.model.inspect(row), number))
  }
  const id = stages.find((stage) => !isReached(stage)) ?? exercise.target
  const { step, way } = yield* nearest({ id, keeps: exercise.keeps }, run, statesMax, last)
  if (typeof way === 'string' || id === exercise.target) return { step, way, exact: true }
  const ahead = attemptOf(exercise, [...attempt.actions.slice(0, step), ...way])
  const rest = yield* prospect(ahead, statesMax, ahead.actions.length)
  // There is a way to the milestone, and none was found from there: another way to it may do better.
  if (typeof rest.way === 'string' || rest.step < ahead.actions.length)
    return { step, way: 'bound', exact: false }
  return { step, way: [...way, ...rest.way], exact: false }
}

/** A run with these steps. @throws Fault where one can't happen, or is not the learner's */
function attemptOf(exercise: BreakExercise, actions: readonly Action[]): Attempt {
  const attempt = new Attempt(exercise)
  for (const action of actions) attempt.take(action)
  return attempt
}
