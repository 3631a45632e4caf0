/** What the chapter on locks owes: the source's first picture, and every claim, erratum and exercise. */
import type { Duties } from '../duties.ts'

export const duties: Duties = {
  chapter: 'locks',
  pictures: ['F1'],
  claims: ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8', 'C9', 'C10', 'C11', 'C12', 'C14', 'C15', 'C16'],
  errata: ['E2', 'E3', 'E4', 'E5', 'E6', 'E7', 'E8', 'E9', 'E10', 'E11', 'E12'],
  exercises: [
    'lock-unique-index',
    'break-setnx-expire',
    'lock-redis',
    'lock-fencing',
    'lock-redlock',
    'break-redlock',
    'lock-zookeeper',
  ],
  predictions: 3,
  allowed: [],
}
