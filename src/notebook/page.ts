/** What a chapter hands the island of a cell: the file around its part and its words; the engine's words it loads. */
import type { NodeId } from '../../engine/api.ts'
import type { notebook } from '../text/en-notebook.ts'
import { translator } from '../text/translate.ts'
import type { Part } from './part.ts'

export type NotebookText = typeof notebook

export interface CellPage {
  /** The cell's id. */
  readonly id: string
  readonly version: number
  readonly lang: string
  readonly title: string
  /** The name of the file. */
  readonly file: string
  readonly part: Part
  /** The part's lines as HTML. */
  readonly lines: readonly string[]
  /** The exercise whose messages the file imports. */
  readonly messages: string
  readonly lanes: readonly NodeId[]
  /** What is said when a property fails, by its id. */
  readonly fails: Readonly<Record<string, string>>
  /** What was tried, in words. */
  readonly bounds: string
  /** The states in which the original was found to hold. */
  readonly states: number
  readonly words: Readonly<Record<keyof NotebookText, string>>
}

/** Says a sentence of src/text/??-notebook.ts. Throws when a place in it is not filled. */
export type Say = (key: keyof NotebookText, places?: Readonly<Record<string, string | number>>) => string

/** Makes the function that an island says its words with. */
export function sayerOf(words: CellPage['words']): Say {
  const translate = translator<NotebookText>({ here: words }) as (
    language: string,
    key: keyof NotebookText,
    places: Readonly<Record<string, string | number>>,
  ) => string
  return (key, places = {}) => translate('here', key, places)
}

/** Where the local storage says that the reader has changed a cell, so that it comes alive with what she wrote. */
export function touchedKey({ id, version }: Pick<CellPage, 'id' | 'version'>): string {
  return `lockstep-cell/${id}/${version}`
}
