/**
 * paxos-acceptor: the learner writes the acceptor; the proposers and the learner around it are the course's.
 * What an acceptor has accepted is observed from the `accepted` messages that it sends, never from its fields.
 */
import { fields, number, orNull, record } from '../../engine/actors/fields.ts'
import type { AnyNodeDefinition, Crashes, Network, Role, SentMessage, System, View, Violation } from '../../engine/actors/system.ts'
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
}

/**
 * A proposer of single-decree Paxos: prepares, waits for a majority, adopts the value of the largest-numbered
 * accepted proposal that was reported, and asks for it to be accepted.
 * Reference: L. Lamport, "Paxos Made Simple", 2001, section 2.2.
 */
export function proposer(n: number, v: number): AnyNodeDefinition {
  return node<ProposerState, Messages, null>({
    init(ctx) {
      ctx.broadcast('acceptor', 'prepare', { n, v })
      return { n, v, promises: {}, asked: null }
    },
    on: {
      promise(state, promise, ctx) {
        if (promise.n !== n || state.asked !== null) return
        state.promises[ctx.from] ??= promise.accepted
        const answers = Object.values(state.promises)
        if (answers.length * 2 <= ctx.nodes('acceptor').length) return
        const reported = answers.filter((answer) => answer !== null).sort((one, other) => other.n - one.n)
        state.asked = reported[0]?.v ?? v
        // The answers have served; a smaller state is a smaller search.
        state.promises = {}
        ctx.broadcast('acceptor', 'accept', { n, v: state.asked })
      },
    },
  })
}

/** A learner takes what it is told; the properties look at what was sent to it. */
export const learner: AnyNodeDefinition = node<Record<string, never>, Messages>({ init: () => ({}), on: {} })

const proposal = record({ n: number, v: number })

/** What an acceptor did, as its messages show it. */
interface AcceptorHistory {
  /** The largest number that it promised; 0 for none. */
  readonly promised: number
  /** The proposals that it accepted, sorted by number. */
  readonly accepted: readonly Proposal[]
  /** A proposal that it accepted although it had promised a larger number; null while it kept its promises. */
  readonly broken: { readonly n: number; readonly promised: number } | null
}

function acceptorHistory(history: AcceptorHistory, sent: readonly SentMessage[]): AcceptorHistory {
  let { promised, accepted, broken } = history
  for (const { type, fields: message } of sent) {
    const { n, v } = message as Proposal
    if (type === 'promise') promised = Math.max(promised, n)
    if (type !== 'accepted') continue
    if (n < promised) broken ??= { n, promised }
    if (!accepted.some((known) => known.n === n && known.v === v)) {
      accepted = [...accepted, { n, v }].sort((one, other) => one.n - other.n || one.v - other.v)
    }
  }
  return { promised, accepted, broken }
}

/** The roles of single-decree Paxos: who sends what, and what the properties see of each. */
export const roles: Record<string, Role> = {
  proposer: {
    sends: { prepare: fields({ n: number, v: number }), accept: fields({ n: number, v: number }) },
    observe: ({ state }) => {
      const { n, asked } = state as ProposerState
      return { n, asked }
    },
  },
  acceptor: {
    sends: {
      promise: fields({ n: number, accepted: orNull(proposal) }),
      accepted: fields({ n: number, v: number }),
      nack: fields({ n: number, promised: number }),
    },
    history: { initial: { promised: 0, accepted: [], broken: null } satisfies AcceptorHistory, after: acceptorHistory },
    observe: ({ history }) => ({ accepted: (history as AcceptorHistory).accepted, broken: (history as AcceptorHistory).broken }),
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
  return [...votes.values()].filter((vote) => vote.by.length * 2 > acceptors.length).sort((one, other) => one.n - other.n)
}

function agreementViolated(view: View): Violation | null {
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
  const asked = new Map<number, number | null>()
  for (const { role, seen } of view) {
    if (role === 'proposer') asked.set((seen as ProposerState).n, (seen as ProposerState).asked)
  }
  for (const { id, role, seen } of view) {
    if (role !== 'acceptor') continue
    for (const { n, v } of (seen as AcceptorHistory).accepted) {
      if ((asked.get(n) ?? null) !== v) return { acceptor: id, n, v }
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
      ...ballots.map(({ proposer: id, n, v }) => ({ id, role: 'proposer', definition: proposer(n, v) })),
      ...acceptors.map((id) => ({ id, role: 'acceptor', definition: answer.definition, probe: answer.probe })),
      { id: 'L', role: 'learner', definition: learner },
    ],
    roles,
    network,
    crashes,
    properties: [
      { id: 'agreement', kind: 'always', violated: agreementViolated },
      { id: 'promise', kind: 'always', violated: promiseBroken },
      { id: 'validity', kind: 'always', violated: validityViolated },
      { id: 'reachable', kind: 'sometimes', reached: (view) => chosen(view).length > 0 },
      { id: 'decided', kind: 'eventually', reached: (view) => chosen(view).length > 0 },
    ],
  }
}

/** Any message may be late, lost, overtaken or repeated, and any acceptor may crash and restart, any number of times. */
const harsh: Network = { duplicates: 'unlimited', drops: 0 }
const crashing: Crashes = { roles: ['acceptor'], limit: 'unlimited', restart: 'at once' }

// The values don't rise with the numbers, so that "the largest value" and "the largest number" differ.
const four: readonly Ballot[] = [
  { proposer: 'A', n: 2, v: 8 },
  { proposer: 'B', n: 4, v: 5 },
  { proposer: 'C', n: 6, v: 7 },
  { proposer: 'D', n: 8, v: 3 },
]

const X_TO_Z = ['X', 'Y', 'Z']

const exercise: Exercise = {
  id: 'paxos-acceptor',
  kind: 'build',
  version: 1,
  file: 'acceptor.ts',
  configurations: [
    {
      id: 'two-ballots',
      driver: 'explore',
      statesMax: 2_000_000,
      system: (answer) => paxos(four.slice(0, 2), X_TO_Z, answer, harsh, crashing),
    },
    {
      id: 'three-ballots',
      driver: 'explore',
      statesMax: 4_000_000,
      system: (answer) => paxos(four.slice(0, 3), X_TO_Z, answer, harsh, crashing),
    },
    {
      id: 'four-acceptors',
      driver: 'explore',
      statesMax: 2_000_000,
      system: (answer) => paxos(four.slice(0, 2), ['W', ...X_TO_Z], answer, harsh, crashing),
    },
    {
      id: 'five-acceptors',
      driver: 'explore',
      statesMax: 2_000_000,
      system: (answer) => paxos(four.slice(0, 2), ['V', 'W', ...X_TO_Z], answer, harsh, crashing),
    },
    {
      id: 'four-ballots',
      driver: 'simulate',
      runs: 2_000,
      stepsMax: 200,
      system: (answer) => paxos(four, ['V', 'W', ...X_TO_Z], answer, harsh, crashing),
    },
  ],
}

export default exercise
