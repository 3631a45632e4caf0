/** The claims (C…) and errata (E…) of the chapter on BASE as checks, gathered from its pages' files. */
import type { Check } from '../check.ts'
import { checks as acidAndBase } from './acid-and-base.ts'
import { checks as basicallyAvailable } from './basically-available.ts'
import { checks as eventualConsistency } from './eventual-consistency.ts'
import { checks as softState } from './soft-state.ts'

export const checks: readonly Check[] = [
  ...basicallyAvailable,
  ...softState,
  ...eventualConsistency,
  ...acidAndBase,
]
