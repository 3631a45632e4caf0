/**
 * grade: an exercise, an answer and bounds in; progress and a report out. The only way to grade: the page, the command
 * line and the tests all come through here.
 */
import { ActorModel } from './actors/actor-model.ts'
import type { System } from './actors/system.ts'
import { type Exploration, type Finding, explore } from './drivers/explore.ts'
import { Run } from './drivers/run.ts'
import { type Simulation, simulate } from './drivers/simulate.ts'
import type { Answer, Configuration, Exercise } from './exercise.ts'
import { Fault, type Parameters } from './fault.ts'
import type { Action } from './model.ts'
import type { Bounds, CheckReport, Diagnostic, Progress, Report, Verdict, Words } from './report.ts'
import { minimise } from './trace/minimise.ts'
import { TRACE_VERSION, type Trace } from './trace/trace.ts'

/** What the caller of `grade` may choose. */
export interface GradeOptions {
  /** The first seed of simulated runs. Default 1. */
  readonly seed?: number
  /** At most so many states in each exploration; never more than the exercise says. */
  readonly statesMax?: number
}

/** Steps are bounded too, so that a model with few states and a great many transitions also ends. */
const STEPS_PER_STATE_MAX = 100

/** Grades an answer: yields its progress, returns the report. Given the same arguments it gives the same report. */
export function* grade(
  exercise: Exercise,
  answer: Answer,
  options: GradeOptions = {},
): Generator<Progress, Report> {
  const checks: CheckReport[] = []
  const diagnostics: Diagnostic[] = []
  for (const configuration of exercise.configurations) {
    const decided = checks.some(({ verdict }) => verdict === 'failed' || verdict === 'error')
    const session = new Session(exercise, configuration, answer, options)
    try {
      checks.push(...(decided ? session.notRun() : yield* session.check()))
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      diagnostics.push(diagnosticOf(error))
      checks.push(...session.all('error', { code: 'check.error', parameters: {} }))
    }
    diagnostics.push(...session.diagnostics)
  }
  return { exercise: exercise.id, verdict: verdictOf(checks), checks, diagnostics }
}

/** A fault as something to show beside the answer. */
export function diagnosticOf(fault: Fault): Diagnostic {
  const { line, column } = fault.place ?? { line: 0, column: 0 }
  return { line, column, severity: 'error', words: { code: fault.code, parameters: fault.parameters } }
}

/** The verdict on all checks together: the worst one. */
function verdictOf(checks: readonly CheckReport[]): Report['verdict'] {
  for (const verdict of ['error', 'failed', 'inconclusive'] as const) {
    if (checks.some((check) => check.verdict === verdict)) return verdict
  }
  return 'passed'
}

/** One configuration while it is being checked. */
class Session {
  readonly diagnostics: Diagnostic[] = []
  readonly #exercise: Exercise
  readonly #configuration: Configuration
  readonly #system: System
  readonly #bounds: Bounds

