/**
 * The glossary: the course's words, each with one meaning, as `content/<language>/glossary.yaml` has them. It is the
 * authority: the glossary page lists it, and chapters link to it where they first use a word.
 */
import { z } from 'astro/zod'

const entry = z.strictObject({
  /** The word as the page shows it. */
  term: z.string(),
  /** The forms that become a link where a page first uses one of them; left out: the term alone. */
  links: z.array(z.string()).optional(),
  /** The chapters in which they do, where others use the word in its everyday sense; left out: all. */
  chapters: z.array(z.string()).optional(),
  /** One or two sentences; what stands in backticks is code. */
  definition: z.string(),
  /** A work of src/course/works.ts and the place in it. */
  reference: z.string().optional(),
  /** The ids of other entries. */
  see: z.array(z.string()).default([]),
})

/** What a glossary file holds: entries by id. */
export const glossarySchema = z.record(z.string().regex(/^[a-z]+(-[a-z]+)*$/), entry)

export type Entry = z.infer<typeof entry>
export type Glossary = z.infer<typeof glossarySchema>

/** The forms of a word that are linked. */
export const formsOf = ({ term, links }: Entry): readonly string[] => links ?? [term]

/** The entries whose words are linked in a chapter. */
export function linkedIn(glossary: Glossary, chapter: string): Glossary {
  const linked = Object.entries(glossary).filter(([, { chapters }]) => chapters?.includes(chapter) ?? true)
  return Object.fromEntries(linked)
}

/** Entries under the letter that they begin with, in the order of the language. */
export function byLetter(
  glossary: Glossary,
  language: string,
): { readonly letter: string; readonly entries: readonly (Entry & { readonly id: string })[] }[] {
  const order = new Intl.Collator(language)
  const entries = Object.entries(glossary)
    .map(([id, one]) => ({ id, ...one }))
    .sort((one, other) => order.compare(one.term, other.term))
  const letters = new Map<string, typeof entries>()
  for (const one of entries) {
    const letter = one.term[0]!.toLocaleUpperCase(language)
    letters.set(letter, [...(letters.get(letter) ?? []), one])
  }
  return [...letters].map(([letter, those]) => ({ letter, entries: those }))
}

/** One use of a word in a text. */
export interface Use {
  /** The id of its entry. */
  readonly id: string
  /** From where to where in the text. */
  readonly start: number
  readonly end: number
}

/**
 * Makes the function that finds the words of a glossary in a text: every use, in the order of the text, of two words that
 * begin at the same place the longer one (`distinguished proposer` before `proposer`). Of a form with braces it is what
 * stands in them, beside the rest: `the {run}` finds the noun and not the verb.
 */
export function usesIn(glossary: Glossary): (text: string) => Use[] {
  const forms = Object.entries(glossary)
    .flatMap(([id, one]) => formsOf(one).map((form) => ({ id, ...partsOf(form) })))
    .sort((one, other) => other.word.length - one.word.length)
  if (forms.length === 0) return () => []
  const any = new RegExp(forms.map((form) => `(${patternOf(form)})`).join('|'), 'giu')
  return (text) =>
    [...text.matchAll(any)].map((match) => ({
      id: forms[match.slice(1).findIndex((group) => group !== undefined)]!.id,
      start: match.index,
      end: match.index + match[0].length,
    }))
}

interface Parts {
  /** What is linked. */
  readonly word: string
  /** What has to stand before and after it. */
  readonly before: string
  readonly after: string
}

function partsOf(form: string): Parts {
  const [, before = '', word = form, after = ''] = /^(.*)\{(.+)\}(.*)$/.exec(form) ?? []
  return { word, before, after }
}

/** A whole word, where a language has such: a letter or a hyphen on either side makes it another word. */
function patternOf({ word, before, after }: Parts): string {
  const plain = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+')
  const begins = (text: string): string =>
    /^[\p{Script=Latin}\d]/u.test(text) ? '(?<![\\p{Script=Latin}\\d-])' : ''
  const ends = (text: string): string =>
    /[\p{Script=Latin}\d]$/u.test(text) ? '(?![\\p{Script=Latin}\\d]|-\\p{Script=Latin})' : ''
  const left = before === '' ? begins(word) : `(?<=${begins(before)}${plain(before)})`
  const right = after === '' ? ends(word) : `(?=${plain(after)}${ends(after)})`
  return `${left}${plain(word)}${right}`
}
