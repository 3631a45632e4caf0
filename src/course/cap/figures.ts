/** The figures of the chapter on CAP, gathered from its pages’ files. */
import type { FigureDefinition } from '../../widgets/figure.ts'
import { figures as afterTheSlogan } from './after-the-slogan.ts'
import { figures as availability } from './availability.ts'
import { figures as consistency } from './consistency.ts'
import { figures as partitionTolerance } from './partition-tolerance.ts'
import { figures as registerFigures } from './register-figures.ts'

export const figures: readonly FigureDefinition[] = [
  ...registerFigures,
  ...consistency,
  ...availability,
  ...partitionTolerance,
  ...afterTheSlogan,
]
