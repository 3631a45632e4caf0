/** What every part of the page needs: the exercise, its session, the engine's hints and its words. */
import { createContext } from 'svelte'
import type { Guide } from './guide.svelte.ts'
import type { BreakPage } from './page.ts'
import type { BreakSession } from './session.svelte.ts'
import type { Say } from './words.ts'

export interface Room {
  readonly page: BreakPage
  readonly session: BreakSession
  readonly guide: Guide
  readonly say: Say
}

export const [getRoom, setRoom] = createContext<Room>()
