/** The course as pages carry it for their progress: what there is to read, to answer and to pass, in its order. */

export interface ProgressExercise {
  readonly id: string
  readonly version: number
  readonly kind: 'build' | 'break'
  readonly parts: readonly string[]
  readonly title: string
  readonly href: string
}

export interface ProgressPage {
  readonly id: string
  readonly name: string
  readonly href: string
  readonly questions: readonly string[]
  readonly exercises: readonly ProgressExercise[]
}

export interface ProgressChapter {
  readonly id: string
  readonly number: number
  readonly name: string
  /** The pages that are written. */
  readonly pages: readonly ProgressPage[]
}

export type ProgressCourse = readonly ProgressChapter[]

export const exercisesOf = ({ pages }: Pick<ProgressChapter, 'pages'>): readonly ProgressExercise[] =>
  pages.flatMap(({ exercises }) => exercises)
