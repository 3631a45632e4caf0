/** The widgets' words by language: `<language>-widgets.ts` in this folder. */
import type { Dictionary } from '../../engine/text/words.ts'

const files = import.meta.glob<Dictionary>('./??-widgets.ts', { eager: true, import: 'default' })

/** The widgets' dictionary in a language. @throws Error when there is none */
export function widgetWords(language: string): Dictionary {
  const dictionary = files[`./${language}-widgets.ts`]
  if (!dictionary) throw new Error(`the widgets have no words in '${language}'`)
  return dictionary
}
