/**
 * Coordination: which task of a grading comes next, which has become needless, how far all of them have come, and the
 * report once enough is known. Whoever carries out the tasks, and in whatever order they end, the report is the one of a
 * single worker that goes through them in the exercise’s order: outcomes are put together in that order, and what comes
 * after the first configuration that failed is left out.
 */
import type { CheckReport, Diagnostic, Progress, Report } from '../report.ts'
import { type Outcome, type Plan, type RunsTally, type Task, decides, keyOf } from './plan.ts'

/** How much was looked at. */
export interface Counts {
  readonly states: number
  readonly steps: number
  readonly depth: number
}

const NOTHING: Counts = { states: 0, steps: 0, depth: 0 }

/** One configuration while its tasks are carried out. */
interface Standing {
  /** Has its only task, or the one that puts its runs together, been handed out? */
  handed: boolean
  /** What it came to; null while that is not known. */
  outcome: Outcome | null
  /** The number of the next part that has not been handed out. */
  nextPart: number
  readonly parts: (Outcome | null)[]
  /** The first part known to decide; Infinity while none is. */
  deciding: number
}

export class Coordination {
  readonly #plan: Plan
  readonly #standings: Standing[]
  /** The first configuration known to fail; Infinity while none is. */
  #deciding = Infinity
  #restHanded = false
  #rest: Outcome | null = null
  #known: Report | null
  /** How far each task has come, each configuration, and all of them. */
  readonly #counts = new Map<string, Counts>()
  readonly #own: Counts[]
  #total: Counts = NOTHING

