/** What the chapter on BASE owes: the source's picture 7, and every claim, erratum and exercise. */
import type { Duties } from '../duties.ts'

export const duties: Duties = {
  chapter: 'base',
  pictures: ['F7'],
  claims: ['C28', 'C29', 'C30'],
  errata: ['E23', 'E24'],
  exercises: ['graceful-degradation', 'anti-entropy'],
  predictions: 3,
  allowed: [],
}
