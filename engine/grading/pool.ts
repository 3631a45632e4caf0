/**
 * Pool: spreads a grading over workers that somebody else keeps: web workers in the page, processes on the command line. It
 * knows nothing of them but what is below, and no clock. The report is that of one worker; see `coordination.ts`.
 */
import type { Progress, Report } from '../report.ts'
import { Coordination, type Counts, Lost } from './coordination.ts'
import type { Begun, HandNews, Spread } from './hand.ts'
import { type Outcome, type Task, keyOf } from './plan.ts'

/** A worker, as its keeper shows it. What it promises is rejected when it is gone, for a reason that its keeper knows. */
export interface PoolWorker {
  /** See `Hand`. Only the first worker begins, and only once. */
  begin(): Promise<Begun>
  perform(task: Task): Promise<Outcome>
  /** Ends it at once, whatever it is at. */
  stop(): void
}

export interface PoolKeeper {
  /** At most so many workers. */
  readonly size: number
  /** Starts a worker. @param tell hears what it tells */
  start(tell: (news: HandNews) => void): PoolWorker
  onProgress(progress: Progress): void
}

/** A worker and the task that it is at. */
interface Place {
  readonly worker: PoolWorker
  task: Task | null
}

export class Pool {
  readonly #keeper: PoolKeeper
  readonly #places = new Set<Place>()
  /** Null while the first worker is alone. */
  #work: Coordination | null = null
  #total: Counts = { states: 0, steps: 0, depth: 0 }
  #settle: { resolve(report: Report): void; reject(reason: unknown): void } | null = null

  constructor(keeper: PoolKeeper) {
    this.#keeper = keeper
  }

  /**
   * Grades.
   * @throws Lost where a worker is gone that was at something the report rests on
   */
  run(): Promise<Report> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
      const spread = new Promise<void>((known) => {
        const first = this.#start((far) => {
          this.#spread(first, far)
          known()
        })
        first.worker.begin().then(
          async (begun) => {
            if ('report' in begun) return this.#end(begun.report)
            // Its news may come later than what it returns.
            await spread
            this.#finished(first, begun.outcome)
          },
          (reason: unknown) => {
            if (this.#work === null) this.#end(null, new Lost(reason))
            else this.#lost(first, reason)
          },
        )
      })
    })
  }

  /** Ends all workers. What `run` has promised is left open. */
  stop(): void {
    this.#settle = null
    for (const { worker } of this.#places) worker.stop()
    this.#places.clear()
  }

  #start(onSpread: (far: Spread) => void = () => undefined): Place {
    const place: Place = {
      task: null,
      worker: this.#keeper.start((news) => {
        if (!this.#places.has(place)) return
        if ('spread' in news) onSpread(news.spread)
        else if ('progress' in news) this.#tell(news.progress)
        // What is told of a task that has ended in the meantime is known already.
        else if (this.#work && place.task && keyOf(place.task) === news.key) {
          this.#work.count(place.task, news.counts)
          this.#tell(this.#work.progress())
        }
      }),
    }
    this.#places.add(place)
    return place
  }

  #spread(first: Place, { plan, outcomes, counts }: Spread): void {
    const work = new Coordination(plan)
    for (const outcome of outcomes) work.done(work.next()!, outcome)
    first.task = work.next()!
    work.count(first.task, counts)
    this.#work = work
    this.#fill()
  }

  /** Gives work to whoever has none, and starts workers while there is work for them. */
  #fill(): void {
    const work = this.#work!
    for (;;) {
      const idle = [...this.#places].find(({ task }) => task === null)
      if (!idle && this.#places.size >= this.#keeper.size) return
      const task = work.next()
      if (task === null) return
      const place = idle ?? this.#start()
      place.task = task
      place.worker.perform(task).then(
        (outcome) => this.#finished(place, outcome),
        (reason: unknown) => this.#lost(place, reason),
      )
    }
  }

  #finished(place: Place, outcome: Outcome): void {
    if (!this.#places.has(place)) return
    const task = place.task!
    place.task = null
    this.#came(task, outcome)
  }

  #lost(place: Place, reason: unknown): void {
    if (!this.#places.delete(place)) return
    place.worker.stop()
    this.#came(place.task!, { kind: 'lost', reason })
  }

  #came(task: Task, outcome: Outcome): void {
    const work = this.#work!
    try {
      work.done(task, outcome)
    } catch (error) {
      return this.#end(null, error)
    }
    if (work.report !== null) return this.#end(work.report)
    this.#tell(work.progress())
    for (const place of this.#places) {
      if (place.task === null || work.needs(place.task)) continue
      place.worker.stop()
      this.#places.delete(place)
    }
    this.#fill()
    if (![...this.#places].some((place) => place.task !== null))
      this.#end(null, new Error('nobody is at anything, and there is no report'))
  }

  #end(report: Report | null, reason?: unknown): void {
    const settle = this.#settle
    this.stop()
    if (report === null) settle?.reject(reason)
    else settle?.resolve(report)
  }

  /** What all have looked at together never goes back, whoever tells it. */
  #tell(progress: Progress): void {
    const { states, steps, depth } = progress.total
    this.#total = {
      states: Math.max(this.#total.states, states),
      steps: Math.max(this.#total.steps, steps),
      depth: Math.max(this.#total.depth, depth),
    }
    this.#keeper.onProgress({ ...progress, total: this.#total })
  }
}
