/** The words of the page on histories of one’s own, by language: `<language>-history.ts` in this folder. */
import type { Dictionary } from '../../engine/text/words.ts'

const files = import.meta.glob<Dictionary>('./??-history.ts', { eager: true, import: 'default' })

/** The page’s dictionary in a language. @throws Error when there is none */
export function historyWords(language: string): Dictionary {
  const dictionary = files[`./${language}-history.ts`]
  if (!dictionary) throw new Error(`the page on histories has no words in '${language}'`)
  return dictionary
}
