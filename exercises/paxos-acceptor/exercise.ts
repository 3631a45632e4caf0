/**
 * paxos-acceptor: the learner writes the acceptor; the proposers and the learner around it are the course's.
 * What an acceptor has accepted is observed from the `accepted` messages that it sends, never from its fields.
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
import type { Messages, Proposal } from './messages.ts'

/** What a proposer keeps. It makes one attempt, with one number. */
interface ProposerState {
  n: number
  /** The value that it wants, as long as no acceptor reports another. */
  v: number
  /** The answers to its prepare: the accepted proposal of each acceptor that promised. */
  promises: { [acceptor: string]: Proposal | null }
  /** The value that it asked the acceptors to accept. */
  asked: number | null
  /** It restarted after a crash and leaves the decision to others. */
  gaveUp?: boolean
}

/**
 * A proposer of single-decree Paxos: prepares, waits for a majority, adopts the value of the largest-numbered
 * accepted proposal that was reported, and asks for it to be accepted.
 * Reference: L. Lamport, "Paxos Made Simple", 2001, section 2.2.
 * @param prepares the acceptors that it prepares; all where left out. A proposer may choose any majority.
 * @param asks the acceptors that its accept reaches; all where left out
 */
export function proposer(
  n: number,
  v: number,
  prepares?: readonly string[],
  asks?: readonly string[],
): AnyNodeDefinition {
  return node<ProposerState, Messages, null>({
    init(ctx) {
      for (const acceptor of prepares ?? ctx.nodes('acceptor')) ctx.send(acceptor, 'prepare', { n, v })
      return { n, v, promises: {}, asked: null }
    },
    on: {
      promise(state, promise, ctx) {
        if (promise.n !== n || state.asked !== null || state.gaveUp) return
        state.promises[ctx.from] ??= promise.accepted
        const answers = Object.values(state.promises)
        if (answers.length * 2 <= ctx.nodes('acceptor').length) return
        const reported = answers.filter((answer) => answer !== null).sort((one, other) => other.n - one.n)
        state.asked = reported[0]?.v ?? v
        // The answers have served; a smaller state is a smaller search.
        state.promises = {}
        for (const acceptor of asks ?? ctx.nodes('acceptor'))
          ctx.send(acceptor, 'accept', { n, v: state.asked })
      },
    },
    // Having forgotten what it asked for, it must not use its number again: it gives up.
    restart: () => ({ n, v, promises: {}, asked: null, gaveUp: true }),
  })
}

/** A learner takes what it is told; the properties look at what was sent to it. */
export const learner: AnyNodeDefinition = node<Record<string, never>, Messages>({ init: () => ({}), on: {} })

const proposal = record({ n: number, v: number })

/** The name of the learner. */
const LEARNER = 'L'

/** What an acceptor did, as its messages show it. */
interface AcceptorHistory {
  /** The largest number that it promised; null for none. */
  readonly promised: number | null
  /** The proposals of which it told the learner that it accepted them, sorted by number. */
  readonly accepted: readonly Proposal[]
  /** The proposals that it has reported in a promise and not told the learner. */
  readonly reported: readonly Proposal[]
  /** A proposal that it accepted although it had promised a larger number; null while it kept its promises. */
  readonly broken: { readonly n: number; readonly promised: number } | null
}

/**
 * Telling the learner once more of a proposal that was accepted before a larger promise breaks nothing. It was
 * accepted before if the learner had been told, or else (a crash came between the disk and the message) if a promise
 * had reported it.
 */
function acceptorHistory(history: AcceptorHistory, sent: readonly SentMessage[]): AcceptorHistory {
  let { promised, accepted, reported, broken } = history
  for (const { to, type, fields: message } of sent) {
    if (type === 'promise') {
      const { n, accepted: report } = message as Messages['promise']
      promised = Math.max(promised ?? n, n)
      if (report && !includes(accepted, report) && !includes(reported, report))
        reported = withProposal(reported, report)
    }
    if (type === 'accepted' && to === LEARNER) {
      const proposal = message as Proposal
      if (includes(accepted, proposal)) continue
      if (promised !== null && proposal.n < promised && !includes(reported, proposal))
        broken ??= { n: proposal.n, promised }
      accepted = withProposal(accepted, proposal)
      reported = reported.filter((known) => !equal(known, proposal))
    }
  }
  return { promised, accepted, reported, broken }
}

function equal(one: Proposal, other: Proposal): boolean {
  return one.n === other.n && one.v === other.v
}

function includes(proposals: readonly Proposal[], proposal: Proposal): boolean {
  return proposals.some((known) => equal(known, proposal))
}

/** The proposals with one more, sorted, so that the order in which they came makes no difference. */
function withProposal(proposals: readonly Proposal[], { n, v }: Proposal): readonly Proposal[] {
  return [...proposals, { n, v }].sort((one, other) => one.n - other.n || one.v - other.v)
}

