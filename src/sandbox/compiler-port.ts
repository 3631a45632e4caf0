/** What goes between the page and the worker that holds TypeScript. */
import type { Compiled, Libraries } from '../../engine/compile/compile.ts'
import type { Language } from '../../engine/exercise.ts'

/** The word that goes with the port. */
export const COMPILER_PORT = 'lockstep:compiler'

/** What the worker offers on it. */
export interface CompilerWorker {
  /** @param texts the course's API and the exercise's messages */
  compile(fileName: string, source: string, texts: Omit<Libraries, 'standard'>, language: Language): Compiled
}
