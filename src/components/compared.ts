/** What the island of a comparison is handed by its page, and what it fetches. */
import type { Shown } from '../course/comparison.ts'

export interface ComparedCell {
  readonly column: string
  /** What the engine says, in words, and how it was found. */
  readonly text: string
  readonly found: string
  /** Null: a measure, which is neither. */
  readonly good: boolean | null
  /** The address of its run. */
  readonly file: string
}

export interface ComparedRow {
  readonly id: string
  readonly name: string
  readonly cells: readonly ComparedCell[]
}

export interface ComparedGroup {
  readonly id: string
  readonly name: string
  readonly rows: readonly ComparedRow[]
}

/** The file of a cell’s run. */
export interface CellRun extends Shown {
  /** The run, packed. */
  readonly packed: string
}
