/** The questions of the chapter on CAP, gathered from its pages’ files. */
import type { Prediction } from '../prediction.ts'
import { predictions as afterTheSlogan } from './after-the-slogan.ts'
import { predictions as availability } from './availability.ts'
import { predictions as consistency } from './consistency.ts'
import { predictions as partitionTolerance } from './partition-tolerance.ts'
import { predictions as tradeOff } from './trade-off.ts'

export const predictions: readonly Prediction[] = [
  ...consistency,
  ...availability,
  ...partitionTolerance,
  ...tradeOff,
  ...afterTheSlogan,
]
