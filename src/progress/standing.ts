/** How much of a chapter, or of the course, is done; and what is next. Pure: the record was summed up before. */
import type { Last, Progress } from '../record/progress.ts'
import {
  type ProgressChapter,
  type ProgressCourse,
  type ProgressExercise,
  type ProgressPage,
  exercisesOf,
} from './course.ts'

/** What there is and what of it is done. */
export interface Standing {
  readonly pages: number
  readonly read: number
  readonly questions: number
  readonly answered: number
  readonly exercises: number
  readonly passed: number
  /** All pages are read and all exercises passed. Questions may be left: to read on is to pass over them. */
  readonly done: boolean
}

/** Something to be done. */
export type Step =
  | {
      readonly kind: 'page'
      readonly chapter: ProgressChapter
      readonly page: ProgressPage
      readonly part: string | null
    }
  | {
      readonly kind: 'exercise'
      readonly chapter: ProgressChapter
      readonly page: ProgressPage
      readonly exercise: ProgressExercise
    }

/** Where the learner goes on. */
export type Onward =
  /** Nothing was begun. */
  | { readonly kind: 'new' }
  /** What was begun last is not done. */
  | { readonly kind: 'continue'; readonly step: Step; readonly at: number }
  /** What was begun last is done, or nothing of the course any more: this comes after it. */
  | { readonly kind: 'next'; readonly step: Step }
  | { readonly kind: 'finished' }

export function standingOf(pages: readonly ProgressPage[], progress: Progress): Standing {
  const exercises = exercisesOf({ pages })
  const read = pages.filter((page) => isRead(page, progress)).length
  const passed = exercises.filter((exercise) => isPassed(exercise, progress)).length
  return {
    pages: pages.length,
    read,
    questions: sum(pages.map(({ questions }) => questions.length)),
    answered: sum(pages.map(({ id }) => Object.keys(progress.pages[id]?.answered ?? {}).length)),
    exercises: exercises.length,
    passed,
    done: read === pages.length && passed === exercises.length,
  }
}

/** What the learner does next. */
export function onward(course: ProgressCourse, progress: Progress): Onward {
  const { last } = progress
  if (last === null) return { kind: 'new' }
  const steps = stepsOf(course)
  const at = steps.findIndex((step) => isAt(step, last))
  const here = steps[at]
  if (here && !isDone(here, progress)) {
    const step = here.kind === 'page' && last.kind === 'page' ? { ...here, part: last.part } : here
    return { kind: 'continue', step, at: last.at }
  }
  // From here on, and then what was left out before.
  const next = [...steps.slice(at + 1), ...steps.slice(0, at + 1)].find((step) => !isDone(step, progress))
  return next ? { kind: 'next', step: next } : { kind: 'finished' }
}

/** All that there is to do, in the order of the course: each page, then its exercises. */
export function stepsOf(course: ProgressCourse): readonly Step[] {
  return course.flatMap((chapter) =>
    chapter.pages.flatMap((page): Step[] => [
      { kind: 'page', chapter, page, part: null },
      ...page.exercises.map((exercise): Step => ({ kind: 'exercise', chapter, page, exercise })),
    ]),
  )
}

function isAt(step: Step, last: Last): boolean {
  return step.kind === last.kind && last.id === (step.kind === 'page' ? step.page.id : step.exercise.id)
}

function isDone(step: Step, progress: Progress): boolean {
  return step.kind === 'page' ? isRead(step.page, progress) : isPassed(step.exercise, progress)
}

const isRead = ({ id }: ProgressPage, progress: Progress): boolean =>
  (progress.pages[id]?.readAt ?? null) !== null

const isPassed = ({ id }: ProgressExercise, progress: Progress): boolean =>
  progress.exercises[id]?.state === 'passed'

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

/** What was achieved in a chapter, in figures. */
export interface Achieved {
  readonly pages: number
  readonly exercises: number
  /** States that were looked at in the code that passed; 0 where the chapter has no code to write. */
  readonly states: number
  /** The learner's shortest runs, for the exercises in which something was broken. */
  readonly bests: readonly { readonly title: string; readonly steps: number }[]
}

export function achieved(chapter: ProgressChapter, progress: Progress): Achieved {
  const exercises = exercisesOf(chapter)
  return {
    pages: chapter.pages.length,
    exercises: exercises.length,
    states: sum(exercises.map(({ id }) => progress.exercises[id]?.states ?? 0)),
    bests: exercises.flatMap(({ id, title }) => {
      const steps = progress.exercises[id]?.best ?? null
      return steps === null ? [] : [{ title, steps }]
    }),
  }
}
