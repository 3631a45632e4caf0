/** The words of the learner's record, by language: `<language>-record.ts` in this folder. */
import type { RecordWords } from '../record/words.ts'

const files = import.meta.glob<RecordWords>('./??-record.ts', { eager: true, import: 'default' })

/** The dictionary in a language. @throws Error when there is none */
export function recordWords(language: string): RecordWords {
  const dictionary = files[`./${language}-record.ts`]
  if (!dictionary) throw new Error(`the record has no words in '${language}'`)
  return dictionary
}
