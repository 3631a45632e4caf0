/** What the Raft chapter owes: the source's pictures 14 to 23, and every claim, erratum and exercise. */
import type { Duties } from '../duties.ts'

export const duties: Duties = {
  chapter: 'raft',
  pictures: ['F14', 'F15', 'F16', 'F17', 'F18', 'F19', 'F20', 'F21', 'F22', 'F23'],
  claims: ['C36', 'C37', 'C38', 'C39'],
  errata: ['E33', 'E34', 'E35', 'E36', 'E37', 'E38', 'E39'],
  exercises: ['raft-election', 'raft-replication', 'raft-safety', 'break-split-vote', 'break-figure-8'],
  predictions: 3,
  allowed: [],
}
