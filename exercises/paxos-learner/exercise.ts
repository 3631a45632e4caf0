/**
 * paxos-learner: the learner writes the learner; proposers, acceptors and the client are the course's. What was chosen is
 * judged by what the acceptors have said they accepted, what a learner knows by what it tells the client.
 */
import { fields, number, orNull, record } from '../../engine/actors/fields.ts'
import type {
  AnyNodeDefinition,
  Crashes,
  Network,
  Role,
  SentMessage,
  System,
  View,
  Violation,
} from '../../engine/actors/system.ts'
import { node } from '../../engine/api.ts'
import type { Answer, Exercise } from '../../engine/exercise.ts'
import { type Ballot, chosen, proposer } from '../paxos-acceptor/exercise.ts'
import type { Proposal } from '../paxos-acceptor/messages.ts'
import acceptor from '../paxos-acceptor/solution.ts'
import type { Messages } from './messages.ts'

/**
 * An acceptor whose ballots are over: it starts with what it has accepted and tells the learners of it. Nobody asks it
 * anything any more.
 * @param accepted in the order in which it accepted them
 */
function formerAcceptor(accepted: readonly Proposal[]): AnyNodeDefinition {
  return node<{ accepted: Proposal[] }, Messages>({
    init(ctx) {
      for (const proposal of accepted) ctx.broadcast('learner', 'accepted', proposal)
      return { accepted: [...accepted] }
    },
    on: {},
  })
}

/** Who wants to know the value. It takes what it is told; the properties look at what was sent to it. */
const client: AnyNodeDefinition = node<Record<string, never>, Messages>({ init: () => ({}), on: {} })

/** The name of the client. */
const CLIENT = 'U'

/** The proposals of which an acceptor has told a learner that it accepted them, sorted by number. */
function acceptedBy(history: readonly Proposal[], sent: readonly SentMessage[]): readonly Proposal[] {
  let accepted = history
  for (const { type, fields: message } of sent) {
    if (type !== 'accepted') continue
    const { n, v } = message as Proposal
    if (accepted.some((known) => known.n === n && known.v === v)) continue
    accepted = [...accepted, { n, v }].sort((one, other) => one.n - other.n || one.v - other.v)
  }
  return accepted
}

/** The values that a learner has announced, each once, sorted. What it tells other learners is its own affair. */
function announcedBy(history: readonly number[], sent: readonly SentMessage[]): readonly number[] {
  const values = sent
    .filter(({ to, type }) => type === 'chosen' && to === CLIENT)
    .map(({ fields: message }) => (message as Messages['chosen']).v)
  return values.every((v) => history.includes(v))
    ? history
    : [...new Set([...history, ...values])].sort((one, other) => one - other)
}

const proposal = record({ n: number, v: number })

const roles: Record<string, Role> = {
  proposer: {
    sends: { prepare: fields({ n: number, v: number }), accept: fields({ n: number, v: number }) },
    observe: () => null,
  },
  acceptor: {
    sends: {
      promise: fields({ n: number, accepted: orNull(proposal) }),
      accepted: fields({ n: number, v: number }),
    },
    history: { initial: [] satisfies Proposal[], after: acceptedBy },
    observe: ({ history }) => ({ accepted: history }),
  },
  learner: {
    sends: { chosen: fields({ v: number }) },
    // What it has announced, although it may have crashed since.
    history: { initial: [] satisfies number[], after: announcedBy },
  },
  client: { sends: {}, observe: () => null },
}

interface Announcement {
  readonly learner: string
  readonly v: number
}

/** Everything that was announced. */
function announcements(view: View): Announcement[] {
  return view
    .filter(({ role }) => role === 'learner')
    .flatMap(({ id, seen }) => (seen as readonly number[]).map((v) => ({ learner: id, v })))
}

/** How many acceptors have accepted proposals with this value and one and the same number, at most. */
function mostVotes(view: View, value: number): number {
  const votes = new Map<number, number>()
  for (const { role, seen } of view) {
    if (role !== 'acceptor') continue
    for (const { n, v } of (seen as { accepted: readonly Proposal[] }).accepted)
      if (v === value) votes.set(n, (votes.get(n) ?? 0) + 1)
  }
  return Math.max(0, ...votes.values())
}

function truthViolated(view: View): Violation | null {
  const choices = chosen(view)
  const untrue = announcements(view).find(({ v }) => choices.every((choice) => choice.v !== v))
  if (!untrue) return null
  const acceptors = view.filter(({ role }) => role === 'acceptor').length
  return { ...untrue, most: mostVotes(view, untrue.v), acceptors }
}

