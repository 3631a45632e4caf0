/** The words of the pages on which something is broken, while pages are built: by language, English where there is no file. */
import { defaultLanguage } from '../text/index.ts'
import type { BreakText } from './words.ts'

type Words = Readonly<Record<keyof BreakText, string>>

const files = import.meta.glob<Words>('../text/??-break.ts', { eager: true, import: 'default' })

export function breakWords(lang: string): Words {
  return (files[`../text/${lang}-break.ts`] ?? files[`../text/${defaultLanguage}-break.ts`])!
}