  constructor(exercise: Exercise, configuration: Configuration, answer: Answer, options: GradeOptions) {
    this.#exercise = exercise
    this.#configuration = configuration
    this.#system = configuration.system(answer)
    if (configuration.driver === 'explore') {
      const statesMax = Math.min(configuration.statesMax, options.statesMax ?? Infinity)
      this.#bounds = {
        driver: 'explore',
        configuration: configuration.id,
        statesMax,
        stepsMax: statesMax * STEPS_PER_STATE_MAX,
      }
    } else {
      const { runs, stepsMax } = configuration
      const statesMax = runs * stepsMax
      this.#bounds = {
        driver: 'simulate',
        configuration: configuration.id,
        statesMax,
        stepsMax,
        runs,
        seed: options.seed ?? 1,
      }
    }
  }

  /** Checks every property of the configuration. */
  *check(): Generator<Progress, CheckReport[]> {
    const model = new ActorModel(this.#system)
    const { id } = this.#configuration
    if (this.#bounds.driver === 'explore') {
      const search = explore(model, this.#bounds)
      for (;;) {
        const next = search.next()
        if (next.done) {
          model.behaviour.verify()
          return this.#explored(next.value, model)
        }
        yield { configuration: id, driver: 'explore', ...next.value }
      }
    }
    const search = simulate(model, {
      runs: this.#bounds.runs!,
      stepsMax: this.#bounds.stepsMax,
      seed: this.#bounds.seed!,
    })
    for (;;) {
      const next = search.next()
      if (next.done) {
        model.behaviour.verify()
        return this.#simulated(next.value)
      }
      const { steps, depth } = next.value
      yield { configuration: id, driver: 'simulate', states: steps, steps, depth }
    }
  }

  /** The reports of a configuration that is not looked at, because another check has decided. */
  notRun(): CheckReport[] {
    return this.all('not-run', { code: 'check.not-run', parameters: {} })
  }

  /** The same verdict for every property. */
  all(verdict: Verdict, message: Words): CheckReport[] {
    return this.#system.properties.map((_, property) => this.#report(property, verdict, message))
  }

  #explored(result: Exploration, model: ActorModel): CheckReport[] {
    const { states, steps, depth } = result
    const counts = { states, steps, depth }
    const failing = result.findings.filter(({ property }) => this.#kind(property) !== 'sometimes')
    const stopped = failing.length > 0
    if (result.failure) return this.#broken(result.failure, counts)
    return this.#system.properties.map(({ kind }, property) => {
      const finding = result.findings.find((candidate) => candidate.property === property)
      if (kind === 'sometimes') {
        if (finding) return this.#shown(finding, 'passed', 'check.passed.witness', counts)
        if (result.complete)
          return this.#report(property, 'failed', words('check.failed.unreachable', { states }), counts)
      } else {
        if (finding) return this.#shown(finding, 'failed', 'check.failed.explore', counts)
        if (result.complete)
          return this.#report(property, 'passed', words('check.passed.explore', { states }), counts)
      }
      if (stopped) return this.#report(property, 'not-run', words('check.not-run'), counts)
      const { statesMax, stepsMax } = this.#bounds
      const grown = model.behaviour.widestField()
      const report = this.#report(
        property,
        'inconclusive',
        words(`check.inconclusive.${result.hit}`, { statesMax, stepsMax, ...grown }),
        counts,
      )
      return { ...report, bounds: { ...this.#bounds, hit: result.hit! } }
    })
  }

  #simulated(result: Simulation): CheckReport[] {
    const { runs, steps, depth, seed } = result
    const counts = { states: steps, steps, depth }
    if (result.failure) return this.#broken(result.failure, counts)
    return this.#system.properties.map(({ kind }, property) => {
      const finding = result.findings.find((candidate) => candidate.property === property)
      if (finding) {
        const passed = kind === 'sometimes'
        const actions = minimise(finding.actions, (part) => this.#shows(property, part))
        const code = passed ? 'check.passed.witness' : 'check.failed.simulate'
        return this.#shown({ ...finding, actions }, passed ? 'passed' : 'failed', code, counts, {
          seed: seed ?? this.#bounds.seed!,
        })
      }
      if (seed !== null) return this.#report(property, 'not-run', words('check.not-run'), counts)
      if (kind === 'sometimes')
        return this.#report(property, 'inconclusive', words('check.inconclusive.witness'), counts)
      const first = this.#bounds.seed!
      const message = words('check.passed.simulate', { runs, seed: first, seedLast: first + runs - 1 })
      return this.#report(property, 'passed', message, counts)
    })
  }

  /** An answer that failed in the middle of a run: the run up to there goes with the message. */
  #broken(failure: { fault: Fault; actions: readonly Action[] }, counts: Counts): CheckReport[] {
    this.diagnostics.push(diagnosticOf(failure.fault))
    // The last action is the one that can't be carried out: the record ends just before it.
    const { record } = this.#again(failure.actions.slice(0, -1))
    return this.#system.properties.map((_, property) => ({
      ...this.#report(property, 'error', words('check.error'), counts),
      trace: this.#trace(failure.actions),
      record,
    }))
  }

  #shown(
    finding: Finding,
    verdict: Verdict,
    code: string,
    counts: Counts,
    more: Parameters = {},
  ): CheckReport {
    const { property, actions } = finding
    const run = this.#again(actions)
    if (!this.#holdsAtEnd(property, run)) throw new Fault('not-deterministic-run')
    const declared = this.#system.properties[property]!
    const violation = declared.kind === 'always' ? (declared.violated(run.view) ?? {}) : {}
    const message = words(code, { ...violation, ...more, length: actions.length })
    return {
      ...this.#report(property, verdict, message, counts),
      trace: this.#trace(actions),
      record: run.record,
    }
  }

  /** The run that was found, taken again. @throws Fault `not-deterministic-run` where it now goes another way */
  #again(actions: readonly Action[]): Run {
    const run = new Run(this.#system)
    try {
      for (const action of actions) run.take(action)
    } catch (error) {
      throw error instanceof Fault ? new Fault('not-deterministic-run') : error
    }
    return run
  }

  /** Can the actions happen, and is the property's finding there at their end? */
  #shows(property: number, actions: readonly Action[]): boolean {
    const run = new Run(this.#system)
    try {
      for (const action of actions) run.take(action)
    } catch {
      return false
    }
    return this.#holdsAtEnd(property, run)
  }

  #holdsAtEnd(property: number, run: Run): boolean {
    const holds = (run.inspection & (1 << property)) !== 0
    if (this.#kind(property) === 'eventually') return !holds && run.stuck
    return this.#kind(property) === 'sometimes' ? holds : !holds
  }

  #kind(property: number): string {
    return this.#system.properties[property]!.kind
  }

  #trace(actions: readonly Action[]): Trace {
    return {
      version: TRACE_VERSION,
      subject: this.#exercise.id,
      configuration: this.#configuration.id,
      actions,
    }
  }

  #report(property: number, verdict: Verdict, message: Words, counts: Counts = NOTHING): CheckReport {
    const { id, kind } = this.#system.properties[property]!
    return {
      id: `${this.#configuration.id}/${id}`,
      kind,
      property: id,
      verdict,
      ...counts,
      bounds: this.#bounds,
      message,
      trace: null,
      record: null,
    }
  }
}

interface Counts {
  readonly states: number
  readonly steps: number
  readonly depth: number
}

const NOTHING: Counts = { states: 0, steps: 0, depth: 0 }

function words(code: string, parameters: Parameters = {}): Words {
  return { code, parameters }
}

/** Runs a grading to its end and gives the report. */
export function gradeToEnd(
  exercise: Exercise,
  answer: Answer,
  options: GradeOptions = {},
  onProgress?: (progress: Progress) => void,
): Report {
  const grading = grade(exercise, answer, options)
  for (;;) {
    const next = grading.next()
    if (next.done) return next.value
    onProgress?.(next.value)
  }
}
