/** What the page on a single candidate claims, shows and asks. */
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check } from '../check.ts'
import type { Prediction } from '../prediction.ts'

export const checks: readonly Check[] = []

export const figures: readonly FigureDefinition[] = []

export const predictions: readonly Prediction[] = []
