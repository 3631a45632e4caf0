/** The words of the pages on which something is broken: which there are, and how an island says them. */
import type english from '../text/en-break.ts'
import { translator } from '../text/translate.ts'

export type BreakText = typeof english

/** Says a sentence of src/text/??-break.ts. Throws when a place in it is not filled. */
export type Say = (key: keyof BreakText, places?: Readonly<Record<string, string | number>>) => string

/** Makes the function that an island says its words with. */
export function sayerOf(words: Readonly<Record<keyof BreakText, string>>): Say {
  const translate = translator<BreakText>({ here: words }) as (
    language: string,
    key: keyof BreakText,
    places: Readonly<Record<string, string | number>>,
  ) => string
  return (key, places = {}) => translate('here', key, places)
}

/** `1 step`, `14 steps`. */
export function steps(say: Say, count: number): string {
  return count === 1 ? say('count.step') : say('count.steps', { count })
}
