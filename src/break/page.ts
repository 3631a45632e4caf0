/** What the page of an exercise to break something hands its island: the exercise as words, and no run that gives it away. */
import type { PropertyKind } from '../../engine/model.ts'
import type { Fields } from '../widgets/figure.ts'
import type { LogProtocol } from '../widgets/log/log-rows.ts'
import type { LaneSpec } from '../widgets/services/claims.ts'
import type { BreakText } from './words.ts'

/** What all parts of an exercise have in common. */
interface Frame {
  readonly id: string
  readonly version: number
  readonly lang: string
  readonly title: string
  /** HTML, one a hint, the gentlest first. */
  readonly hints: readonly string[]
  /** The fields that stand under the nodes, by role. */
  readonly fields: Fields
  /** Servers stand in a ring, each with the part that it plays. */
  readonly cluster: boolean
  /** The protocol whose logs are shown; null where there are none. */
  readonly log: LogProtocol | null
  /** What is shown of processes and servers; null where there are none. */
  readonly services: ServicesPage | null
  readonly words: Readonly<Record<keyof BreakText, string>>
  /** The widgets' words and the engine's, by code. */
  readonly runWords: Readonly<Record<string, string>>
}

export interface BreakPage extends Frame {
  /** One at least. */
  readonly parts: readonly PartPage[]
}

/** One thing that is to be done, in a system of its own. */
export interface PartPage {
  /** Null where the exercise has no other. */
  readonly part: string | null
  /** What it is called; empty where the exercise has no other. */
  readonly name: string
  /** What is to be reached, in a sentence. */
  readonly goal: string
  /** The property that the goal speaks of. */
  readonly target: TargetPage
  /** The one that may not be broken on the way; null where there is none. */
  readonly keeps: TargetPage | null
  /** HTML, one a hint, after those that all parts have. */
  readonly ownHints: readonly string[]
  /** Nodes, network and faults in words: what the learner may do. */
  readonly scope: string
  /** The shortest run that is known, in steps, and whether it is proven that none is shorter; null where none is known. */
  readonly shortest: Shortest | null
  /** The system before anything happened; see engine/trace/pack.ts. */
  readonly start: string
}

/** The exercise as its island shows it: one of its parts. */
export type ShownPage = Frame & PartPage

export interface ServicesPage {
  /** The highlighted lines of the processes' file, and the number of the first of them. */
  readonly listing: { readonly lines: readonly string[]; readonly first: number }
  readonly servers: readonly string[]
  /** The key that all of them are asked for; left out: each is shown by itself. */
  readonly key?: string
  /** Nodes from left to right, where the run is drawn over time. */
  readonly lanes: readonly string[]
  readonly spec: LaneSpec
  /** What the lock is called. */
  readonly lock: string
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

/** A page with one of its parts shown. */
export function shownOf({ parts: _parts, ...frame }: BreakPage, part: PartPage): ShownPage {
  return { ...frame, ...part, hints: [...frame.hints, ...part.ownHints] }
}