function twoValues(view: View): Violation | null {
  const [first, ...others] = announcements(view)
  const second = others.find(({ v }) => v !== first?.v)
  return first && second
    ? { first: first.v, firstBy: first.learner, second: second.v, secondBy: second.learner }
    : null
}

/** Has every learner announced something? */
function allLearnt(view: View): boolean {
  return view.every(({ role, seen }) => role !== 'learner' || (seen as readonly number[]).length > 0)
}

/** Who takes part. */
export interface Parts {
  /** The ballots that are still to come. */
  readonly ballots: readonly Ballot[]
  /** The acceptors: their names, or with what they have accepted where no ballot is to come. */
  readonly acceptors: readonly string[] | { readonly [name: string]: readonly Proposal[] }
  readonly learners?: readonly string[]
}

/**
 * Proposers, acceptors, learners and a client. A role that nobody plays has no nodes.
 * @param learners their names; `L` where left out
 */
export function learning(
  { ballots, acceptors, learners = ['L'] }: Parts,
  answer: Answer,
  network: Network,
  crashes: Crashes | null,
): System {
  const listed = isList(acceptors)
    ? acceptors.map((id) => ({ id, definition: acceptor as AnyNodeDefinition }))
    : Object.entries(acceptors).map(([id, accepted]) => ({ id, definition: formerAcceptor(accepted) }))
  return {
    nodes: [
      ...ballots.map(({ proposer: id, n, v, prepares, asks }) => ({
        id,
        role: 'proposer',
        definition: proposer(n, v, prepares, asks),
      })),
      ...listed.map((one) => ({ ...one, role: 'acceptor' })),
      ...learners.map((id) => ({
        id,
        role: 'learner',
        definition: answer.definition,
        probe: answer.probe,
      })),
      { id: CLIENT, role: 'client', definition: client },
    ],
    roles,
    network,
    crashes,
    properties: [
      { id: 'truth', kind: 'always', violated: truthViolated },
      { id: 'one-value', kind: 'always', violated: twoValues },
      { id: 'learns', kind: 'eventually', reached: allLearnt },
    ],
  }
}

function isList<T>(value: readonly T[] | object): value is readonly T[] {
  return Array.isArray(value)
}

/**
 * A system without one of its properties: `learns` is left out where nothing is chosen, and so there is nothing to learn.
 */
function without(property: string, system: System): System {
  return { ...system, properties: system.properties.filter(({ id }) => id !== property) }
}

/** Every message arrives once, in any order. */
const onceEach: Network = { duplicates: 0, drops: 0 }

/**
 * Any message may be late, lost, overtaken or repeated. It may arrive again as long as that makes a difference, so that a
 * learner that has crashed and forgotten is told again.
 */
const harsh: Network = { duplicates: 'unlimited', drops: 0 }

/**
 * Any node of these roles may crash and restart, any number of times; a learner also just before it sends something. What it
 * knows is judged by what it has sent, so that it matters whether it wrote down that it has told before it did.
 */
function crashing(...roles: string[]): Crashes {
  return {
    roles,
    limit: 'unlimited',
    restart: 'at once',
    ...(roles.includes('learner') && { beforeSends: ['learner'] }),
  }
}

/** A ballot that reaches some acceptors only: no others are asked anything. */
function reaching(ballot: Ballot, acceptors: readonly string[]): Ballot {
  return { ...ballot, prepares: acceptors, asks: acceptors }
}

const A: Ballot = { proposer: 'A', n: 2, v: 8 }
const B: Ballot = { proposer: 'B', n: 4, v: 5 }
const C: Ballot = { proposer: 'C', n: 6, v: 7 }
const D: Ballot = { proposer: 'D', n: 8, v: 3 }

const X_TO_Z = ['X', 'Y', 'Z']

// Bare majorities: a learner that waits for more votes may wait for ever.
const two = [A, reaching(B, ['Y', 'Z'])]
// The fewer votes, the fewer states: two learners that forget and hear again are many.
const overlapping = [reaching(A, ['X', 'Y']), reaching(B, ['Y', 'Z'])]

// 8 was chosen at ballot 2. B adopted it, as it has to, and crashed when it had asked X alone.
const goneOn = { X: [at(2, 8), at(4, 8)], Y: [at(2, 8)], Z: [] }

