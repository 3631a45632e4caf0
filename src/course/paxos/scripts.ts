/** The Paxos chapter's scripts: the source's pictures, and what leads to the chapter's questions. */
import type { Line } from '../script.ts'

/** Two acceptors are asked by a proposer, and answer it. */
const exchange = (proposer: string, ...acceptors: readonly string[]): Line[] => [
  ...acceptors.map((acceptor): Line => [proposer, 'prepare', acceptor]),
  ...acceptors.map((acceptor): Line => [acceptor, 'promise', proposer]),
]

/** A proposer is promised by these, the last answer being the one that makes it go on. */
export const promised = exchange

/** A proposer's accept arrives at these. */
export const votes = (proposer: string, ...acceptors: readonly string[]): Line[] =>
  acceptors.map((acceptor): Line => [proposer, 'accept', acceptor])

/** What these acceptors have accepted is told to the learner. */
export const told = (...acceptors: readonly string[]): Line[] =>
  acceptors.map((acceptor): Line => [acceptor, 'accepted', 'L'])

/** Figure 8: one proposer, alone, from its question to what the learner learns. */
export const FIGURE_8: readonly Line[] = [
  ...exchange('A', 'X', 'Y', 'Z'),
  ...votes('A', 'X', 'Y', 'Z'),
  ...told('X', 'Y', 'Z'),
]

/** Figures 9 and 10: A and B have asked; A's questions reach X and Y first, who have nothing to report. */
export const FIGURE_10: readonly Line[] = exchange('A', 'X', 'Y')

/** Figures 9 to 11 in one run: Z hears B first and drops A's question; X and Y answer both. */
export const FIGURE_11: readonly Line[] = [
  ['A', 'prepare', 'X'],
  ['A', 'prepare', 'Y'],
  ['B', 'prepare', 'Z'],
  ['A', 'prepare', 'Z'],
  ['B', 'prepare', 'X'],
  ['B', 'prepare', 'Y'],
  ['X', 'promise', 'A'],
  ['Y', 'promise', 'A'],
  ['Z', 'promise', 'B'],
  ['X', 'promise', 'B'],
]

/** Figure 12: A comes too late everywhere, and B goes on. */
export const FIGURE_12: readonly Line[] = [
  ...FIGURE_11,
  ...votes('A', 'X', 'Y', 'Z'),
  ...votes('B', 'X', 'Y', 'Z'),
]

/** Figure 13: B alone is voted for, and each acceptor tells the learner. */
export const FIGURE_13: readonly Line[] = [
  ...exchange('A', 'X', 'Y'),
  ...votes('A', 'X'),
  ...told('X'),
  ...votes('A', 'Y'),
  ...told('Y'),
  ['A', 'prepare', 'Z'],
  ...votes('A', 'Z'),
  ...told('Z'),
]

/** X accepts [2, 8], and B hears of it: B goes on with 8. */
export const REPORTED: readonly Line[] = [
  ...exchange('A', 'X', 'Y'),
  ...votes('A', 'X'),
  ...exchange('B', 'Z', 'X'),
  ...votes('B', 'Z', 'X', 'Y'),
]

/** Three wishes, each heard by another acceptor first. */
export const FIRST_COME: readonly Line[] = [
  ...votes('A', 'X'),
  ...votes('B', 'Y'),
  ...votes('C', 'Z'),
  ['A', 'accept', 'Y'],
  ['A', 'accept', 'Z'],
  ['B', 'accept', 'X'],
  ['B', 'accept', 'Z'],
  ['C', 'accept', 'X'],
  ['C', 'accept', 'Y'],
]
