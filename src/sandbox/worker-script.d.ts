declare module 'virtual:sandbox-scripts' {
  /** The addresses of the scripts for the sandbox's worker, by name, for the page to fetch. None while pages are built. */
  const addresses: Readonly<Record<string, string>>
  export default addresses
}

declare module 'virtual:sandbox-subject' {
  import type { AnyExercise } from '../../engine/exercise.ts'
  import type { CellDefinition } from '../notebook/cell.ts'
  import type { Answered } from './answered-run.ts'

  /** Of an exercise's own file. */
  const exercise: AnyExercise | undefined
  export default exercise
  /** Of a chapter's file of cells. */
  export const cells: readonly CellDefinition[] | undefined
  /** Of a chapter's file of figures that take answers, by figure. */
  export const answered: Readonly<Record<string, Answered>> | undefined
}
