/** The words of progress, by language: `<language>-progress.ts` in this folder. */
import type { Dictionary } from '../../engine/text/words.ts'

const files = import.meta.glob<Dictionary>('./??-progress.ts', { eager: true, import: 'default' })

/** The dictionary in a language. @throws Error when there is none */
export function progressWords(language: string): Dictionary {
  const dictionary = files[`./${language}-progress.ts`]
  if (!dictionary) throw new Error(`there are no words for progress in '${language}'`)
  return dictionary
}
