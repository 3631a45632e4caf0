/** What every part of the exercise page needs: the exercise, its session and its words. */
import { createContext } from 'svelte'
import type { Position, Problem } from '../editor/surface.ts'
import type { Diagnostic } from '../../engine/report.ts'
import type { Trace } from '../../engine/trace/trace.ts'
import type { ByHand } from './by-hand.svelte.ts'
import type { ExercisePage } from './page.ts'
import type { Regressions } from './regressions.svelte.ts'
import type { Session } from './session.svelte.ts'
import type { Say } from './words.ts'

export interface Room {
  readonly page: ExercisePage
  readonly session: Session
  readonly regressions: Regressions
  readonly say: Say
  /** A diagnostic of the compiler or the engine, in words. */
  problem(diagnostic: Diagnostic): Problem
  /** Shows a place of the learner's file in the editor. */
  goTo(position: Position): void
  run(anyway?: boolean): void
  /** Shows the code beside a right answer, which gives it away. */
  compareWithSolution(): void
  /**
   * Takes the code by hand.
   * @param trace where it begins; left out: at the start of the first configuration
   * @param guest code that came in, compiled, in the place of the learner’s own
   */
  drive(
    trace?: Pick<Trace, 'configuration' | 'actions'>,
    guest?: { readonly source: string; readonly code: string },
  ): Promise<ByHand | null>
}

export const [getRoom, setRoom] = createContext<Room>()
