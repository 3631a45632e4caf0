/**
 * grade: an exercise, an answer and bounds in; progress and a report out. The only way to grade: the page, the command
 * line and the tests all come through here.
 */
import { AuthorFault, authored, watched } from './actors/author.ts'
import { growth } from './actors/growth.ts'
import type { System } from './actors/system.ts'
import { doomedAt } from './drivers/doomed.ts'
import type { Finding } from './drivers/explore.ts'
import { takeLasso } from './drivers/lasso.ts'
import { ALL_REDUCTIONS, type ReducedExploration, type Reductions, exploreReduced } from './drivers/reduce.ts'
import { Run } from './drivers/run.ts'
import { type Settle, type Simulation, type SimulationFinding, simulate } from './drivers/simulate.ts'
import { shorten } from './drivers/simulate-shorten.ts'
import type { AnyAnswer, Answer, Configuration, Exercise } from './exercise.ts'
import { Fault, type Parameters } from './fault.ts'
import type { Action } from './model.ts'
import type {
  Bounds,
  CheckReport,
  Diagnostic,
  Progress,
  Reduction,
  Report,
  Verdict,
  Words,
} from './report.ts'
import { scopeOf } from './scope.ts'
import { type ComparedRun, type Comparison, compare } from './trace/compare.ts'
import { TRACE_VERSION, type Trace } from './trace/trace.ts'
import { endings } from './uncaught.ts'

/** What the caller of `grade` may choose. */
export interface GradeOptions<A extends AnyAnswer = Answer> {
  /** The first seed of simulated runs. Default 1. */
  readonly seed?: number
  /** At most so many states in each exploration; never more than the exercise says. */
  readonly statesMax?: number
  /** What explorations may leave out; verdicts are the same with and without. Default: all that is known. */
  readonly reductions?: Reductions
  /** Where it is given, a failure is compared with it; see `trace/compare.ts`. That gives a part of it away. */
  readonly solution?: A
}

/** Steps are bounded too, so that a model with few states and a great many transitions also ends. */
const STEPS_PER_STATE_MAX = 100

