/**
 * The exercise page's words while pages are built: by language, together with the widgets' and the engine's, which the
 * island is handed for the views of a run. A language without a file here has its pages in English words.
 */
import { defaultLanguage } from '../text/index.ts'
import type { ExerciseText } from './words.ts'

type Dictionary = Readonly<Record<string, string>>

type Words = Readonly<Record<keyof ExerciseText, string>>

const own = import.meta.glob<Words>('../text/??-exercise.ts', { eager: true, import: 'default' })
const workbench = import.meta.glob<Words>('../text/??-workbench.ts', { eager: true, import: 'default' })
const widgets = import.meta.glob<Dictionary>('../text/??-widgets.ts', { eager: true, import: 'default' })
const engine = import.meta.glob<Record<string, Dictionary>>('../../engine/text/??.ts', { eager: true })

export function exerciseWords(lang: string): Words {
  const of = (parts: Record<string, Words>, name: string): Words =>
    (parts[`../text/${lang}-${name}.ts`] ?? parts[`../text/${defaultLanguage}-${name}.ts`])!
  return { ...of(own, 'exercise'), ...of(workbench, 'workbench') }
}

/** What the views of a run say, and the engine's own messages. */
export function runWords(lang: string): Dictionary {
  return {
    ...engineWords(lang),
    ...(widgets[`../text/${lang}-widgets.ts`] ?? widgets['../text/en-widgets.ts']),
  }
}

function engineWords(lang: string): Dictionary {
  const module = engine[`../../engine/text/${lang}.ts`] ?? engine['../../engine/text/en.ts']
  return Object.assign({}, ...Object.values(module ?? {}).filter((value) => typeof value === 'object'))
}
