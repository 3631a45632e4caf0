/**
 * Session: one configuration of an exercise around an answer, while it is checked: what a search or a number of runs found
 * is put into reports, each failure with its run taken anew, worked out, and compared.
 */
import { authored, watched } from '../actors/author.ts'
import { growth } from '../actors/growth.ts'
import { type Sample, SPARSE } from '../actors/repetition.ts'
import type { System } from '../actors/system.ts'
import { doomedAt } from '../drivers/doomed.ts'
import type { Finding } from '../drivers/explore.ts'
import { takeLasso } from '../drivers/lasso.ts'
import {
  ALL_REDUCTIONS,
  type ReducedExploration,
  type Reductions,
  exploreReduced,
} from '../drivers/reduce.ts'
import { Run } from '../drivers/run.ts'
import { type Settle, type Simulation, type SimulationFinding, simulate } from '../drivers/simulate.ts'
import { shorten } from '../drivers/simulate-shorten.ts'
import type { AnyAnswer, Configuration, Exercise } from '../exercise.ts'
import { Fault, type Parameters } from '../fault.ts'
import type { Action } from '../model.ts'
import { canonical } from '../plain.ts'
import type { Bounds, CheckReport, Diagnostic, Reduction, Verdict, Words } from '../report.ts'
import { scopeOf } from '../scope.ts'
import { type ComparedRun, type Comparison, compare } from '../trace/compare.ts'
import { TRACE_VERSION, type Trace } from '../trace/trace.ts'
import { endings } from '../uncaught.ts'
import type { Counts as Looked } from './coordination.ts'
import { diagnosticOf } from './diagnostics.ts'
import type { Part, RunsTally } from './plan.ts'

/** What the caller of `grade` may choose, as far as it concerns one configuration. */
export interface SessionOptions<A extends AnyAnswer> {
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

/** In all parts of a configuration’s runs but the first, calls are sampled less: together they are as many as in the first. */
const SPARSER: Sample = { first: 32, interval: SPARSE.interval, later: 16 }
/** The same of calls of the exercise’s own code, in what is done after its first part. */
const CLOSELY_AGAIN = 16

/** So many times timers fire, and what they send arrives, at the end of a run after which nothing makes a difference. */
const SPENT_ROUNDS_MAX = 3
/** Where a run is taken once more to see what it shows: it was looked at closely before. */
const UNSAMPLED: Sample = { first: 0, interval: SPARSE.interval, later: 0 }

/** One configuration while it is being checked. */
export class Session<A extends AnyAnswer> {
  readonly diagnostics: Diagnostic[] = []
  readonly #exercise: Exercise<A>
  readonly #configuration: Configuration<A>
  readonly #system: System
  #bounds: Bounds
  readonly #reductions: Reductions
  readonly #answer: A
  /** The system around the solution; null where there is none to compare with. */
  readonly #solved: System | null

  /**
   * Makes the system.
   * @param again has its code been looked at closely already, in another session?
   * @throws AuthorFault where there is none
   */
  constructor(
    exercise: Exercise<A>,
    configuration: Configuration<A>,
    answer: A,
    options: SessionOptions<A>,
    again = false,
  ) {
    this.#exercise = exercise
    this.#configuration = configuration
    const { id, counts = {} } = configuration
    const around = (one: A): System =>
      authored({ part: 'system', id }, () =>
        watched(configuration.system(one), one, again ? CLOSELY_AGAIN : undefined),
      )
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

  /** Checks every property in every interleaving. */
  *explore(): Generator<Looked, CheckReport[]> {
    const search = exploreReduced(this.#system, this.#bounds, this.#reductions)
    for (;;) {
      const next = search.next()
      if (!next.done) {
        yield next.value
        continue
      }
      next.value.model.behaviour.verify()
      return this.#explored(next.value)
    }
  }

  /** Takes some of the configuration’s runs, up to the first that fails. */
  *runs({ first, runs }: Part): Generator<Looked, RunsTally> {
    const search = this.#simulate(first, runs, first === 0 ? SPARSE : SPARSER)
    for (;;) {
      const next = search.next()
      if (next.done) {
        const { findings, seed, ...counts } = next.value
        const witnesses = findings
          .filter(({ what }) => what === 'witness')
          .map(({ property, seed }) => ({ property, seed }))
        return { runs: counts.runs, steps: counts.steps, depth: counts.depth, failed: seed, witnesses }
      }
      const { steps, depth } = next.value
      yield { states: steps, steps, depth }
    }
  }

  /** Reports on what all runs found together: those that show something are taken again from their seeds. */
  found({ runs, steps, depth, failed, witnesses }: RunsTally): CheckReport[] {
    const shown = new Map<number, Simulation>()
    const taken = (seed: number): Simulation => {
      const known = shown.get(seed) ?? this.#takenAgain(seed)
      shown.set(seed, known)
      return known
    }
    const findings: SimulationFinding[] = witnesses.map(({ property, seed }) =>
      theOne(taken(seed).findings.find((one) => one.property === property && one.what === 'witness')),
    )
    const last = failed === null ? null : taken(failed)
    if (last !== null) {
      if (last.seed !== failed) throw new Fault('not-deterministic-run')
      findings.push(...last.findings.filter(({ what }) => what !== 'witness'))
    }
    return this.#simulated({ runs, steps, depth, findings, seed: failed, failure: last?.failure ?? null })
  }

  #simulate(
    first: number,
    runs: number,
    sample: Sample,
  ): Generator<Looked | Omit<Looked, 'states'>, Simulation> {
    return simulate(this.#system, {
      runs,
      stepsMax: this.#bounds.stepsMax,
      millisecondsMax: this.#bounds.milliseconds,
      seed: this.#bounds.seed! + first,
      sample,
      ...(this.#settle && { settle: this.#settle }),
    })
  }

  #takenAgain(seed: number): Simulation {
    const search = this.#simulate(seed - this.#bounds.seed!, 1, UNSAMPLED)
    for (;;) {
      const next = search.next()
      if (next.done) return next.value
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
   * A run after which nothing makes a difference, with what is left: messages arrive and timers fire, so that a reader sees that nobody
   * takes notice of them. Where every message stays in the network, a timer that has not fired yet may still add one to it.
   */
  #spent(actions: readonly Action[]): readonly Action[] {
    const { run } = this.#again(actions)
    const spent = [...actions]
    const known = new Set<string>()
    const take = (kind: Action['kind']): void => {
      for (const action of run.enabled()) {
        const text = canonical(action, 'action')
        if (action.kind !== kind || known.has(text)) continue
        known.add(text)
        run.take(action)
        spent.push(action)
      }
    }
    take('deliver')
    for (let round = 0; round < SPENT_ROUNDS_MAX && !run.atRest; round++) {
      take('fire')
      take('deliver')
    }
    return spent
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
      doomedAt: failed ? this.#doomedAt(run, property) : null,
      comparison: failed ? this.#compared({ actions, missed: declared.kind === 'eventually' }) : null,
    }
  }

  /** From where on the run was lost. What handlers say in the search for it nobody hears. */
  #doomedAt(run: Run, property: number): number | null {
    run.model.behaviour.hears = false
    return doomedAt(run.model, run.rows, property)
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

/** @throws Fault where a run does not show again what it has shown */
function theOne<T>(found: T | undefined): T {
  if (found === undefined) throw new Fault('not-deterministic-run')
  return found
}
