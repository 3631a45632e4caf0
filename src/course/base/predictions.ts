/** The questions of the chapter on BASE, gathered from its pages' files. */
import type { Prediction } from '../prediction.ts'
import { predictions as acidAndBase } from './acid-and-base.ts'
import { predictions as basicallyAvailable } from './basically-available.ts'
import { predictions as eventualConsistency } from './eventual-consistency.ts'
import { predictions as softState } from './soft-state.ts'

export const predictions: readonly Prediction[] = [
  ...basicallyAvailable,
  ...softState,
  ...eventualConsistency,
  ...acidAndBase,
]
