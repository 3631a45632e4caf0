/**
 * Exercise: what `exercises/<id>/exercise.ts` exports. One to build something makes a system around an answer and says
 * which configurations are to be checked, in which order and within which bounds; one to break something has a system, or several.
 */
import type { AnyNodeDefinition, System } from './actors/system.ts'
import type { NodeId } from './api.ts'
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

/** An answer in the language `node` whose file exports several nodes, where its exercise says by which roles; see `Exercise.roles`. */
export interface RolesAnswer {
  /** What the file exports by default: for each of the exercise's roles a node that plays it. */
  readonly definitions: { readonly [role: string]: AnyNodeDefinition }
  /** As in `Answer`. */
  readonly probe: Probe | null
}

export type AnyAnswer = Answer | RolesAnswer | ClientAnswer

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
  /**
   * The roles that the learner writes, where there are several: the file exports an object with a node for each. Left out: it exports
   * one node.
   */
  readonly roles?: readonly string[]
  /**
   * The id of the exercise whose file this one goes on with: the learner may start from her own answer to it, from its solution, or
   * from the starter. Left out: from the starter.
   */
  readonly continues?: string
  /** In the order in which they run. */
  readonly configurations: readonly Configuration<A>[]
}

/** An exercise in which the learner writes the code of a client. */
export interface ClientExercise extends Exercise<ClientAnswer> {
  readonly language: 'client'
}

/** An exercise in which the learner writes several nodes that work together, each with a role of its own. */
export interface RolesExercise extends Exercise<RolesAnswer> {
  readonly roles: readonly string[]
}

/** An exercise in which something is built, in either language. */
export type AnyExercise = Exercise<AnyAnswer>

/** What the learner is to bring about in one system. */
export interface BreakGoal {
  /** What she drives. Which faults are hers is in its network, its crashes and its clocks. */
  system(): System
  /** What there is to count beside nodes and faults; see `Configuration`. */
  readonly counts?: { readonly [name: string]: number }
  /** The id of the property that her run must violate, where it is one of kind `always`, or else reach. */
  readonly target: string
  /** The id of a property of kind `always` that her run may not violate on its way. Left out: there is none. */
  readonly keeps?: string
  /**
   * Ids of properties of kind `sometimes` that every run to the target reaches before it, in this order. Where the target
   * is too far for a search, it goes from one to the next.
   */
  readonly milestones?: readonly string[]
  /**
   * No run to the target has fewer steps, by an argument that stands with the exercise. Where a run is found that has no
   * more, it is known to be a shortest, even if nothing could search for it. Left out: searching has to do.
   */
  readonly stepsMin?: number
  /** A search for a shortest run, or for how it stands, sees at most so many states. */
  readonly statesMax: number
}

/** What every exercise has in which something is broken. */
interface BreakFrame {
  /** The name of its folder. */
  readonly id: string
  readonly kind: 'break'
  /** Raised when an old run may no longer replay; runs are kept by exercise and version. */
  readonly version: number
  /** What of a node's state stands under it in the picture, by role. Left out: nothing. */
  readonly fields?: { readonly [role: string]: readonly string[] }
  /** Servers stand in a ring, each with the part that it plays in an election. Left out: nodes stand in columns. */
  readonly cluster?: boolean
  /** The protocol whose logs are shown. Left out: there are none. */
  readonly log?: 'raft'
  /** What is shown of processes and servers. Left out: the system has none. */
  readonly services?: BreakServices
}

/** What the page of an exercise shows of processes and servers, beside the network. */
export interface BreakServices {
  /** The file that the processes run, from the root of the repository; and what its first line that is shown holds. */
  readonly listing: string
  readonly begins?: string
  /** The servers whose contents are shown, in this order. */
  readonly servers: readonly NodeId[]
  /** The key that is asked of all of them, where they are several instances of one kind. Left out: each is shown by itself. */
  readonly key?: string
  /** Nodes from left to right, where the run is drawn over time. */
  readonly lanes: readonly NodeId[]
  /** The lock as its server has it, if one server says whose it is; the note by which a process says that it holds it. */
  readonly spec: {
    readonly lock?: { readonly kind: 'key'; readonly server: NodeId; readonly key: string }
    readonly note?: string
  }
}

/**
 * An exercise in which the learner is the network: she drives a system by hand until its target is met. Her answer is a
 * run, judged step by step; see `break/judge.ts`.
 */
export interface BreakExercise extends BreakFrame, BreakGoal {
  /** Which part it is of an exercise in parts; see `partsOf`. Left out: it is a whole one. */
  readonly part?: string
}

/** One of several things to be done in an exercise, each in a system of its own. */
export interface BreakPart extends BreakGoal {
  /** Unique in the exercise; its text has words for it, and runs name it. */
  readonly id: string
}

/** An exercise of several parts, each with a target and a run of its own. It is done when all of them are. */
export interface BreakInParts extends BreakFrame {
  readonly parts: readonly BreakPart[]
}

/** An exercise in which something is broken, in one part or in several. */
export type AnyBreakExercise = BreakExercise | BreakInParts

/** The parts of an exercise, each as an exercise that is judged by itself; one in one part is its only part. */
export function partsOf(exercise: AnyBreakExercise): readonly BreakExercise[] {
  if (!('parts' in exercise)) return [exercise]
  const { parts, ...frame } = exercise
  return parts.map(({ id, ...goal }) => ({ ...frame, ...goal, part: id }))
}

/** An exercise of either kind, as the folders of exercises hold them. */
export type CourseExercise = AnyExercise | AnyBreakExercise

/**
 * The exercise as far as somebody chose to be graded: some of its configurations, in their order. What comes of each is the same as in
 * the whole, as long as none before it that was left out would have decided.
 * @param only ids; null: all. One that it does not have is no matter.
 */
export function chosenOf<A extends AnyAnswer>(
  exercise: Exercise<A>,
  only: readonly string[] | null,
): Exercise<A> {
  if (only === null) return exercise
  return { ...exercise, configurations: exercise.configurations.filter(({ id }) => only.includes(id)) }
}

/** The language in which the answers to an exercise are. */
export function languageOf({ language }: Pick<AnyExercise, 'language'>): Language {
  return language ?? 'node'
}
