/** Words for what compiling and loading an answer can say. */
import type { Dictionary } from './words.ts'

export const answers: Dictionary = {}
