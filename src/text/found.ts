/** The words of what the home page shows running, by language: `<language>-found.ts` in this folder. */
import type { Dictionary } from '../../engine/text/words.ts'

const files = import.meta.glob<Dictionary>('./??-found.ts', { eager: true, import: 'default' })

/** The dictionary in a language. @throws Error when there is none */
export function foundWords(language: string): Dictionary {
  const dictionary = files[`./${language}-found.ts`]
  if (!dictionary) throw new Error(`the home page has no words for its run in '${language}'`)
  return dictionary
}
