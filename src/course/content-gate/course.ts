/** What the content gate looks at: the pages, what they can name, and what each chapter owes. */
import type { Duties } from '../duties.ts'
import type { Glossary } from '../../glossary/glossary.ts'
import type { Page } from './page.ts'

/** A figure, as far as pages depend on it. */
export interface Figure {
  readonly id: string
  /** The source's pictures that it shows, such as `F9`. */
  readonly pictures: readonly string[]
  /** The anchors that it has on a page: its own, and those of its variants. */
  readonly anchors: readonly string[]
}

/** Everything that a page can name, by the kind of thing. */
export interface Names {
  readonly figures: readonly Figure[]
  readonly checks: readonly string[]
  readonly predictions: readonly string[]
  readonly cells: readonly string[]
  readonly comparisons: readonly Pick<Figure, 'id' | 'pictures'>[]
  readonly exercises: readonly string[]
  /** The components of src/components/in-content.ts. */
  readonly components: readonly string[]
}

export interface Course {
  readonly pages: readonly Page[]
  /** The texts of the exercises, of which the gate looks at the links. */
  readonly exerciseTexts: readonly Page[]
  readonly names: Names
  readonly chapters: readonly { readonly id: string; readonly pages: readonly string[] }[]
  /** By chapter; a chapter that is not complete yet owes nothing. */
  readonly duties: readonly Duties[]
  /** By language. */
  readonly glossaries: ReadonlyMap<string, Glossary>
  /** The anchors that a language keeps, as `paxos/prepare#your-turn`; see anchors-kept.ts. */
  readonly anchors: ReadonlyMap<string, readonly string[]>
}

/** The language whose pages have to be complete; a translation may lag behind. */
export const FIRST_LANGUAGE = 'en'
