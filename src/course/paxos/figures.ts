/** The Paxos chapter's figures: the source's pictures as systems with a script. */
import type { System } from '../../../engine/actors/system.ts'
import type { NodeId } from '../../../engine/api.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import { type Line, follow, followAll } from '../script.ts'
import { duel, duelRun } from './duel.ts'
import { logFigures } from './multi-paxos-figures.ts'
import * as scripts from './scripts.ts'
import * as systems from './systems.ts'
import { A, ACCEPTORS, B, C, D, type Rule, acceptors, listening, system } from './systems.ts'

/** What stands under a node of each role. */
const FIELDS = {
  proposer: ['n', 'v', 'asked'],
  acceptor: ['promised', 'accepted', 'last'],
  learner: ['chosen'],
} as const

const lanes = (...proposers: readonly { readonly proposer: NodeId }[]): NodeId[] => [
  ...proposers.map(({ proposer }) => proposer),
  ...ACCEPTORS,
]

/** A run that is written down, in one system or under several rules, which may end it at different places. */
const scripted = (
  id: string,
  pictures: readonly string[],
  of: (variant: string) => System,
  script: readonly Line[],
  nodes: readonly NodeId[],
  variants: readonly string[] = ['paxos'],
): FigureDefinition => ({
  id,
  pictures,
  variants,
  system: of,
  script: (variant) => (variants.length === 1 ? followAll : follow)(of(variant), script),
  fields: FIELDS,
  lanes: nodes,
})

/** The shortest run that shows something, as the engine finds it. */
const found = (id: string, check: string, of: () => System, nodes: readonly NodeId[]): FigureDefinition => ({
  id,
  pictures: [],
  variants: ['found'],
  system: of,
  script: { check },
  fields: FIELDS,
  lanes: nodes,
})

const both = (variant: string): System => system([A, B], acceptors[variant as Rule])
const BOTH = ['note', 'paxos'] as const
const alone = (): System => listening(system([A], acceptors.paxos))

/** So many rounds are enough to see that it goes on like this. */
const DUEL_ROUNDS = 3

export const figures: readonly FigureDefinition[] = [
  {
    ...scripted('paxos/first-come', [], systems.firstCome, scripts.FIRST_COME, lanes(A, B, C)),
    shows: 'first-come/stuck',
  },
  scripted('paxos/roles', ['F8'], alone, scripts.FIGURE_8, [...lanes(A), 'L']),
  scripted('paxos/first-questions', ['F9', 'F10'], both, scripts.FIGURE_10, lanes(A, B), BOTH),
  scripted('paxos/prepare', ['F11'], both, scripts.FIGURE_11, lanes(A, B), BOTH),
  scripted('paxos/accept', ['F12'], both, scripts.FIGURE_12, lanes(A, B), BOTH),
  scripted('paxos/accept-reported', [], () => both('paxos'), scripts.REPORTED, lanes(A, B)),
  scripted('paxos/learn', ['F13'], alone, scripts.FIGURE_13, [...lanes(A), 'L']),
  scripted('paxos/duel', [], () => duel(DUEL_ROUNDS), duelRun(DUEL_ROUNDS), lanes(A, B)),
  found('paxos/too-early', 'E29/too-early', systems.tooEarly, [...lanes(A, B), 'L']),
  found('paxos/across-numbers', 'E29/across-numbers', systems.acrossNumbers, [...lanes(A, B, C, D), 'L']),
  found('paxos/two-proposals', 'C33/two-proposals', () => both('paxos'), lanes(A, B)),
  found('paxos/three-ballots', 'E26/three-ballots', systems.noteThreeBallots, lanes(A, B, C)),
  found('paxos/retry', 'E26/retry', systems.noteRetry, lanes(A, B)),
  found('paxos/repeated', 'E26/repeated', systems.noteRepeated, lanes(A, B)),
  found('paxos/largest-value', 'REV/largest-value', systems.largestValue, lanes(A, B, C)),
  found('paxos/no-disk', 'E32/no-disk', systems.noDisk, lanes(A, B)),
  found('paxos/proposer-forgets', 'E32/proposer-forgets', systems.proposerForgets, lanes(A, B)),
  ...logFigures,
]
