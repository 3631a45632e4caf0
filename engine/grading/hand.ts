/**
 * Hand: what one worker does of a grading, whatever it runs in. The first one begins alone, for most gradings are over before
 * another worker would have started. If this one is not, it says what it has done so far and which task it is at; from then on
 * it takes tasks, as the others do.
 */
import type { AnyAnswer } from '../exercise.ts'
import { Fault } from '../fault.ts'
import type { Progress, Report } from '../report.ts'
import { Coordination, type Counts } from './coordination.ts'
import { diagnosticOf } from './diagnostics.ts'
import { type Grading, perform } from './perform.ts'
import { type Outcome, type Plan, type Task, keyOf, planOf } from './plan.ts'

/** How far a worker has come alone when there is more to do than it should do alone. */
export interface Spread {
  readonly plan: Plan
  /** What its tasks came to, in the order in which a Coordination hands them out. The next one is the one that it is at. */
  readonly outcomes: readonly Outcome[]
  /** How far it has come with that. */
  readonly counts: Counts
}

/** What a worker tells meanwhile. `counts` are those of the task with the key. */
export type HandNews =
  | { readonly progress: Progress }
  | { readonly spread: Spread }
  | { readonly key: string; readonly counts: Counts }

/** How a beginning ends: with the report, or, where it spread, with what the task came to that it was at. */
export type Begun = { readonly report: Report } | { readonly outcome: Outcome }

/** Progress is told at most so often: a message for every thousand states would slow the search down. */
const PROGRESS_MS = 100

const NOTHING: Counts = { states: 0, steps: 0, depth: 0 }

export class Hand<A extends AnyAnswer> {
  readonly #grading: Grading<A>
  readonly #tell: (news: HandNews) => void
  readonly #clock: () => number
  #told: number

  /**
   * @param clock milliseconds. They decide when something is told and when the work is spread, never what it comes to.
   */
  constructor(
    grading: Omit<Grading<A>, 'plan'>,
    surroundings: { readonly tell: (news: HandNews) => void; readonly clock: () => number },
  ) {
    this.#grading = { ...grading, plan: planOf(grading.exercise) }
    this.#tell = surroundings.tell
    this.#clock = surroundings.clock
    this.#told = this.#clock()
  }

  /** Begins alone. @param aloneMs after so long there is more to do than one should do alone; null: never */
  begin(aloneMs: number | null): Begun {
    const { plan } = this.#grading
    const work = new Coordination(plan)
    const outcomes: Outcome[] = []
    const began = this.#clock()
    let spread = false
    const spreadIfLate = (counts: Counts): void => {
      if (spread || aloneMs === null || this.#clock() - began < aloneMs) return
      spread = true
      this.#tell({ spread: { plan, outcomes, counts } })
    }
    while (work.report === null) {
      const task = work.next()!
      spreadIfLate(NOTHING)
      const outcome = this.#carryOut(task, (counts) => {
        work.count(task, counts)
        spreadIfLate(counts)
        this.#now(() => (spread ? { key: keyOf(task), counts } : { progress: work.progress() }))
      })
      if (spread) return { outcome }
      work.done(task, outcome)
      outcomes.push(outcome)
      if (work.report === null) this.#now(() => ({ progress: work.progress() }))
    }
    return { report: work.report }
  }

  /** Carries out one task. */
  perform(task: Task): Outcome {
    return this.#carryOut(task, (counts) => this.#now(() => ({ key: keyOf(task), counts })))
  }

  #carryOut(task: Task, onCounts: (counts: Counts) => void): Outcome {
    try {
      const search = perform(this.#grading, task)
      for (;;) {
        const next = search.next()
        if (next.done) return next.value
        onCounts(next.value)
      }
    } catch (error) {
      const fault = error instanceof Fault ? error : new Fault('engine-failed', { message: String(error) })
      return { kind: 'broken', diagnostics: [diagnosticOf(fault)] }
    }
  }

  /** Tells something, unless something was told just now. */
  #now(news: () => HandNews): void {
    if (this.#clock() - this.#told < PROGRESS_MS) return
    this.#tell(news())
    this.#told = this.#clock()
  }
}
