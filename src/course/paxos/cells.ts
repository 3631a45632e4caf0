/**
 * The Paxos chapter's cells: the rules of the acceptor and of the proposer, each in a system that is large enough to tell
 * the rule from what a reader may try in its place, and small enough to answer at once.
 */
import type { AnyNodeDefinition, Crashes, System, View, Violation } from '../../../engine/actors/system.ts'
import type { Answer } from '../../../engine/exercise.ts'
import { type Ballot, paxos } from '../../../exercises/paxos-acceptor/exercise.ts'
import type { Proposal } from '../../../exercises/paxos-acceptor/messages.ts'
import paxosAcceptor from '../../../exercises/paxos-acceptor/solution.ts'
import type { CellDefinition } from '../../notebook/cell.ts'
import proposer from './cells/proposer.ts'
import { A, ACCEPTORS, B, C, CRASHING, HARSH } from './systems.ts'

/** A search that does not end within so many states says so, and does not keep the reader waiting. */
const STATES_MAX = 60_000

/** An acceptor may go down for good, at any moment: no proposer may have to hear from all. */
const ONE_DOWN: Crashes = { roles: ['acceptor'], limit: 1, restart: 'never' }

type Build = (answer: Answer) => System

/** The file is the acceptors'; the proposers are the course's. */
const acceptors =
  (ballots: readonly Ballot[]): Build =>
  (answer) =>
    checkedFor(['agreement', 'validity', 'decided'], paxos(ballots, ACCEPTORS, answer, HARSH, CRASHING))

/** The file is the proposers'; the acceptors are the course's, and follow Paxos's rules. */
const proposers =
  (ballots: readonly Ballot[], crashes: Crashes | null): Build =>
  (answer) => {
    const system = paxos(ballots, ACCEPTORS, { definition: paxosAcceptor, probe: null }, HARSH, crashes)
    const { nodes, properties } = checkedFor(['agreement', 'decided'], system)
    return {
      ...system,
      nodes: nodes.map((one) =>
        one.role === 'proposer' ? { ...one, definition: answer.definition, probe: answer.probe } : one,
      ),
      properties: [
        ...properties.map((property) =>
          property.id === 'decided' && crashes ? { ...property, id: 'decided-with-one-down' } : property,
        ),
        { id: 'wanted', kind: 'always', violated: (view) => unwanted(view, ballots) },
      ],
    }
  }

/** What a cell is not about makes its search larger and its answer longer. */
function checkedFor(properties: readonly string[], system: System): System {
  return { ...system, properties: system.properties.filter(({ id }) => properties.includes(id)) }
}

/** A proposer that asks for a value that no proposer wanted. */
function unwanted(view: View, ballots: readonly Ballot[]): Violation | null {
  for (const { id, role, seen } of view) {
    if (role !== 'proposer' || seen === null) continue
    const { v } = seen as Proposal
    if (!ballots.some((ballot) => ballot.v === v)) return { proposer: id, v }
  }
  return null
}

interface CellFile {
  readonly source: string
  readonly original: AnyNodeDefinition
  /** As the page calls it. */
  readonly name: string
}
const ACCEPTOR_FILE: CellFile = {
  source: 'exercises/paxos-acceptor/solution.ts',
  original: paxosAcceptor,
  name: 'acceptor.ts',
}
const PROPOSER_FILE: CellFile = {
  source: 'src/course/paxos/cells/proposer.ts',
  original: proposer,
  name: 'proposer.ts',
}

function cell(
  id: string,
  file: CellFile,
  begins: string,
  ballots: readonly Ballot[],
  system: Build,
): CellDefinition {
  return {
    id,
    source: file.source,
    original: file.original,
    begins,
    words: 'paxos-acceptor',
    lanes: [...ballots.map(({ proposer }) => proposer), ...ACCEPTORS],
    exercise: {
      id,
      kind: 'build',
      version: 1,
      file: file.name,
      configurations: [
        {
          id: 'all',
          counts: { ballots: ballots.length },
          driver: 'explore',
          statesMax: STATES_MAX,
          system,
        },
      ],
    },
  }
}

const TWO = [A, B]
const THREE = [A, B, C]

export const cells: readonly CellDefinition[] = [
  cell('paxos/promise-rule', ACCEPTOR_FILE, 'prepare(', TWO, acceptors(TWO)),
  // With two ballots an acceptor may accept without raising its promise, and nobody is the wiser.
  cell('paxos/accept-rule', ACCEPTOR_FILE, 'accept(', THREE, acceptors(THREE)),
  // "The largest value" and "the largest number" differ only where two proposals are reported.
  cell('paxos/value-rule', PROPOSER_FILE, 'function choose(', THREE, proposers(THREE, null)),
  cell('paxos/quorum-rule', PROPOSER_FILE, 'function isEnough(', TWO, proposers(TWO, ONE_DOWN)),
]
