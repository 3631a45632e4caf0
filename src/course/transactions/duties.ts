/** What the chapter on transactions owes: the source's pictures 2 to 4, and every claim, erratum and exercise. */
import type { Duties } from '../duties.ts'

export const duties: Duties = {
  chapter: 'transactions',
  pictures: ['F2', 'F3', 'F4'],
  claims: ['C17', 'C18', 'C19', 'C20', 'C21', 'C22', 'C23', 'C24'],
  errata: ['E13', 'E14', 'E15', 'E16', 'E17'],
  exercises: ['outbox', 'two-phase-commit', 'break-2pc'],
  predictions: 3,
  allowed: [],
}
