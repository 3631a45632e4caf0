/** The words of what is shared: loaded when something is shared or came in, in the page’s language alone. */
import { put } from '../../engine/text/words.ts'
import type { Fault } from '../../engine/fault.ts'
import type { share } from '../text/en-share.ts'
import { translator } from '../text/translate.ts'

type ShareText = typeof share
type Texts = Readonly<Record<keyof ShareText, string>>

const own = import.meta.glob<Texts>('../text/??-share.ts', { import: 'default' })

/** Says a sentence of src/text/??-share.ts. Throws when a place in it is not filled. */
export type Say = (key: keyof ShareText, places?: Readonly<Record<string, string | number>>) => string

/** The words in the page’s language. @throws Error when it has none, or they can’t be loaded */
export async function loadSay(lang = document.documentElement.lang): Promise<Say> {
  const words = await own[`../text/${lang}-share.ts`]?.()
  if (!words) throw new Error(`No words in '${lang}'`)
  return sayerOf(words)
}

export function sayerOf(words: Texts): Say {
  const translate = translator<ShareText>({ here: words }) as (
    language: string,
    key: keyof ShareText,
    places: Readonly<Record<string, string | number>>,
  ) => string
  return (key, places = {}) => translate('here', key, places)
}

/** What is wrong with a link, a file or a run, in words: ours, or the engine’s. */
export async function problemInWords(say: Say, { code, parameters }: Fault): Promise<string> {
  if (code.startsWith('share.')) return say(code as keyof ShareText, parametersOf(parameters))
  const { engineWords } = await import('../text/engine.ts')
  return put(engineWords(document.documentElement.lang), code, parameters)
}

const parametersOf = (parameters: Fault['parameters']): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'object' ? value.join(', ') : value,
    ]),
  )
