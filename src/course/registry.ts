/** Everything that content/ can name, by id: the chapters' checks, figures and questions. */
import type { FigureDefinition } from '../widgets/figure.ts'
import { replay } from '../../engine/drivers/run.ts'
import type { Action } from '../../engine/model.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import { checks as baseChecks } from './base/checks.ts'
import { comparison as baseComparison } from './base/comparison.ts'
import { figures as baseFigures } from './base/figures.ts'
import { predictions as basePredictions } from './base/predictions.ts'
import { type Check, type Found, foundBy } from './check.ts'
import type { Comparison } from './comparison.ts'
import { checks as capChecks } from './cap/checks.ts'
import { figures as capFigures } from './cap/figures.ts'
import { predictions as capPredictions } from './cap/predictions.ts'
import { checks as lockChecks } from './locks/checks.ts'
import { comparison as lockComparison } from './locks/comparison.ts'
import { figures as lockFigures } from './locks/figures.ts'
import { predictions as lockPredictions } from './locks/predictions.ts'
import { checks as paxosChecks } from './paxos/checks.ts'
import { figures as paxosFigures } from './paxos/figures.ts'
import { predictions as paxosPredictions } from './paxos/predictions.ts'
import type { Prediction } from './prediction.ts'
import { checks as raftChecks } from './raft/checks.ts'
import { figures as raftFigures } from './raft/figures.ts'
import { predictions as raftPredictions } from './raft/predictions.ts'
import { figures as serviceFigures } from './services/figures.ts'
import { checks as transactionChecks } from './transactions/checks.ts'
import { figures as transactionFigures } from './transactions/figures.ts'
import { predictions as transactionPredictions } from './transactions/predictions.ts'

const checks: readonly Check[] = [
  ...lockChecks,
  ...transactionChecks,
  ...capChecks,
  ...baseChecks,
  ...paxosChecks,
  ...raftChecks,
]
const figures: readonly FigureDefinition[] = [
  ...lockFigures,
  ...transactionFigures,
  ...capFigures,
  ...baseFigures,
  ...paxosFigures,
  ...raftFigures,
  ...serviceFigures,
]
const predictions: readonly Prediction[] = [
  ...lockPredictions,
  ...transactionPredictions,
  ...capPredictions,
  ...basePredictions,
  ...paxosPredictions,
  ...raftPredictions,
]

const comparisons: readonly Comparison[] = [lockComparison, baseComparison]

/** @throws Error when no check has this id */
export const checkOf = (id: string): Check => find('check', checks, id)

/** @throws Error when no figure has this id */
export const figureOf = (id: string): FigureDefinition => find('figure', figures, id)

/** @throws Error when no prediction has this id */
export const predictionOf = (id: string): Prediction => find('prediction', predictions, id)

/** @throws Error when no comparison has this id */
export const comparisonOf = (id: string): Comparison => find('comparison', comparisons, id)

/** What the check found whose run a figure shows under one of its variants; null where it shows a script. */
export function foundIn({ id, script }: FigureDefinition, variant: string): Found | null {
  if (typeof script === 'function') return null
  if ('check' in script) return foundBy(checkOf(script.check))
  const run = script.runs[variant]
  if (run === undefined) throw new Error(`the figure ${id} has no run for ${variant}`)
  return typeof run === 'function' ? null : foundBy(checkOf(run.check))
}

/** What happens in a figure under one of its variants: its script, or the run of the check that it shows. */
export function scriptOf(figure: FigureDefinition, variant: string): readonly Action[] {
  const found = foundIn(figure, variant)
  if (found !== null) return found.actions
  const { script } = figure
  if (typeof script === 'function') return script(variant)
  return (script as { runs: Record<string, () => readonly Action[]> }).runs[variant]!()
}

/** The run of a figure under one of its variants, worked out. */
export function recordOf(figure: FigureDefinition, variant: string): RunRecord {
  return replay(figure.system(variant), scriptOf(figure, variant), foundIn(figure, variant)?.loopFrom)
}

/** Every check of every chapter, for the tests. */
export const allChecks = checks
export const allFigures = figures
export const allPredictions = predictions
export const allComparisons = comparisons

function find<T extends { readonly id: string }>(kind: string, list: readonly T[], id: string): T {
  const found = list.find((candidate) => candidate.id === id)
  if (!found)
    throw new Error(`no ${kind} is called '${id}'; there are ${list.map((item) => item.id).join(', ')}`)
  return found
}
