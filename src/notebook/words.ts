/** The widgets' words and the engine's for a cell: loaded when the reader begins, in the page's language alone. */
import type { Words } from '../widgets/figure.ts'

const widgets = import.meta.glob<Words>('../text/??-widgets.ts', { import: 'default' })
const engine = import.meta.glob<Record<string, Words>>('../../engine/text/??.ts')

/** @throws Error when the language has none, or they can't be loaded */
export async function loadWords(lang: string): Promise<Words> {
  const [views, own] = await Promise.all([
    widgets[`../text/${lang}-widgets.ts`]?.(),
    engine[`../../engine/text/${lang}.ts`]?.(),
  ])
  if (!views || !own?.[lang]) throw new Error(`No words in '${lang}'`)
  return { ...own[lang], ...views }
}
