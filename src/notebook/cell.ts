/**
 * Cell: a part of a file that the reader changes in the middle of a chapter, and what it is graded by. Declared as data
 * in `src/course/<chapter>/cells.ts`; the chapter has its words.
 */
import type { AnyNodeDefinition } from '../../engine/actors/system.ts'
import type { NodeId } from '../../engine/api.ts'
import type { Exercise } from '../../engine/exercise.ts'

export interface CellDefinition {
  /** Unique on the site: the chapter and a name, as `paxos/promise-rule`. */
  readonly id: string
  /** The file that the part is of, from the root of the repository: a solution, or one of `src/course/<chapter>/cells/`. */
  readonly source: string
  /** What the file exports by default. As it stands, it holds. */
  readonly original: AnyNodeDefinition
  /** How the part begins; see `cut`. */
  readonly begins: string
  /** The exercise whose text has words for the properties, and whose messages the file imports. */
  readonly words: string
  /** Nodes from left to right in the run over time. */
  readonly lanes: readonly NodeId[]
  /**
   * What it is graded by, like an answer to an exercise. Its id is the cell's. Its version is raised when a kept draft may
   * no longer fit, or when the file has changed around the part.
   */
  readonly exercise: Exercise
}
