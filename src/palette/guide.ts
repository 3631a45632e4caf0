/** What search and commands know of the site: a small file for each language, fetched when one of them is first opened. */
import type { way } from '../text/en-way.ts'

/** A page or an exercise that one can go to. */
export interface Place {
  readonly name: string
  /** The chapter that it belongs to, or what kind of place it is. */
  readonly within: string
  /** Its address, base path included. */
  readonly address: string
}

export type Word = keyof typeof way

export interface Guide {
  readonly language: string
  readonly words: Readonly<Record<Word | 'theme.auto' | 'theme.light' | 'theme.dark', string>>
  readonly places: readonly Place[]
  readonly home: string
  readonly glossary: string
  /** The folder of the search index, with the slash at its end, and the base path of the site. */
  readonly index: string
  readonly base: string
}

/** Says a sentence of the guide, with its places filled in. */
export type Say = (word: keyof Guide['words'], filled?: Readonly<Record<string, string | number>>) => string

export const sayer =
  ({ words }: Guide): Say =>
  (word, filled = {}) =>
    words[word].replace(/\{(\w+)\}/g, (_, name: string) => String(filled[name]))
