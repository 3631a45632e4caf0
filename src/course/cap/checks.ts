/** The claims (C…) and errata (E…) of the chapter on CAP as checks, gathered from its pages’ files. */
import type { Check } from '../check.ts'
import { checks as afterTheSlogan } from './after-the-slogan.ts'
import { checks as availability } from './availability.ts'
import { checks as consistency } from './consistency.ts'
import { checks as partitionTolerance } from './partition-tolerance.ts'
import { checks as tradeOff } from './trade-off.ts'

export const checks: readonly Check[] = [
  ...consistency,
  ...availability,
  ...partitionTolerance,
  ...tradeOff,
  ...afterTheSlogan,
]
