/** What the exercise page hands its island: the exercise as words and code, and nothing that gives its answer away. */
import type { Language } from '../../engine/exercise.ts'
import type { ExerciseText } from './words.ts'

export interface ExercisePage {
  readonly id: string
  readonly version: number
  /** What a shared run is told by to be of this system or another; see share/model-hash.ts. */
  readonly model: string
  readonly lang: string
  readonly title: string
  /** What the learner's file is: the handlers of a node, or the code of a client. */
  readonly language: Language
  /** The name of the learner's file. */
  readonly file: string
  /** In the order in which they run. */
  readonly configurations: readonly ConfigurationPage[]
  readonly properties: readonly PropertyPage[]
  /** HTML, one a hint, the gentlest first. */
  readonly hints: readonly string[]
  /** What its roles are called and what it counts besides, for the bounds in words. */
  readonly scope: Readonly<Record<string, string>>
  readonly starter: string
  /** The exercise whose file this one goes on with; null where it is none. */
  readonly continues: ContinuedPage | null
  /** The starter's lines as HTML, for the listing that stands there first. */
  readonly starterLines: readonly string[]
  /** What the learner's file may import from './messages'; null where there is nothing. */
  readonly messages: string | null
  /** Where to go on once it has passed. */
  readonly next: { readonly exercise: NextPlace | null; readonly page: NextPlace | null }
  /** Where the course's API is explained. */
  readonly reference: string
  readonly words: Readonly<Record<keyof ExerciseText, string>>
  /** The widgets' words and the engine's, by code. */
  readonly runWords: Readonly<Record<string, string>>
}

/** A place of the course, by its title and where it is. */
export interface NextPlace {
  readonly title: string
  readonly href: string
}

export interface ContinuedPage {
  readonly id: string
  readonly title: string
  /** Where its page is. */
  readonly href: string
}

export interface ConfigurationPage {
  readonly id: string
  readonly words: string
  /** Its bounds: nodes, messages and faults. */
  readonly bounds: string
  readonly driver: 'explore' | 'simulate'
}

export interface PropertyPage {
  readonly id: string
  readonly title: string
  /** What holds when it holds. */
  readonly holds: string
  /** What is said when it fails, with `{parameter}` for what the run showed. */
  readonly fails: string
}
