/**
 * judge: the run of a `break` exercise, taken step by step, and how it stands after each. `Attempt` is a run in the
 * making, for the page; `judge` takes a whole one, for the command line, the gate and what was kept.
 */
import type { System, SystemProperty } from '../actors/system.ts'
import { Run } from '../drivers/run.ts'
import type { BreakExercise } from '../exercise.ts'
import { Fault, type Parameters } from '../fault.ts'
import type { Action, PropertyKind } from '../model.ts'
import type { Diagnostic } from '../report.ts'
import type { RunRecord, StepRecord } from '../trace/record.ts'
import { TRACE_VERSION, type Trace } from '../trace/trace.ts'
import { moves, refusal } from './moves.ts'

/** The name of an exercise's system as a configuration in traces, where it has one. Parts go by their own names. */
export const CONFIGURATION = 'by-hand'

/** The configuration that traces of an exercise, or of a part, are of. */
export function configurationOf({ part }: Pick<BreakExercise, 'part'>): string {
  return part ?? CONFIGURATION
}

/** How a run stands. Steps count from 1; 0 is the start. */
export interface Standing {
  /** The first step after which the target is met; null while it is not. */
  readonly brokenAt: number | null
  /** The first step that violates what the run has to keep, while the target was not met: no way leads to it from there. */
  readonly lostAt: number | null
  /** What happened in the violation of the target, or of what was to be kept, as parameters for its words. */
  readonly violation: Parameters
}

/** The answer to one run. */
export interface RunReport extends Standing {
  readonly exercise: string
  /** `passed`: the target is met. `failed`: not yet. `error`: a step can't happen, or is not the learner's to take. */
  readonly verdict: 'passed' | 'failed' | 'error'
  /** The id of the target and what meets it: a violation where it is one of kind `always`, else that it is reached. */
  readonly property: string
  readonly kind: PropertyKind
  /** How many steps were taken, those after the target was met included. */
  readonly steps: number
  /** The length of the shortest run of all, where the caller knows it. */
  readonly shortest: number | null
  readonly trace: Trace
  readonly record: RunRecord
  readonly diagnostics: readonly Diagnostic[]
}

/** A run of a `break` exercise that is being made. */
export class Attempt {
  readonly exercise: BreakExercise
  readonly system: System
  readonly #run: Run
  readonly #target: number
  readonly #keeps: number | null
  readonly #actions: Action[] = []
  /** How it stood after each step; the first entry is the start. */
  readonly #standings: Standing[]

  /** @throws Fault `break.property` where a property that the exercise names is not one of its system's */
  constructor(exercise: BreakExercise) {
    this.exercise = exercise
    this.system = exercise.system()
    this.#target = propertyOf(this.system, exercise.target)
    this.#keeps = exercise.keeps === undefined ? null : propertyOf(this.system, exercise.keeps)
    this.#run = new Run(this.system)
    this.#standings = [this.#look({ brokenAt: null, lostAt: null, violation: {} })]
  }

  /** The run itself. Take steps by `take`: it knows what is allowed. */
  get run(): Run {
    return this.#run
  }

  get actions(): readonly Action[] {
    return [...this.#actions]
  }

  get record(): RunRecord {
    return this.#run.record
  }

  /** How it stands now. */
  get standing(): Standing {
    return this.#standings.at(-1)!
  }

  /** The property that is to be violated or reached. */
  get target(): SystemProperty {
    return this.system.properties[this.#target]!
  }

  /** What the learner may do now; see `moves`. */
  moves(): Action[] {
    return moves(this.system, this.#run)
  }

  /**
   * Takes one action.
   * @throws Fault `break.never` or `break.spent` where it is not hers, `break.impossible` where it can't happen now; then
   * nothing was taken
   */
  take(action: Action): StepRecord {
    const refused = refusal(this.system, this.#actions, action)
    const step = this.#actions.length + 1
    if (refused) throw new Fault(refused.code, { step, action: action.kind, limit: refused.limit })
    const taken = this.#taken(action)
    this.#actions.push(action)
    this.#standings.push(this.#look(this.standing))
    return taken
  }

  #taken(action: Action): StepRecord {
    try {
      return this.#run.take(action)
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'diverged') throw error
      throw new Fault('break.impossible', error.parameters)
    }
  }

  /** Forgets every step after this one; 0 goes back to the start. */
  backTo(step: number): void {
    if (step >= this.#actions.length) return
    this.#run.backTo(step)
    this.#actions.length = step
    this.#standings.length = step + 1
  }

  /** @param shortest the length of the shortest run of all, where it is known */
  report(shortest: number | null = null, diagnostics: readonly Diagnostic[] = []): RunReport {
    const { id, kind } = this.target
    return {
      exercise: this.exercise.id,
      verdict: diagnostics.length > 0 ? 'error' : this.standing.brokenAt === null ? 'failed' : 'passed',
      property: id,
      kind,
      ...this.standing,
      steps: this.#actions.length,
      shortest,
      trace: traceOf(this.exercise, this.#actions),
      record: this.record,
      diagnostics,
    }
  }

  /** How it stands now, if it stood like this before. What is decided stays decided. */
  #look(before: Standing): Standing {
    if (before.brokenAt !== null || before.lostAt !== null) return before
    const step = this.#run.length
    if (isMet(this.target, this.#run.inspection, this.#target))
      return { brokenAt: step, lostAt: null, violation: this.#run.explain(this.#target) }
    if (this.#keeps !== null && (this.#run.inspection & (1 << this.#keeps)) === 0)
      return { brokenAt: null, lostAt: step, violation: this.#run.explain(this.#keeps) }
    return before
  }
}

/**
 * Judges a run: the same as taking its steps one after the other.
 * @param shortest the length of the shortest run of all, where it is known: this looks for none
 */
export function judge(
  exercise: BreakExercise,
  actions: readonly Action[],
  shortest: number | null = null,
): RunReport {
  const attempt = new Attempt(exercise)
  for (const action of actions) {
    try {
      attempt.take(action)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return attempt.report(shortest, [runDiagnostic(error)])
    }
  }
  return attempt.report(shortest)
}

/** What is wrong with a run, as something to show. What a handler did wrong is the exercise's own fault. */
export function runDiagnostic({ code, parameters, place }: Fault): Diagnostic {
  const own = !/^(break\.(never|spent|impossible)|run-file\..*)$/.test(code)
  return {
    line: place?.line ?? 0,
    column: place?.column ?? 0,
    severity: 'error',
    words: { code, parameters },
    ...(own && { author: { file: null, line: 0 } }),
  }
}

/** A run of an exercise as data. */
export function traceOf(exercise: BreakExercise, actions: readonly Action[]): Trace {
  return {
    version: TRACE_VERSION,
    subject: exercise.id,
    configuration: configurationOf(exercise),
    actions: [...actions],
  }
}

/** Is a target met where the conditions of the properties are these? @param number the target's in the system */
export function isMet({ kind }: Pick<SystemProperty, 'kind'>, inspection: number, number: number): boolean {
  const holds = (inspection & (1 << number)) !== 0
  return kind === 'always' ? !holds : holds
}

/** The number of a property. @throws Fault `break.property` where there is none of this id */
export function propertyOf(system: System, id: string): number {
  const number = system.properties.findIndex((property) => property.id === id)
  if (number < 0) throw new Fault('break.property', { property: id })
  return number
}
