/** How a figure is run with the reader's own answer; what comes of it is worked out by `engine/drivers/played.ts`. */
import type { System } from '../../engine/actors/system.ts'
import type { Answer } from '../../engine/exercise.ts'

export interface Answered {
  /** The exercise whose answers it takes. */
  readonly exercise: string
  /** The figure's system around an answer. */
  system(answer: Answer): System
}
