/** What goes between the page and the worker that holds TypeScript. */
import type { Compiled } from '../../engine/compile/compile.ts'

/** The word that goes with the port. */
export const COMPILER_PORT = 'lockstep:compiler'

/** What the worker offers on it. */
export interface CompilerWorker {
  /** @param texts the course's API and the exercise's messages */
  compile(
    fileName: string,
    source: string,
    texts: { readonly api: string; readonly messages: string },
  ): Compiled
}
