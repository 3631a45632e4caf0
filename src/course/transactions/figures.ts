/** The figures of the chapter on transactions, gathered from its pages' files. */
import type { FigureDefinition } from '../../widgets/figure.ts'
import { figures as fourProblems } from './four-problems.ts'
import { figures as instead } from './instead.ts'
import { figures as introduction } from './introduction.ts'
import { figures as localMessageTable } from './local-message-table.ts'
import { figures as ordering } from './ordering.ts'
import { figures as twoPhaseCommit } from './two-phase-commit.ts'

export const figures: readonly FigureDefinition[] = [
  ...introduction,
  ...localMessageTable,
  ...ordering,
  ...twoPhaseCommit,
  ...fourProblems,
  ...instead,
]
