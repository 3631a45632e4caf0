/**
 * A pool whose workers are turned by hand: each message that is on its way, news and results alike, arrives when a scheduler
 * picks it. Data is copied as it would be between threads.
 */
import type { AnyAnswer, Exercise } from '../exercise.ts'
import { type Begun, Hand, type HandNews } from '../grading/hand.ts'
import { type Outcome, type Task, keyOf } from '../grading/plan.ts'
import { Pool, type PoolWorker } from '../grading/pool.ts'
import type { SessionOptions } from '../grading/session.ts'
import { Random } from '../random.ts'
import type { Progress, Report } from '../report.ts'

/** Something that is on its way from a worker. */
export interface Arrival {
  readonly worker: number
  /** What it is at, as `keyOf` names it, or `begin`. */
  readonly at: string
  readonly isNews: boolean
  arrive(): void
}

/** Picks what arrives next, by its number. */
export type Scheduler = (arrivals: readonly Arrival[]) => number

export const oldestFirst: Scheduler = () => 0
export const newestFirst: Scheduler = (arrivals) => arrivals.length - 1
/** The worker that was asked last is the fastest: what comes last in the exercise is known first. */
export const lastTaskFirst: Scheduler = (arrivals) =>
  arrivals.reduce((best, { worker }, index) => (worker > arrivals[best]!.worker ? index : best), 0)
export function atRandom(seed: number): Scheduler {
  const random = new Random(seed)
  return (arrivals) => random.below(arrivals.length)
}

export interface Pooled<A extends AnyAnswer> {
  readonly exercise: Exercise<A>
  readonly anew: () => A
  readonly options?: SessionOptions<A>
  readonly size: number
  readonly scheduler: Scheduler
  /** So often the first worker looks at its clock before the work is spread. */
  readonly looksAlone: number
  /** The worker that has this task is gone instead of carrying it out, for this reason. */
  readonly loses?: { readonly key: string; readonly reason: unknown }
}

/** What a pool did besides. */
export interface PoolRun {
  readonly report: Report
  readonly progress: readonly Progress[]
  /** Every task that was handed out, how many workers were started, and which were stopped while they were at something. */
  readonly tasks: readonly Task[]
  readonly started: number
  readonly interrupted: readonly number[]
}

/** Milliseconds that pass between two looks at a clock. */
const TICK = 40

/** Grades in such a pool. */
export async function gradeByHand<A extends AnyAnswer>(pooled: Pooled<A>): Promise<PoolRun> {
  const { exercise, anew, options = {}, size, scheduler, looksAlone, loses } = pooled
  const arrivals: Arrival[] = []
  const progress: Progress[] = []
  const tasks: Task[] = []
  const stopped = new Set<number>()
  const interrupted: number[] = []
  let started = 0
  const pool = new Pool({
    size,
    onProgress: (one) => progress.push(one),
    start(tell) {
      const number = started++
      let now = 0
      let at = 'begin'
      const send = (isNews: boolean, arrive: () => void): void => {
        if (!stopped.has(number)) arrivals.push({ worker: number, at, isNews, arrive })
      }
      const hand = new Hand<A>(
        { exercise, answer: anew, options },
        {
          clock: () => (now += TICK),
          tell: (news: HandNews) => {
            const copy = structuredClone(news)
            send(true, () => tell(copy))
          },
        },
      )
      /** Works when it is its turn: what it tells and what it comes to are on their way from then on. */
      const asked = <T>(name: string, work: () => T): Promise<T> =>
        new Promise((resolve, reject) => {
          at = name
          send(false, () => {
            if (loses?.key === name) return reject(loses.reason as Error)
            const result = structuredClone(work())
            send(false, () => resolve(result))
          })
        })
      const worker: PoolWorker = {
        begin: () => asked<Begun>('begin', () => hand.begin(looksAlone * TICK)),
        perform: (task) => {
          tasks.push(task)
          return asked<Outcome>(keyOf(task), () => hand.perform(structuredClone(task)))
        },
        stop() {
          if (arrivals.some((one) => one.worker === number && !one.isNews)) interrupted.push(number)
          stopped.add(number)
          for (let index = arrivals.length - 1; index >= 0; index--)
            if (arrivals[index]!.worker === number) arrivals.splice(index, 1)
        },
      }
      return worker
    },
  })
  let result: { report: Report } | { error: unknown } | null = null
  pool.run().then(
    (report) => (result = { report }),
    (error: unknown) => (result = { error }),
  )
  while (result === null) {
    if (arrivals.length > 0) arrivals.splice(scheduler(arrivals), 1)[0]!.arrive()
    // What hangs on a promise runs now.
    await new Promise((resolve) => setImmediate(resolve))
    if (arrivals.length === 0 && result === null)
      throw new Error('nothing is on its way, and nothing came of it')
  }
  const known = result as { report: Report } | { error: unknown }
  if ('error' in known) throw known.error
  return { report: known.report, progress, tasks, started, interrupted }
}