  constructor(plan: Plan) {
    this.#plan = plan
    this.#own = plan.configurations.map(() => NOTHING)
    this.#standings = plan.configurations.map(({ parts }) => ({
      handed: false,
      outcome: null,
      nextPart: 0,
      parts: parts.map(() => null),
      deciding: Infinity,
    }))
    // An exercise without configurations is graded before anything is done.
    this.#known = this.#reported()
  }

  /** The report, once every task that it rests on has been carried out. */
  get report(): Report | null {
    return this.#known
  }

  /** Hands out the next task; null where there is none for the moment. */
  next(): Task | null {
    if (this.#known !== null) return null
    const last = Math.min(this.#deciding, this.#standings.length - 1)
    for (let configuration = 0; configuration <= last; configuration++) {
      const standing = this.#standings[configuration]!
      if (standing.handed || standing.outcome !== null) continue
      if (standing.parts.length === 0) {
        standing.handed = true
        return { kind: 'explore', configuration }
      }
      if (standing.nextPart < Math.min(standing.parts.length, standing.deciding))
        return { kind: 'runs', configuration, part: standing.nextPart++ }
      const tally = tallyOf(standing)
      if (tally === null) continue
      standing.handed = true
      return { kind: 'found', configuration, tally }
    }
    if (this.#restHanded || this.#deciding >= this.#standings.length - 1) return null
    if (this.#standings.some(({ outcome }, index) => index <= this.#deciding && outcome === null)) return null
    this.#restHanded = true
    return { kind: 'rest', configuration: this.#deciding + 1 }
  }

  /** Takes what a task came to. */
  done(task: Task, outcome: Outcome): void {
    this.count(task, countsIn(outcome))
    if (task.kind === 'rest') this.#rest = outcome
    else this.#standing(task, outcome)
    this.#known ??= this.#reported()
  }

  #standing(task: Exclude<Task, { kind: 'rest' }>, outcome: Outcome): void {
    const standing = this.#standings[task.configuration]!
    if (task.kind === 'runs') {
      standing.parts[task.part] = outcome
      if (decides(outcome)) standing.deciding = Math.min(standing.deciding, task.part)
      const first = standing.parts.findIndex((part) => part === null || decides(part))
      const part = first < 0 ? null : standing.parts[first]!
      // Without a tally there is nothing to put together: its runs came to an end of their own.
      if (part !== null && part.kind !== 'runs') standing.outcome = part
    } else standing.outcome = outcome
    if (decides(outcome)) this.#deciding = Math.min(this.#deciding, task.configuration)
  }

  /** Does the report still rest on this task? */
  needs(task: Task): boolean {
    if (this.#known !== null || task.configuration > this.#deciding + (task.kind === 'rest' ? 1 : 0))
      return false
    if (task.kind !== 'runs') return true
    const { deciding, outcome } = this.#standings[task.configuration]!
    return outcome === null && task.part <= deciding
  }

  /** Takes how far a task has come. */
  count(task: Task, counts: Counts): void {
    const key = keyOf(task)
    const before = this.#counts.get(key) ?? NOTHING
    // A search that begins anew, without what it had presumed, has come no less far.
    const now = {
      states: Math.max(before.states, counts.states),
      steps: Math.max(before.steps, counts.steps),
      depth: Math.max(before.depth, counts.depth),
    }
    this.#counts.set(key, now)
    const more = { states: now.states - before.states, steps: now.steps - before.steps, depth: now.depth }
    this.#own[task.configuration] = plus(this.#own[task.configuration]!, more)
    this.#total = plus(this.#total, more)
  }

  /** How far all tasks have come together. */
  progress(): Progress {
    const unknown = this.#standings.findIndex(({ outcome }) => outcome === null)
    const last = Math.min(this.#deciding, this.#standings.length - 1)
    const current = unknown < 0 ? last : Math.min(unknown, last)
    const { id, driver } = this.#plan.configurations[current]!
    return { configuration: id, driver, ...this.#own[current]!, total: this.#total }
  }

  #reported(): Report | null {
    const { exercise } = this.#plan
    const checks: CheckReport[] = []
    const diagnostics: Diagnostic[] = []
    const outcomes = this.#standings.slice(0, this.#deciding + 1).map(({ outcome }) => outcome)
    if (outcomes.length < this.#standings.length) outcomes.push(this.#rest)
    for (const outcome of outcomes) {
      if (outcome === null) return null
      if (outcome.kind === 'lost') throw new Lost(outcome.reason)
      if (outcome.kind === 'broken')
        return { exercise, verdict: 'error', checks: [], diagnostics: outcome.diagnostics }
      if (outcome.kind === 'runs') throw new Error('the runs of a configuration were not put together')
      checks.push(...outcome.checks)
      diagnostics.push(...outcome.diagnostics)
      if (outcome.kind === 'unbuilt') return { exercise, verdict: 'error', checks, diagnostics }
    }
    return { exercise, verdict: verdictOf(checks), checks, diagnostics }
  }
}

/** A task that the report rests on was lost. */
export class Lost extends Error {
  readonly reason: unknown

  constructor(reason: unknown) {
    super('a task of the grading was lost')
    this.name = 'Lost'
    this.reason = reason
  }
}

/** What the runs of all parts came to, up to the first that failed; null while one before it is not known. */
function tallyOf({ parts, deciding }: Standing): RunsTally | null {
  const tallies: RunsTally[] = []
  for (const part of parts.slice(0, deciding + 1)) {
    if (part?.kind !== 'runs') return null
    tallies.push(part.tally)
  }
  const witnesses = new Map<number, number>()
  for (const tally of tallies)
    for (const { property, seed } of tally.witnesses)
      if (!witnesses.has(property)) witnesses.set(property, seed)
  const sum = (of: (tally: RunsTally) => number): number => tallies.reduce((all, one) => all + of(one), 0)
  return {
    runs: sum(({ runs }) => runs),
    steps: sum(({ steps }) => steps),
    depth: Math.max(...tallies.map(({ depth }) => depth)),
    failed: tallies.at(-1)!.failed,
    witnesses: [...witnesses].map(([property, seed]) => ({ property, seed })),
  }
}

/** What an outcome says was looked at. What puts runs together looks at nothing that was not counted before. */
function countsIn(outcome: Outcome): Counts {
  if (outcome.kind === 'runs') {
    const { steps, depth } = outcome.tally
    return { states: steps, steps, depth }
  }
  const check = outcome.kind === 'checks' ? outcome.checks[0] : undefined
  return check?.bounds.driver === 'explore' ? check : NOTHING
}

function plus(one: Counts, more: Counts): Counts {
  return {
    states: one.states + more.states,
    steps: one.steps + more.steps,
    depth: Math.max(one.depth, more.depth),
  }
}

/** The verdict on all checks together: the worst one. */
function verdictOf(checks: readonly CheckReport[]): Report['verdict'] {
  for (const verdict of ['error', 'failed', 'inconclusive'] as const) {
    if (checks.some((check) => check.verdict === verdict)) return verdict
  }
  return 'passed'
}
