/** Everything that content/ can name, by id: the chapters' checks, figures and questions. */
import type { FigureDefinition } from '../widgets/figure.ts'
import type { Action } from '../../engine/model.ts'
import { type Check, foundBy } from './check.ts'
import { checks as paxosChecks } from './paxos/checks.ts'
import { figures as paxosFigures } from './paxos/figures.ts'
import { predictions as paxosPredictions } from './paxos/predictions.ts'
import type { Prediction } from './prediction.ts'

const checks: readonly Check[] = [...paxosChecks]
const figures: readonly FigureDefinition[] = [...paxosFigures]
const predictions: readonly Prediction[] = [...paxosPredictions]

/** @throws Error when no check has this id */
export const checkOf = (id: string): Check => find('check', checks, id)

/** @throws Error when no figure has this id */
export const figureOf = (id: string): FigureDefinition => find('figure', figures, id)

/** @throws Error when no prediction has this id */
export const predictionOf = (id: string): Prediction => find('prediction', predictions, id)

/** The run of a figure under one of its variants: its script's, or that of the check that it shows. */
export function scriptOf(figure: FigureDefinition, variant: string): readonly Action[] {
  return typeof figure.script === 'function'
    ? figure.script(variant)
    : foundBy(checkOf(figure.script.check)).actions
}

/** Every check of every chapter, for the tests. */
export const allChecks = checks
export const allFigures = figures
export const allPredictions = predictions

function find<T extends { readonly id: string }>(kind: string, list: readonly T[], id: string): T {
  const found = list.find((candidate) => candidate.id === id)
  if (!found)
    throw new Error(`no ${kind} is called '${id}'; there are ${list.map((item) => item.id).join(', ')}`)
  return found
}