function askedFor(history: Proposal | null, sent: readonly SentMessage[]): Proposal | null {
  const accept = sent.find(({ type }) => type === 'accept')
  return accept ? (accept.fields as Proposal) : history
}

/** The roles of single-decree Paxos: who sends what, and what the properties see of each. */
export const roles: Record<string, Role> = {
  proposer: {
    sends: { prepare: fields({ n: number, v: number }), accept: fields({ n: number, v: number }) },
    // What it has asked for, although it may have crashed since.
    history: { initial: null satisfies Proposal | null, after: askedFor },
  },
  acceptor: {
    sends: {
      promise: fields({ n: number, accepted: orNull(proposal) }),
      accepted: fields({ n: number, v: number }),
      nack: fields({ n: number, promised: number }),
    },
    history: {
      initial: { promised: null, accepted: [], reported: [], broken: null } satisfies AcceptorHistory,
      after: acceptorHistory,
    },
    observe: ({ history }) => ({
      accepted: (history as AcceptorHistory).accepted,
      broken: (history as AcceptorHistory).broken,
    }),
  },
  learner: { sends: {}, observe: () => null },
}

interface Choice {
  readonly n: number
  readonly v: number
  readonly by: readonly string[]
}

/** The proposals that a majority of the acceptors accepted, by number. */
export function chosen(view: View): Choice[] {
  const acceptors = view.filter((node) => node.role === 'acceptor')
  const votes = new Map<string, { n: number; v: number; by: string[] }>()
  for (const { id, seen } of acceptors) {
    for (const { n, v } of (seen as AcceptorHistory).accepted) {
      const vote = votes.get(`${n} ${v}`) ?? { n, v, by: [] }
      vote.by.push(id)
      votes.set(`${n} ${v}`, vote)
    }
  }
  return [...votes.values()]
    .filter((vote) => vote.by.length * 2 > acceptors.length)
    .sort((one, other) => one.n - other.n)
}

/** Two proposals with different values that are both chosen, as parameters for the words of agreement; null for none. */
export function agreementViolated(view: View): Violation | null {
  const choices = chosen(view)
  const first = choices[0]
  const second = choices.find((choice) => choice.v !== first?.v)
  if (!first || !second) return null
  return {
    first: first.v,
    firstNumber: first.n,
    firstBy: first.by.join(', '),
    second: second.v,
    secondNumber: second.n,
    secondBy: second.by.join(', '),
  }
}

function validityViolated(view: View): Violation | null {
  const asked = new Map<number, number>()
  for (const { role, seen } of view) {
    if (role === 'proposer' && seen !== null) asked.set((seen as Proposal).n, (seen as Proposal).v)
  }
  for (const { id, role, seen } of view) {
    if (role !== 'acceptor') continue
    for (const { n, v } of (seen as AcceptorHistory).accepted) {
      if (asked.get(n) !== v) return { acceptor: id, n, v }
    }
  }
  return null
}

function promiseBroken(view: View): Violation | null {
  for (const { id, role, seen } of view) {
    const broken = role === 'acceptor' ? (seen as AcceptorHistory).broken : null
    if (broken) return { acceptor: id, n: broken.n, promised: broken.promised }
  }
  return null
}

/** A ballot: a proposer with its number and the value that it wants. */
export interface Ballot {
  readonly proposer: string
  readonly n: number
  readonly v: number
  /** The acceptors that it prepares; all where left out. */
  readonly prepares?: readonly string[]
  /** The acceptors that its accept reaches; all where left out. */
  readonly asks?: readonly string[]
}

/**
 * Proposers, acceptors and a learner.
 * @param acceptors their names
 */
export function paxos(
  ballots: readonly Ballot[],
  acceptors: readonly string[],
  answer: Answer,
  network: Network,
  crashes: Crashes | null,
): System {
  return {
    nodes: [
      ...ballots.map(({ proposer: id, n, v, prepares, asks }) => ({
        id,
        role: 'proposer',
        definition: proposer(n, v, prepares, asks),
      })),
      ...acceptors.map((id) => ({
        id,
        role: 'acceptor',
        definition: answer.definition,
        probe: answer.probe,
      })),
      { id: LEARNER, role: 'learner', definition: learner },
    ],
    roles,
    network,
    crashes,
    properties: [
      { id: 'agreement', kind: 'always', violated: agreementViolated },
      { id: 'promise', kind: 'always', violated: promiseBroken },
      { id: 'validity', kind: 'always', violated: validityViolated },
      // In one run, one ballot after the other: an acceptor that serves only a favourite proposer can't do it.
      { id: 'reachable', kind: 'sometimes', reached: (view) => ballots.every(({ n }) => isChosen(view, n)) },
      { id: 'decided', kind: 'eventually', reached: (view) => chosen(view).length > 0 },
    ],
  }
}

