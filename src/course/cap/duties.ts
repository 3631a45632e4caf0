/** What the chapter on CAP owes: the source’s pictures 5 and 6, and every claim, erratum and exercise. */
import type { Duties } from '../duties.ts'

export const duties: Duties = {
  chapter: 'cap',
  pictures: ['F5', 'F6'],
  claims: ['C25', 'C26', 'C27'],
  errata: ['E18', 'E19', 'E20', 'E21', 'E22'],
  exercises: ['cp-register', 'ap-register', 'break-ap-register'],
  predictions: 3,
  allowed: [],
}
