/**
 * The engine in a web worker: offers `grade` and `compare` over a MessagePort. Thin: they are the engine's own, after
 * `lockdown`. The worker is used for one grading and then thrown away, so that nothing of an answer stays.
 */
import { expose as offer } from 'comlink'
import { lockdown } from './compile/lockdown.ts'
import type { AnyExercise } from './exercise.ts'
import { Fault } from './fault.ts'
import { grade } from './grade.ts'
import { diagnosticOf } from './grading/diagnostics.ts'
import { load } from './load.ts'
import type { Progress, Report } from './report.ts'
import { type ComparedCheck, type Comparison, compareCheck } from './trace/compare.ts'

/** What the page asks for. */
export interface GradingRequest {
  /** The name of the exercise. */
  readonly exercise: string
  /** The compiled answer. */
  readonly code: string
  readonly seed: number
  /** Tell each line before it runs: slow, to find out where an answer hangs. */
  readonly tellLines: boolean
}

/** What the page asks for when the learner wants to know what the solution would have done. */
export interface ComparisonRequest {
  readonly exercise: string
  /** The compiled answer, and the compiled solution. */
  readonly code: string
  readonly solution: string
  readonly check: ComparedCheck
}

/** What the page hears meanwhile, on a port of its own. */
export type GradingNews = { readonly progress: Progress } | { readonly line: number } | 'started'

/** What the worker offers. */
export interface GradingWorker {
  /** @param news a port that is handed over; takes GradingNews */
  grade(request: GradingRequest, news: MessagePort): Report
  /** @throws where the run can't be repeated */
  compare(request: ComparisonRequest): Comparison | null
}

/** Progress is told at most so often: a message for every thousand states would slow the search down. */
const PROGRESS_MS = 100

/**
 * Offers `grade` to the page that hands in a port.
 * @param exercises by name
 */
export function expose(exercises: Readonly<Record<string, AnyExercise>>): void {
  const clock = performance.now.bind(performance)
  const exerciseOf = (id: string): AnyExercise => {
    const exercise = exercises[id]
    if (!exercise) throw new Fault('unknown-exercise', { exercise: id })
    return exercise
  }
  const offered: GradingWorker = {
    compare({ exercise: id, code, solution, check }) {
      lockdown(globalThis)
      const exercise: AnyExercise = exerciseOf(id)
      return compareCheck(exercise, check, load(exercise, code), load(exercise, solution))
    },
    grade(request, news) {
      const tell = (one: GradingNews): void => news.postMessage(one)
      lockdown(globalThis)
      tell('started')
      try {
        const exercise: AnyExercise = exerciseOf(request.exercise)
        const answer = load(exercise, request.code, request.tellLines ? (line) => tell({ line }) : null)
        const grading = grade(exercise, answer, { seed: request.seed })
        let told = clock()
        for (;;) {
          const next = grading.next()
          if (next.done) return next.value
          if (clock() - told < PROGRESS_MS) continue
          tell({ progress: next.value })
          told = clock()
        }
      } catch (error) {
        const fault = error instanceof Fault ? error : new Fault('engine-failed', { message: String(error) })
        return {
          exercise: request.exercise,
          verdict: 'error',
          checks: [],
          diagnostics: [diagnosticOf(fault)],
        }
      }
    },
  }
  addEventListener('message', ({ ports }) => ports[0] && offer(offered, ports[0]), { once: true })
}
