/**
 * grade: an exercise, an answer and bounds in; progress and a report out. The only way to grade: the page, the command
 * line and the tests all come through here, or through a pool of workers that carry out the same tasks; see `grading/`.
 */
import type { AnyAnswer, Answer, Exercise } from './exercise.ts'
import { Coordination } from './grading/coordination.ts'
import { perform } from './grading/perform.ts'
import { planOf } from './grading/plan.ts'
import type { SessionOptions } from './grading/session.ts'
import type { Progress, Report } from './report.ts'

/** What the caller of `grade` may choose. */
export interface GradeOptions<A extends AnyAnswer = Answer> extends SessionOptions<A> {
  /**
   * Loads the answer anew: called before each task but the first, so that nothing an answer keeps to itself is carried over.
   * Left out: all tasks have the same.
   */
  readonly anew?: () => A
}

/** Grades an answer: yields its progress, returns the report. Given the same arguments it gives the same report. */
export function* grade<A extends AnyAnswer = Answer>(
  exercise: Exercise<A>,
  answer: A,
  { anew, ...options }: GradeOptions<A> = {},
): Generator<Progress, Report> {
  const plan = planOf(exercise)
  const work = new Coordination(plan)
  let fresh: A | null = answer
  const answerNow = (): A => {
    const one = fresh ?? anew!()
    if (anew) fresh = null
    return one
  }
  while (work.report === null) {
    const task = work.next()!
    const search = perform({ exercise, plan, answer: answerNow, options }, task)
    for (;;) {
      const next = search.next()
      if (next.done) {
        work.done(task, next.value)
        break
      }
      work.count(task, next.value)
      yield work.progress()
    }
    if (work.report === null) yield work.progress()
  }
  return work.report
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
