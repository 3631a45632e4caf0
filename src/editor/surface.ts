/** What the exercise page can do with an editor, whichever it is: Monaco, or the plain one. */

/** Lines and columns count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Something wrong at a place, in words. */
export interface Problem extends Position {
  readonly severity: 'error' | 'warning'
  readonly message: string
}

export interface Surface {
  focus(): void
  /** Puts the caret there, in sight. */
  goTo(position: Position): void
  /** Brings a line into sight without moving the caret. */
  reveal(line: number): void
}
