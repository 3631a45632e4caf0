/** The exercise page's words: which there are, how an island says them, and how it writes numbers. */
import type english from '../text/en-exercise.ts'
import type workbench from '../text/en-workbench.ts'
import { translator } from '../text/translate.ts'

export type ExerciseText = typeof english & typeof workbench

/** Says a sentence of src/text/??-exercise.ts. Throws when a place in it is not filled. */
export type Say = (key: keyof ExerciseText, places?: Readonly<Record<string, string | number>>) => string

/** Makes the function that an island says its words with. */
export function sayerOf(words: Readonly<Record<keyof ExerciseText, string>>): Say {
  const translate = translator<ExerciseText>({ here: words }) as (
    language: string,
    key: keyof ExerciseText,
    places: Readonly<Record<string, string | number>>,
  ) => string
  return (key, places = {}) => translate('here', key, places)
}

/** `1 step`, `14 steps`. */
export function steps(say: Say, count: number): string {
  return count === 1 ? say('count.step') : say('count.steps', { count: grouped(count) })
}

/** A whole number with its thousands set apart, as `412,006`. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
}