/** Grades an answer: yields its progress, returns the report. Given the same arguments it gives the same report. */
export function* grade<A extends AnyAnswer = Answer>(
  exercise: Exercise<A>,
  answer: A,
  options: GradeOptions<A> = {},
): Generator<Progress, Report> {
  const checks: CheckReport[] = []
  const diagnostics: Diagnostic[] = []
  for (const configuration of exercise.configurations) {
    const decided = checks.some(({ verdict }) => verdict === 'failed' || verdict === 'error')
    let session: Session<A>
    try {
      session = new Session(exercise, configuration, answer, options)
    } catch (error) {
      // Without a system there are no checks to report on.
      if (!(error instanceof AuthorFault)) throw error
      diagnostics.push(authorDiagnostic(error))
      return { exercise: exercise.id, verdict: 'error', checks, diagnostics }
    }
    try {
      checks.push(...(decided ? session.notRun() : yield* session.check()))
    } catch (error) {
      if (error instanceof AuthorFault) {
        diagnostics.push(authorDiagnostic(error))
        checks.push(...session.all('error', { code: 'check.author', parameters: {} }))
      } else if (error instanceof Fault) {
        diagnostics.push(diagnosticOf(error))
        checks.push(...session.all('error', { code: 'check.error', parameters: {} }))
      } else throw error
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

/** A fault of the exercise's author: it has no place in the answer, and one in the exercise. */
function authorDiagnostic({ code, parameters, place }: AuthorFault): Diagnostic {
  return { line: 0, column: 0, severity: 'error', words: { code, parameters }, author: place }
}

/** The verdict on all checks together: the worst one. */
function verdictOf(checks: readonly CheckReport[]): Report['verdict'] {
  for (const verdict of ['error', 'failed', 'inconclusive'] as const) {
    if (checks.some((check) => check.verdict === verdict)) return verdict
  }
  return 'passed'
}

/** One configuration while it is being checked. */
class Session<A extends AnyAnswer> {
  readonly diagnostics: Diagnostic[] = []
  readonly #exercise: Exercise<A>
  readonly #configuration: Configuration<A>
  readonly #system: System
  #bounds: Bounds
  readonly #reductions: Reductions
  readonly #answer: A
  /** The system around the solution; null where there is none to compare with. */
  readonly #solved: System | null

  constructor(exercise: Exercise<A>, configuration: Configuration<A>, answer: A, options: GradeOptions<A>) {
    this.#exercise = exercise
    this.#configuration = configuration
    const { id, counts = {} } = configuration
    const around = (one: A): System =>
      authored({ part: 'system', id }, () => watched(configuration.system(one), one))
    this.#system = around(answer)
    this.#answer = answer
    this.#reductions = options.reductions ?? ALL_REDUCTIONS
    this.#solved = options.solution ? around(options.solution) : null
    const scope = scopeOf(this.#system, counts, configuration.driver)
    if (configuration.driver === 'explore') {
      const statesMax = Math.min(configuration.statesMax, options.statesMax ?? Infinity)
      this.#bounds = {
        driver: 'explore',
        configuration: configuration.id,
        statesMax,
        stepsMax: statesMax * STEPS_PER_STATE_MAX,
        scope,
      }
    } else {
      const { runs, stepsMax, milliseconds } = configuration
      const statesMax = runs * stepsMax
      this.#bounds = {
        driver: 'simulate',
        configuration: configuration.id,
        statesMax,
        stepsMax,
        ...(milliseconds !== undefined && { milliseconds }),
        runs,
        seed: options.seed ?? 1,
        ...(configuration.settle && { settleWithin: configuration.settle.within }),
        scope,
      }
    }
  }

  /** What the runs end with, once faults have stopped; null where they don't. */
  get #settle(): Settle | null {
    const { settleWithin } = this.#bounds
    return settleWithin === undefined ? null : { within: settleWithin }
  }

  /** Checks every property of the configuration. */
  *check(): Generator<Progress, CheckReport[]> {
    const { id } = this.#configuration
    if (this.#bounds.driver === 'explore') {
      const search = exploreReduced(this.#system, this.#bounds, this.#reductions)
      for (;;) {
        const next = search.next()
        if (next.done) {
          next.value.model.behaviour.verify()
          return this.#explored(next.value)
        }
        yield { configuration: id, driver: 'explore', ...next.value }
      }
    }
    const search = simulate(this.#system, {
      runs: this.#bounds.runs!,
      stepsMax: this.#bounds.stepsMax,
      millisecondsMax: this.#bounds.milliseconds,
      seed: this.#bounds.seed!,
      ...(this.#settle && { settle: this.#settle }),
    })
    for (;;) {
      const next = search.next()
      if (next.done) return this.#simulated(next.value)
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

  #explored(result: ReducedExploration): CheckReport[] {
    const { states, steps, depth } = result
    const counts = { states, steps, depth, reduction: this.#reduction(result) }
    const failing = result.findings.filter(({ property }) => this.#kind(property) !== 'sometimes')
    const stopped = failing.length > 0
    const chance =
      result.complete || !stopped ? Infinity : Math.min(...failing.map(({ actions }) => actions.length))
    if (result.hit) this.#bounds = { ...this.#bounds, hit: result.hit }
    if (result.failure) return this.#broken(result.failure, counts)
    return this.#system.properties.map(({ kind }, property) => {
      const finding = result.findings.find((candidate) => candidate.property === property)
      if (kind === 'sometimes') {
        // Where a failure ended the search, witnesses of its length or more are there by chance.
        if (finding && finding.actions.length < chance)
          return this.#shown(finding, 'passed', 'check.passed.witness', counts)
        if (result.complete)
          return this.#report(property, 'failed', words('check.failed.unreachable', { states }), counts)
      } else {
        if (finding) {
          const code = finding.loopFrom === undefined ? 'check.failed.explore' : 'check.failed.loop'
          const ends = kind === 'eventually' && finding.loopFrom === undefined
          const actions = ends ? this.#spent(finding.actions) : finding.actions
          return this.#shown({ ...finding, actions }, 'failed', code, counts)
        }
        if (result.undecided.includes(property))
          return this.#report(property, 'inconclusive', words('check.inconclusive.loop'), counts)
        if (result.complete)
          return this.#report(property, 'passed', words('check.passed.explore', { states }), counts)
      }
      if (stopped) return this.#report(property, 'not-run', words('check.not-run'), counts)
      const { statesMax, stepsMax } = this.#bounds
      const grown = growth(result.model)
      const report = this.#report(
        property,
        'inconclusive',
        words(`check.inconclusive.${result.hit}`, { statesMax, stepsMax }),
        counts,
      )
      return { ...report, ...(grown && { growth: grown }) }
    })
  }

  /**
   * A run after which nothing makes a difference, with the messages that are left: they arrive, so that a reader sees that
   * nobody takes notice of them.
   */
  #spent(actions: readonly Action[]): readonly Action[] {
    const { run } = this.#again(actions)
    const left = run.enabled().filter(({ kind }) => kind === 'deliver')
    for (const action of left) run.take(action)
    return [...actions, ...left]
  }

  #reduction({ symmetric, partialOrder, represented }: ReducedExploration): Reduction {
    return { symmetry: symmetric, partialOrder, represented }
  }

  #simulated(result: Simulation): CheckReport[] {
    const { runs, steps, depth, seed } = result
    const counts = { states: steps, steps, depth }
    if (result.failure) return this.#broken(result.failure, counts)
    return this.#system.properties.map(({ kind }, property) => {
      const finding = result.findings.find((candidate) => candidate.property === property)
      if (finding) {
        const within = this.#settle?.within ?? 0
        const { actions, calmFrom } = shorten(this.#system, finding, within)
        const passed = finding.what === 'witness'
        const code = passed
          ? 'check.passed.witness'
          : finding.what === 'unsettled'
            ? 'check.failed.settle'
            : 'check.failed.simulate'
        const more: Parameters = finding.what === 'unsettled' ? { within, calmFrom } : {}
        return this.#shown({ ...finding, actions }, passed ? 'passed' : 'failed', code, counts, {
          ...more,
          seed: finding.seed,
        })
      }
      if (seed !== null) return this.#report(property, 'not-run', words('check.not-run'), counts)
      if (kind === 'sometimes')
        return this.#report(property, 'inconclusive', words('check.inconclusive.witness'), counts)
      const first = this.#bounds.seed!
      const settled = kind === 'eventually' && this.#settle !== null
      const message = words(settled ? 'check.passed.settle' : 'check.passed.simulate', {
        ...(settled && { within: this.#settle!.within }),
        runs,
        seed: first,
        seedLast: first + runs - 1,
      })
      return this.#report(property, 'passed', message, counts)
    })
  }

  /** An answer that failed in the middle of a run: the run up to there goes with the message. */
  #broken(failure: { fault: Fault; actions: readonly Action[] }, counts: Counts): CheckReport[] {
    this.diagnostics.push(diagnosticOf(failure.fault))
    // The last action is the one that can't be carried out: the record ends just before it.
    const { record } = this.#again(failure.actions.slice(0, -1)).run
    const comparison = this.#compared({ actions: failure.actions, threw: true })
    return this.#system.properties.map((_, property) => ({
      ...this.#report(property, 'error', words('check.error'), counts),
      trace: this.#trace(failure.actions),
      record,
      comparison,
    }))
  }

  #shown(
    finding: Pick<Finding, 'property' | 'actions' | 'loopFrom'> & {
      readonly what?: SimulationFinding['what']
    },
    verdict: Verdict,
    code: string,
    counts: Counts,
    more: Parameters = {},
  ): CheckReport {
    const { property, what } = finding
    const { run, actions, loop } = this.#again(finding.actions, finding.loopFrom)
    const endless = what === 'unsettled' || loop.loopFrom !== undefined
    if (!this.#holdsAtEnd(property, run, endless)) throw new Fault('not-deterministic-run')
    const declared = this.#system.properties[property]!
    const violation = run.explain(property)
    const failed = verdict === 'failed'
    const ends = declared.kind === 'eventually' && !endless
    if (failed) this.#tell(endings(this.#answer, this.#system.nodes, run.record, ends))
    const from: Parameters = loop.loopFrom === undefined ? {} : { from: loop.loopFrom }
    const message = words(code, { ...violation, ...more, ...from, length: actions.length })
    return {
      ...this.#report(property, verdict, message, counts),
      trace: { ...this.#trace(actions), ...loop },
      record: { ...run.record, ...loop },
      doomedAt: failed ? doomedAt(run.model, run.rows, property) : null,
      comparison: failed ? this.#compared({ actions, missed: declared.kind === 'eventually' }) : null,
    }
  }

  /** Says what several checks may show, once. */
  #tell(diagnostics: readonly Diagnostic[]): void {
    const known = new Set(this.diagnostics.map((one) => JSON.stringify(one)))
    this.diagnostics.push(...diagnostics.filter((one) => !known.has(JSON.stringify(one))))
  }

  /** A failing run beside the same run of the solution, where there is one to compare with. */
  #compared(run: ComparedRun): Comparison | null {
    return this.#solved ? compare(this.#system, this.#solved, run) : null
  }

  /**
   * The run that was found, taken again.
   * @param loopFrom the number of the first step of its loop, where it has one
   * @throws Fault `not-deterministic-run` where it now goes another way
   */
  #again(actions: readonly Action[], loopFrom?: number): Again {
    try {
      if (loopFrom !== undefined) {
        const lasso = takeLasso(this.#system, actions, loopFrom)
        return { run: lasso.run, actions: lasso.actions, loop: { loopFrom: lasso.loopFrom } }
      }
      const run = new Run(this.#system)
      for (const action of actions) run.take(action)
      return { run, actions, loop: {} }
    } catch (error) {
      throw error instanceof Fault ? new Fault('not-deterministic-run') : error
    }
  }

  /** @param endless the run goes on for ever, or the goal had to be reached by now although something may still happen */
  #holdsAtEnd(property: number, run: Run, endless: boolean): boolean {
    const holds = (run.inspection & (1 << property)) !== 0
    if (this.#kind(property) === 'eventually') return !run.hasHeld(property) && (endless || run.atRest)
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
      doomedAt: null,
      comparison: null,
    }
  }
}

/** A run that was taken again. Where it has a loop, its actions may be more than were given; see `takeLasso`. */
interface Again {
  readonly run: Run
  readonly actions: readonly Action[]
  readonly loop: { readonly loopFrom?: number }
}

interface Counts {
  readonly states: number
  readonly steps: number
  readonly depth: number
  readonly reduction?: Reduction
}

const NOTHING: Counts = { states: 0, steps: 0, depth: 0 }

function words(code: string, parameters: Parameters = {}): Words {
  return { code, parameters }
}

/** Runs a grading to its end and gives the report. */
export function gradeToEnd<A extends AnyAnswer = Answer>(
  exercise: Exercise<A>,
  answer: A,
  options: GradeOptions<A> = {},
  onProgress?: (progress: Progress) => void,
): Report {
  const grading = grade(exercise, answer, options)
  for (;;) {
    const next = grading.next()
    if (next.done) return next.value
    onProgress?.(next.value)
  }
}
