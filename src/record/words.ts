/** The words of the learner's record: loaded when it is looked at, in the page's language alone. */
import type english from '../text/en-record.ts'
import { translator } from '../text/translate.ts'

export type RecordText = typeof english
export type RecordWords = Readonly<Record<keyof RecordText, string>>

/** Says a sentence of src/text/??-record.ts. Throws when a place in it is not filled. */
export type SayRecord = (key: keyof RecordText, places?: Readonly<Record<string, string | number>>) => string

const dictionaries = import.meta.glob<RecordWords>('../text/??-record.ts', { import: 'default' })

export function sayerOfRecord(words: RecordWords): SayRecord {
  const translate = translator<RecordText>({ here: words }) as (
    language: string,
    key: keyof RecordText,
    places: Readonly<Record<string, string | number>>,
  ) => string
  return (key, places = {}) => translate('here', key, places)
}

/** @throws Error when they can't be loaded */
export async function loadRecordWords(lang: string): Promise<SayRecord> {
  const load = dictionaries[`../text/${lang}-record.ts`] ?? dictionaries['../text/en-record.ts']!
  return sayerOfRecord(await load())
}

/** When something was, as short as it is clear: the time alone where it was today. */
export function when(at: number, lang: string, now = Date.now()): string {
  const date = new Date(at)
  const time = date.toLocaleTimeString(lang, { hour: '2-digit', minute: '2-digit', hour12: false })
  if (date.toDateString() === new Date(now).toDateString()) return time
  const sameYear = date.getFullYear() === new Date(now).getFullYear()
  const day = date.toLocaleDateString(lang, {
    day: 'numeric',
    month: 'short',
    ...(!sameYear && { year: 'numeric' }),
  })
  return `${day}, ${time}`
}
