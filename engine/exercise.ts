/**
 * Exercise: what `exercises/<id>/exercise.ts` exports. It builds a system around an answer and says which
 * configurations are to be checked, in which order and within which bounds.
 */
import type { AnyNodeDefinition, System } from './actors/system.ts'
import type { Program } from './clients/program.ts'
import type { Probe } from './compile/probe.ts'
import type { Settle } from './drivers/simulate.ts'

/** An answer in the language `node` that was loaded: what the learner's file exports by default. */
export interface Answer {
  readonly definition: AnyNodeDefinition
  /** Null where the answer is one of the course's own files, run as it is. */
  readonly probe: Probe | null
}

/** An answer in the language `client`: a file whose functions processes run; see `processNode`. */
export interface ClientAnswer {
  readonly program: Program
}

export type AnyAnswer = Answer | ClientAnswer

/** What the learner writes: the handlers of a node, or the code of a client, which awaits. */
export type Language = 'node' | 'client'

/** One configuration and how it is checked. Every property of its system is a check of its own. */
export type Configuration<A extends AnyAnswer = Answer> = {
  /** Unique in the exercise; the exercise's text has words for it. */
  readonly id: string
  system(answer: A): System
  /** What there is to count beside nodes and faults, such as `{ ballots: 3 }`; the exercise's text has words for it. */
  readonly counts?: { readonly [name: string]: number }
} & (
  | { readonly driver: 'explore'; readonly statesMax: number }
  | {
      readonly driver: 'simulate'
      readonly runs: number
      readonly stepsMax: number
      /** In a timed system a run ends when so many of its milliseconds have passed. Left out: only by its steps. */
      readonly milliseconds?: number
      /** Left out: faults never stop, and a goal is missed only where nothing can happen any more. */
      readonly settle?: Settle
    }
)

/** A graded exercise in which the learner writes a file. */
export interface Exercise<A extends AnyAnswer = Answer> {
  /** The name of its folder. */
  readonly id: string
  readonly kind: 'build'
  /** Left out: `node`. */
  readonly language?: Language
  /** Raised when an old draft may no longer pass; drafts are kept by exercise and version. */
  readonly version: number
  /** The name of the file that the learner writes, as the page shows it. */
  readonly file: string
  /** In the order in which they run. */
  readonly configurations: readonly Configuration<A>[]
}

/** An exercise in which the learner writes the code of a client. */
export interface ClientExercise extends Exercise<ClientAnswer> {
  readonly language: 'client'
}

/** An exercise in either language, as the folders of exercises hold them. */
export type AnyExercise = Exercise<AnyAnswer>

/** The language in which the answers to an exercise are. */
export function languageOf({ language }: Pick<AnyExercise, 'language'>): Language {
  return language ?? 'node'
}
