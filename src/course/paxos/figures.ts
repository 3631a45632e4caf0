/** The Paxos chapter's figures: the source's pictures as systems with a script. */
import type { System } from '../../../engine/actors/system.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import { type Delivery, follow } from '../script.ts'
import * as systems from './systems.ts'
import { A, ACCEPTORS, B, type Rule, acceptors, system } from './systems.ts'

/** What stands under a node of each role, and the order of the lanes. */
export const PAXOS_VIEW = {
  fields: { proposer: ['n', 'v', 'asked'], acceptor: ['promised', 'accepted', 'last'] },
  lanes: ['A', 'B', ...ACCEPTORS],
} as const

/** Figures 9, 10 and 11 of the source in one run: A asks with 2, B with 4, and Z hears B first. */
const PREPARE: readonly Delivery[] = [
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

const prepareSystem = (variant: string): System => system([A, B], acceptors[variant as Rule])

/** The shortest run that refutes something, as the engine finds it. */
const refutation = (
  id: string,
  check: string,
  refuted: () => System,
  lanes: readonly string[],
): FigureDefinition => ({
  id,
  variants: ['found'],
  system: refuted,
  script: { check },
  fields: PAXOS_VIEW.fields,
  lanes,
})

export const figures: readonly FigureDefinition[] = [
  {
    id: 'paxos/prepare',
    variants: ['note', 'paxos'],
    system: prepareSystem,
    script: (variant) => follow(prepareSystem(variant), PREPARE),
    ...PAXOS_VIEW,
  },
  refutation('paxos/three-ballots', 'E26/three-ballots', systems.noteThreeBallots, [
    'A',
    'B',
    'C',
    ...ACCEPTORS,
  ]),
  refutation('paxos/repeated', 'E26/repeated', systems.noteRepeated, ['A', 'B', ...ACCEPTORS]),
  refutation('paxos/no-disk', 'E32/no-disk', systems.noDisk, ['A', 'B', ...ACCEPTORS]),
]
