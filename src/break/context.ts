/** What every part of the page needs: the exercise, its session, the engine's hints and its words. */
import { createContext } from 'svelte'
import type { Guide } from './guide.svelte.ts'
import type { KeptRun } from './kept-run.svelte.ts'
import type { ShownPage } from './page.ts'
import type { BreakSession } from './session.svelte.ts'
import type { Say } from './words.ts'

/** One part of the exercise, in use. */
export interface Part {
  readonly page: ShownPage
  readonly session: BreakSession
  readonly guide: Guide
  readonly kept: KeptRun
}

/** The part that is shown, and the others. What is shown of it is made anew when another is chosen. */
export interface Room extends Part {
  readonly say: Say
  readonly parts: readonly Part[]
  choose(part: Part): void
}

export const [getRoom, setRoom] = createContext<Room>()
