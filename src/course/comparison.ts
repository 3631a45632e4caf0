/**
 * Comparison: a table of questions put to several things, whose cells the engine fills in. A page names it by its id, shows its
 * words, and has the run behind each cell.
 */
import type { NodeId } from '../../engine/api.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import type { LaneSpec } from '../widgets/services/claims.ts'

/** How a run is drawn. */
export interface Shown {
  /** Nodes from left to right. */
  readonly lanes: readonly NodeId[]
  /** The servers whose contents are shown. */
  readonly servers: readonly NodeId[]
  readonly spec: LaneSpec
}

export interface ComparisonCell extends Shown {
  /** Its words: `compare.cell.<code>` in src/text/en-compare.ts, with these values. */
  readonly code: string
  readonly values: Readonly<Record<string, number | string>>
  /** Is that what one wants? Left out: it is a measure. */
  readonly good?: boolean
  /** How it was found: by a search of so many states, or by so many runs. */
  readonly states?: number
  readonly runs?: number
  readonly record: RunRecord
}

export interface Comparison {
  readonly id: string
  /** The pictures of the source that it brings to life, such as `F7`. Left out: none. */
  readonly pictures?: readonly string[]
  /** Their words: `compare.<id>.column.<column>`. */
  readonly columns: readonly string[]
  /** Their words: `compare.<id>.row.<row>`, and `compare.group.<group>`. */
  readonly rows: readonly { readonly id: string; readonly group: string }[]
  cell(row: string, column: string): ComparisonCell
  /** What holds of all cells: values of `compare.<id>.conditions`. */
  readonly conditions: Readonly<Record<string, number>>
}

/** The file of a cell’s run, from the site’s root. */
export const runFile = (comparison: string, row: string, column: string): string =>
  `runs/${comparison}/${row}-${column}.json`
