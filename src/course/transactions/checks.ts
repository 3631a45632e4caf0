/** The claims (C…) and errata (E…) of the chapter on transactions as checks, gathered from its pages' files. */
import type { Check } from '../check.ts'
import { checks as fourProblems } from './four-problems.ts'
import { checks as instead } from './instead.ts'
import { checks as introduction } from './introduction.ts'
import { checks as localMessageTable } from './local-message-table.ts'
import { checks as ordering } from './ordering.ts'
import { checks as twoPhaseCommit } from './two-phase-commit.ts'

export const checks: readonly Check[] = [
  ...introduction,
  ...localMessageTable,
  ...ordering,
  ...twoPhaseCommit,
  ...fourProblems,
  ...instead,
]