function isChosen(view: View, n: number): boolean {
  return chosen(view).some((choice) => choice.n === n)
}

/**
 * A system without one of its properties. `reachable` is left out where proposers reach too few acceptors for it, where
 * runs are random and missing it would say nothing, and where an answer that can't do it has a run that shows why.
 */
function without(property: string, system: System): System {
  return { ...system, properties: system.properties.filter(({ id }) => id !== property) }
}

/** Every message arrives once, in any order. */
const onceEach: Network = { duplicates: 0, drops: 0 }

/** Any message may be late, lost, overtaken or repeated, and any acceptor may crash and restart, any number of times. */
const harsh: Network = { duplicates: 'unlimited', drops: 0 }
const crashing: Crashes = { roles: ['acceptor'], limit: 'unlimited', restart: 'at once' }

/** A ballot that reaches some acceptors only. A proposer may work with any majority; and it keeps the search small. */
function reaching(ballot: Ballot, acceptors: readonly string[]): Ballot {
  return { ...ballot, prepares: acceptors, asks: acceptors }
}

// The values don't rise with the numbers, so that "the largest value" and "the largest number" differ.
const A: Ballot = { proposer: 'A', n: 2, v: 8 }
const B: Ballot = { proposer: 'B', n: 4, v: 5 }
const C: Ballot = { proposer: 'C', n: 6, v: 7 }
const D: Ballot = { proposer: 'D', n: 8, v: 3 }

// In some trials the last proposer reaches a bare majority, so that no acceptor can leave the work to the others.
const two = [A, reaching(B, ['Y', 'Z'])]

// Other names, numbers that follow one another, and 0 as a value: nothing that works only for the ballots above passes.
const amongFour = [reaching({ proposer: 'N', n: 10, v: 6 }, ['O', 'P', 'Q']), { proposer: 'M', n: 9, v: 0 }]
// Two majorities that share one acceptor, R.
const amongFive = [
  reaching({ proposer: 'J', n: 1, v: 9 }, ['P', 'Q', 'R']),
  reaching({ proposer: 'K', n: 3, v: 4 }, ['R', 'S', 'T']),
]

// All accepts but the last reach one acceptor. Acceptors that stick to the first value that they accepted are stuck at
// the end: Y and Z with 8, X with 5, and 5 to be accepted.
const scattered = [
  { ...A, prepares: ['Y', 'Z'], asks: ['Y'] },
  { ...B, prepares: ['X', 'Z'], asks: ['X'] },
  { ...C, prepares: ['Y', 'Z'], asks: ['Z'] },
  reaching(D, ['X', 'Y']),
]

const X_TO_Z = ['X', 'Y', 'Z']

const exercise: Exercise = {
  id: 'paxos-acceptor',
  kind: 'build',
  version: 1,
  file: 'acceptor.ts',
  configurations: [
    {
      id: 'calm',
      counts: { ballots: two.length },
      driver: 'explore',
      statesMax: 100_000,
      system: (answer) => without('reachable', paxos(two, X_TO_Z, answer, onceEach, null)),
    },
    {
      id: 'two-ballots',
      counts: { ballots: 2 },
      driver: 'explore',
      statesMax: 300_000,
      system: (answer) => without('reachable', paxos([A, B], X_TO_Z, answer, harsh, crashing)),
    },
    {
      id: 'three-ballots',
      counts: { ballots: 3 },
      driver: 'explore',
      statesMax: 2_000_000,
      system: (answer) => paxos([A, B, C], X_TO_Z, answer, harsh, crashing),
    },
    {
      id: 'four-acceptors',
      counts: { ballots: amongFour.length },
      driver: 'explore',
      statesMax: 300_000,
      system: (answer) => paxos(amongFour, ['O', 'P', 'Q', 'R'], answer, harsh, crashing),
    },
    {
      id: 'five-acceptors',
      counts: { ballots: amongFive.length },
      driver: 'explore',
      statesMax: 300_000,
      system: (answer) => paxos(amongFive, ['P', 'Q', 'R', 'S', 'T'], answer, harsh, crashing),
    },
    {
      id: 'scattered',
      counts: { ballots: scattered.length },
      driver: 'explore',
      statesMax: 600_000,
      system: (answer) => without('reachable', paxos(scattered, X_TO_Z, answer, harsh, null)),
    },
    {
      id: 'four-ballots',
      counts: { ballots: 4 },
      driver: 'simulate',
      runs: 2_000,
      stepsMax: 200,
      system: (answer) =>
        without('reachable', paxos([A, B, C, D], ['V', 'W', ...X_TO_Z], answer, harsh, crashing)),
    },
  ],
}

export default exercise
