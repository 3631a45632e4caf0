/** What the page of an exercise to break something hands its island: the exercise as words, and no run that gives it away. */
import type { PropertyKind } from '../../engine/model.ts'
import type { Fields } from '../widgets/figure.ts'
import type { BreakText } from './words.ts'

export interface BreakPage {
  readonly id: string
  readonly version: number
  readonly lang: string
  readonly title: string
  /** What is to be reached, in a sentence. */
  readonly goal: string
  /** The property that the goal speaks of. */
  readonly target: TargetPage
  /** The one that may not be broken on the way; null where there is none. */
  readonly keeps: TargetPage | null
  /** HTML, one a hint, the gentlest first. */
  readonly hints: readonly string[]
  /** Nodes, network and faults in words: what the learner may do. */
  readonly scope: string
  /** The fields that stand under the nodes, by role. */
  readonly fields: Fields
  /** The shortest run that is known, in steps, and whether it is proven that none is shorter; null where none is known. */
  readonly shortest: Shortest | null
  /** The system before anything happened; see engine/trace/pack.ts. */
  readonly start: string
  readonly words: Readonly<Record<keyof BreakText, string>>
  /** The widgets' words and the engine's, by code. */
  readonly runWords: Readonly<Record<string, string>>
}

/** The length of the shortest run that is known, in steps. */
export interface Shortest {
  readonly steps: number
  /** No run is shorter. */
  readonly proven: boolean
}

export interface TargetPage {
  readonly id: string
  readonly kind: PropertyKind
  readonly title: string
  /** What is said as long as it has not happened. */
  readonly before: string
  /** What is said once it has, with `{parameter}` for what the run showed. */
  readonly after: string
}
