/** The engine's words by language, for pages and for what is handed to islands. */
import type { Dictionary } from '../../engine/text/words.ts'

const files = import.meta.glob<Record<string, Dictionary>>('../../engine/text/??.ts', { eager: true })

/** The engine's dictionary in a language. @throws Error when there is none */
export function engineWords(language: string): Dictionary {
  const dictionary = files[`../../engine/text/${language}.ts`]?.[language]
  if (!dictionary) throw new Error(`the engine has no words in '${language}'`)
  return dictionary
}
