/** The figures of the chapter on BASE, gathered from its pages' files. */
import type { FigureDefinition } from '../../widgets/figure.ts'
import { figures as acidAndBase } from './acid-and-base.ts'
import { figures as basicallyAvailable } from './basically-available.ts'
import { figures as eventualConsistency } from './eventual-consistency.ts'
import { figures as softState } from './soft-state.ts'

export const figures: readonly FigureDefinition[] = [
  ...basicallyAvailable,
  ...softState,
  ...eventualConsistency,
  ...acidAndBase,
]
