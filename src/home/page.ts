/** What the home page hands its island: the two rules as code and as runs, and the words. */
import type { Words } from '../widgets/figure.ts'
import type { Handlers } from './acceptor-lines.ts'
import type { RuleId } from './rule-ids.ts'

export interface RuleOnPage {
  readonly id: RuleId
  /** The handlers' lines as HTML, and the number of the first in its file. */
  readonly lines: readonly string[]
  readonly first: number
  readonly handlers: Handlers
  /** The shown run, packed. */
  readonly packed: string
  /** What the build found. */
  readonly states: number
  readonly steps: number
  /** The system of the check, in words. */
  readonly system: string
}

export interface FoundPage {
  readonly rules: readonly RuleOnPage[]
  /** The name of the acceptor's file. */
  readonly file: string
  /** What is said when two values are chosen, with places for what was found. */
  readonly fails: string
  /** The failure that the build found, in these words. */
  readonly failed: string
  readonly why: string
  readonly mend: string
  /** The widgets' words and the engine's that the run is told with, and the page's own. */
  readonly words: Words
}