// A asked X, B asked Y and knew of nothing, C asked Z and had heard of A's: 8 has two votes of three, and is not chosen.
const unchosen = { X: [at(2, 8)], Y: [at(4, 5)], Z: [at(6, 8)] }

// Other names, numbers that follow one another, and 0 as a value. Half of four is no majority.
const amongFour = [
  reaching({ proposer: 'F', n: 10, v: 6 }, ['O', 'P', 'Q']),
  reaching({ proposer: 'E', n: 9, v: 0 }, ['P', 'Q', 'R']),
]
// Two majorities that share one acceptor, R.
const amongFive = [
  reaching({ proposer: 'G', n: 1, v: 9 }, ['P', 'Q', 'R']),
  reaching({ proposer: 'H', n: 3, v: 4 }, ['R', 'S', 'T']),
]

/**
 * Ballots after which 8 may have been accepted by Y at 2 and by Z at 6, although it is not chosen; then D finds 5 at X, and
 * 5 is chosen.
 */
export const scattered: readonly Ballot[] = [
  { ...A, prepares: ['Y', 'Z'], asks: ['Y'] },
  { ...B, prepares: ['X', 'Z'], asks: ['X'] },
  { ...C, prepares: ['Y', 'Z'], asks: ['Z'] },
  reaching(D, ['X', 'Y']),
]

function at(n: number, v: number): Proposal {
  return { n, v }
}

const exercise: Exercise = {
  id: 'paxos-learner',
  kind: 'build',
  version: 1,
  file: 'learner.ts',
  configurations: [
    {
      id: 'one-ballot',
      counts: { ballots: 1 },
      driver: 'explore',
      statesMax: 10_000,
      system: (answer) =>
        learning({ ballots: [reaching(A, ['X', 'Y'])], acceptors: X_TO_Z }, answer, onceEach, null),
    },
    {
      id: 'unchosen',
      driver: 'explore',
      statesMax: 10_000,
      system: (answer) =>
        without('learns', learning({ ballots: [], acceptors: unchosen }, answer, harsh, null)),
    },
    {
      id: 'gone-on',
      driver: 'explore',
      statesMax: 10_000,
      system: (answer) => learning({ ballots: [], acceptors: goneOn }, answer, onceEach, null),
    },
    {
      id: 'two-ballots',
      counts: { ballots: two.length },
      driver: 'explore',
      statesMax: 100_000,
      system: (answer) => learning({ ballots: two, acceptors: X_TO_Z }, answer, onceEach, null),
    },
    {
      id: 'repeated',
      counts: { ballots: 2 },
      driver: 'explore',
      statesMax: 300_000,
      system: (answer) =>
        learning({ ballots: [A, B], acceptors: X_TO_Z }, answer, harsh, crashing('acceptor')),
    },
    {
      id: 'restarts',
      counts: { ballots: overlapping.length },
      driver: 'explore',
      statesMax: 600_000,
      system: (answer) =>
        learning(
          { ballots: overlapping, acceptors: X_TO_Z, learners: ['L', 'M'] },
          answer,
          harsh,
          crashing('learner'),
        ),
    },
    {
      id: 'four-acceptors',
      counts: { ballots: amongFour.length },
      driver: 'explore',
      statesMax: 300_000,
      system: (answer) =>
        learning({ ballots: amongFour, acceptors: ['O', 'P', 'Q', 'R'] }, answer, harsh, null),
    },
    {
      id: 'five-acceptors',
      counts: { ballots: amongFive.length },
      driver: 'explore',
      statesMax: 300_000,
      system: (answer) =>
        learning({ ballots: amongFive, acceptors: ['P', 'Q', 'R', 'S', 'T'] }, answer, harsh, null),
    },
    {
      id: 'scattered',
      counts: { ballots: scattered.length },
      driver: 'explore',
      statesMax: 600_000,
      system: (answer) => learning({ ballots: scattered, acceptors: X_TO_Z }, answer, harsh, null),
    },
    {
      id: 'four-ballots',
      counts: { ballots: 4 },
      driver: 'simulate',
      runs: 150,
      stepsMax: 200,
      system: (answer) =>
        learning(
          { ballots: [A, B, C, D], acceptors: ['V', 'W', ...X_TO_Z], learners: ['L', 'M'] },
          answer,
          harsh,
          crashing('acceptor', 'learner'),
        ),
    },
  ],
}

export default exercise
