/**
 * The engine in a web worker: offers the work of a grading, and `compare`, over a MessagePort. Thin: they are the engine's
 * own, after `lockdown`. The worker is used for one grading and then thrown away, so that nothing of an answer stays.
 */
import { expose as offer } from 'comlink'
import { lockdown } from './compile/lockdown.ts'
import { type AnyAnswer, type AnyExercise, chosenOf } from './exercise.ts'
import { Fault } from './fault.ts'
import { diagnosticOf } from './grading/diagnostics.ts'
import { type Begun, Hand, type HandNews } from './grading/hand.ts'
import type { Outcome, Task } from './grading/plan.ts'
import { load } from './load.ts'
import { type Stop, stopOf } from './drivers/played.ts'
import { type Trial, type TrialRequest, tryOut } from './trial.ts'
import { type ComparedCheck, type Comparison, compareCheck } from './trace/compare.ts'

/** What the page asks for. */
export interface GradingRequest {
  /** The name of the exercise. */
  readonly exercise: string
  /** The compiled answer. */
  readonly code: string
  readonly seed: number
  /** Ids of the configurations to try; null: all. */
  readonly only: readonly string[] | null
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

/** What the page asks for when a run of the answer is chosen by somebody: by hand, or one that broke it before. */
export interface AnswerTrialRequest extends TrialRequest {
  readonly exercise: string
  /** The compiled answer. */
  readonly code: string
}

/** What the page hears meanwhile, on a port of its own. */
export type GradingNews = HandNews | { readonly line: number } | 'started'

/** What the worker offers. A grading begins in one worker; others join it. */
export interface GradingWorker {
  /**
   * @param aloneMs see `Hand.begin`
   * @param news a port that is handed over; takes GradingNews
   */
  begin(request: GradingRequest, aloneMs: number | null, news: MessagePort): Begun
  join(request: GradingRequest, news: MessagePort): void
  /** Once it has begun or joined. */
  perform(task: Task): Outcome
  /** @throws where the run can't be repeated */
  compare(request: ComparisonRequest): Comparison | null
  /** Any number of times. @returns the run, or why there is none: the answer can't be loaded, or a server can't start */
  tryOut(request: AnswerTrialRequest): Trial | { readonly stop: Stop }
}

/**
 * Offers its work to the page that hands in a port.
 * @param exercises by name
 */
export function expose(exercises: Readonly<Record<string, AnyExercise>>): void {
  const clock = performance.now.bind(performance)
  const exerciseOf = (id: string): AnyExercise => {
    const exercise = exercises[id]
    if (!exercise) throw new Fault('unknown-exercise', { exercise: id })
    return exercise
  }
  let hand: Hand<AnyAnswer> | null = null
  const enter = (request: GradingRequest, news: MessagePort): Hand<AnyAnswer> => {
    const tell = (one: GradingNews): void => news.postMessage(one)
    lockdown(globalThis)
    tell('started')
    const { code, seed, only, tellLines } = request
    const exercise = chosenOf(exerciseOf(request.exercise), only)
    const answer = (): AnyAnswer => load(exercise, code, tellLines ? (line) => tell({ line }) : null)
    hand = new Hand({ exercise, answer, options: { seed } }, { tell, clock })
    return hand
  }
  const offered: GradingWorker = {
    compare({ exercise: id, code, solution, check }) {
      lockdown(globalThis)
      const exercise: AnyExercise = exerciseOf(id)
      return compareCheck(exercise, check, load(exercise, code), load(exercise, solution))
    },
    tryOut({ exercise: id, code, ...request }) {
      lockdown(globalThis)
      const exercise: AnyExercise = exerciseOf(id)
      try {
        return tryOut(exercise, load(exercise, code), request)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        return { stop: stopOf(error) }
      }
    },
    begin(request, aloneMs, news) {
      try {
        return enter(request, news).begin(aloneMs)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        const { exercise } = request
        return { report: { exercise, verdict: 'error', checks: [], diagnostics: [diagnosticOf(error)] } }
      }
    },
    join(request, news) {
      enter(request, news)
    },
    perform: (task) => hand!.perform(task),
  }
  addEventListener('message', ({ ports }) => ports[0] && offer(offered, ports[0]), { once: true })
}
