/** The questions of the chapter on transactions, gathered from its pages' files. */
import type { Prediction } from '../prediction.ts'
import { predictions as fourProblems } from './four-problems.ts'
import { predictions as instead } from './instead.ts'
import { predictions as introduction } from './introduction.ts'
import { predictions as localMessageTable } from './local-message-table.ts'
import { predictions as ordering } from './ordering.ts'
import { predictions as twoPhaseCommit } from './two-phase-commit.ts'

export const predictions: readonly Prediction[] = [
  ...introduction,
  ...localMessageTable,
  ...ordering,
  ...twoPhaseCommit,
  ...fourProblems,
  ...instead,
]
