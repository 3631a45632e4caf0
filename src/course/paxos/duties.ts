/** What the Paxos chapter owes: the source's pictures 8 to 13, and every claim, erratum and exercise. */
import type { Duties } from '../duties.ts'

export const duties: Duties = {
  chapter: 'paxos',
  pictures: ['F8', 'F9', 'F10', 'F11', 'F12', 'F13'],
  claims: ['C31', 'C33', 'C34', 'C35'],
  errata: ['E25', 'E26', 'E29', 'E30', 'E31', 'E32', 'REV'],
  exercises: [
    'paxos-acceptor',
    'paxos-proposer',
    'paxos-learner',
    'paxos-backoff',
    'break-the-notes',
    'duel',
  ],
  predictions: 3,
  allowed: [],
}
