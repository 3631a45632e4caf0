/**
 * paxos-proposer: the learner writes the proposer; the client, the acceptors and the learner around it are the course's.
 * What a proposer has done is observed from the messages that it sends, never from its fields.
 */
import { fields, number, orNull, record } from '../../engine/actors/fields.ts'
import type {
  AnyNodeDefinition,
  Role,
  SentMessage,
  System,
  SystemProperty,
  View,
  Violation,
} from '../../engine/actors/system.ts'
import { type Context, node } from '../../engine/api.ts'
import type { Answer, Exercise } from '../../engine/exercise.ts'
import { agreementViolated, chosen, learner } from '../paxos-acceptor/exercise.ts'
import rule from '../paxos-acceptor/solution.ts'
import type { Messages, Proposal } from './messages.ts'

/** A request of the client: which proposer is told to propose which value, and how often. */
export interface Request {
  readonly proposer: string
  readonly v: number
  readonly times?: number
}

/** The name of the client. */
const CLIENT = 'U'

/** What the client is told when a proposer crashes. Proposers neither send nor take it. */
const CRASHED = 'crashed'

/** Tells proposers, all at once; and tells again where a proposer crashes, as if it noticed that the connection broke. */
function client(requests: readonly Request[]): AnyNodeDefinition {
  return node<Record<string, never>, Messages & { [CRASHED]: Record<string, never> }>({
    init(ctx) {
      for (const { proposer, v, times = 1 } of requests)
        for (let time = 0; time < times; time++) ctx.send(proposer, 'propose', { v })
      return {}
    },
    on: {
      [CRASHED](_state, _message, ctx) {
        const its = requests.filter(({ proposer }) => proposer === ctx.from)
        // A proposer that was not told may have taken a request over from one that was.
        for (const { proposer, v } of its.length > 0 ? its : requests) ctx.send(proposer, 'propose', { v })
      },
    },
  })
}

/** The answer, on a node whose crashes the client notices. */
function noticed(definition: AnyNodeDefinition): AnyNodeDefinition {
  return { ...definition, crash: (_state, ctx) => ctx.send(CLIENT, CRASHED, {}) }
}

/** An acceptor: what is behind it when a trial begins, and what it says. */
export interface Acceptor {
  /** The largest number that it has promised, to a proposer that is gone. Left out: none. */
  readonly promised?: number
  /** The proposal that it has accepted. Left out: none. */
  readonly accepted?: Proposal
  /** Does it say that it refuses? Once at most: proposers that begin anew at each refusal might chase each other for ever. */
  readonly nacks?: boolean
  /** The proposers whose messages reach it. Left out: all. */
  readonly hears?: readonly string[]
}

interface AcceptorState {
  promised: number
  accepted: Proposal | null
  /** It has said once that it refuses, and won't again. */
  spoken?: true
}

/**
 * An acceptor as the exercise before asks for one. It promises a number again to whoever prepares again with it, as an
 * acceptor may: two proposers with the same number do meet then. It does not crash.
 */
export function acceptor({ promised = 0, accepted, nacks, hears }: Acceptor): AnyNodeDefinition {
  const { prepare, accept } = (rule as AnyNodeDefinition).on
  const refuse = (state: AcceptorState, n: number, ctx: Context<Messages>): void => {
    if (!nacks || state.spoken) return
    state.spoken = true
    ctx.reply('nack', { n, promised: state.promised })
  }
  return node<AcceptorState, Messages>({
    init(ctx) {
      if (accepted) ctx.broadcast('learner', 'accepted', accepted)
      return { promised, accepted: accepted ?? null }
    },
    on: {
      prepare(state, message, ctx) {
        if (hears && !hears.includes(ctx.from)) return
        const { n } = message
        if (n < state.promised || n <= promised) refuse(state, n, ctx)
        else if (n === state.promised) ctx.reply('promise', { n, accepted: state.accepted })
        else prepare!(state, message, ctx)
      },
      accept(state, message, ctx) {
        if (hears && !hears.includes(ctx.from)) return
        if (message.n < state.promised) refuse(state, message.n, ctx)
        else accept!(state, message, ctx)
      },
    },
  })
}

/** What a proposer did, as its messages show it. */
export interface ProposerHistory {
  /** The numbers that it has used in any message, ascending. */
  readonly numbers: readonly number[]
  /** The proposals that it has made: those of its accepts, sorted. */
  readonly proposed: readonly Proposal[]
}

export function proposerHistory(history: ProposerHistory, sent: readonly SentMessage[]): ProposerHistory {
  let { numbers, proposed } = history
  for (const { type, fields: message } of sent) {
    if (type !== 'prepare' && type !== 'accept') continue
    const { n } = message as Messages['prepare']
    if (!numbers.includes(n)) numbers = [...numbers, n].sort((one, other) => one - other)
    if (type === 'accept') proposed = withProposal(proposed, message as Proposal)
  }
  return { numbers, proposed }
}

export function acceptorHistory(
  accepted: readonly Proposal[],
  sent: readonly SentMessage[],
): readonly Proposal[] {
  return sent
    .filter(({ type }) => type === 'accepted')
    .reduce((known, { fields: message }) => withProposal(known, message as Proposal), accepted)
}

/** The proposals with one more, each once, sorted: the order in which they came makes no difference. */
function withProposal(proposals: readonly Proposal[], { n, v }: Proposal): readonly Proposal[] {
  if (proposals.some((known) => known.n === n && known.v === v)) return proposals
  return [...proposals, { n, v }].sort((one, other) => one.n - other.n || one.v - other.v)
}

const proposal = record({ n: number, v: number })

const roles: Record<string, Role> = {
  client: { sends: { propose: fields({ v: number }) }, observe: () => null },
  proposer: {
    sends: {
      propose: fields({ v: number }),
      prepare: fields({ n: number }),
      accept: fields({ n: number, v: number }),
      [CRASHED]: fields({}),
    },
    history: { initial: { numbers: [], proposed: [] } satisfies ProposerHistory, after: proposerHistory },
  },
  acceptor: {
    sends: {
      promise: fields({ n: number, accepted: orNull(proposal) }),
      accepted: fields({ n: number, v: number }),
      nack: fields({ n: number, promised: number }),
    },
    history: { initial: [] satisfies readonly Proposal[], after: acceptorHistory },
    observe: ({ history }) => ({ accepted: history }),
  },
  learner: { sends: {}, observe: () => null },
}

/** The proposers, each with what its messages show. */
export function proposersIn(view: View): { readonly id: string; readonly seen: ProposerHistory }[] {
  return view.filter(({ role }) => role === 'proposer') as { id: string; seen: ProposerHistory }[]
}

/** A number that two proposers use. */
export function sharedNumber(view: View): Violation | null {
  const users = new Map<number, string>()
  for (const { id, seen } of proposersIn(view)) {
    for (const n of seen.numbers) {
      const other = users.get(n)
      if (other !== undefined) return { n, first: other, second: id }
      users.set(n, id)
    }
  }
  return null
}

/** Two values that a proposer has proposed with one number. */
export function twoValues(view: View): Violation | null {
  for (const { id, seen } of proposersIn(view)) {
    for (const { n, v } of seen.proposed) {
      const other = seen.proposed.find((known) => known.n === n && known.v !== v)
      if (other) return { proposer: id, n, first: v, second: other.v }
    }
  }
  return null
}

/** A value that a proposer proposes and nobody wants. */
export function inventedValue(view: View, wanted: ReadonlySet<number>): Violation | null {
  for (const { id, seen } of proposersIn(view)) {
    const invented = seen.proposed.find(({ v }) => !wanted.has(v))
    if (invented) return { proposer: id, n: invented.n, v: invented.v }
  }
  return null
}

/** What is tried in a configuration. */
export interface Trial {
  /** Names of the proposers, in their order. */
  readonly proposers: readonly string[]
  readonly requests: readonly Request[]
  /** The acceptors by their names. */
  readonly acceptors: { readonly [name: string]: Acceptor }
  readonly duplicates?: number
  /** How often proposers may crash in one run, all together. */
  readonly crashes?: number
  /** Does the client tell once more where a proposer crashes? */
  readonly tellsAgain?: boolean
  /** Properties beside those that always hold. */
  readonly goals?: readonly ('decided' | 'reachable')[]
}

/** A trial of which every interleaving is looked at. */
interface SmallTrial extends Trial {
  /** Several times what the right answers that were looked at need. */
  readonly statesMax: number
}

/** The answer as every proposer of a trial, with the client, the acceptors and the learner around it. */
export function system(trial: Trial, answer: Answer): System {
  const {
    proposers,
    requests,
    acceptors,
    duplicates = 0,
    crashes = 0,
    tellsAgain = false,
    goals = [],
  } = trial
  const wanted = new Set([
    ...requests.map(({ v }) => v),
    ...Object.values(acceptors).flatMap(({ accepted }) => (accepted ? [accepted.v] : [])),
  ])
  const goal: { readonly [id: string]: SystemProperty } = {
    reachable: { id: 'reachable', kind: 'sometimes', reached: (view) => chosen(view).length > 1 },
    decided: { id: 'decided', kind: 'eventually', reached: (view) => chosen(view).length > 0 },
  }
  return {
    nodes: [
      { id: CLIENT, role: 'client', definition: client(requests) },
      ...proposers.map((id) => ({
        id,
        role: 'proposer',
        definition: tellsAgain ? noticed(answer.definition) : answer.definition,
        probe: answer.probe,
      })),
      ...Object.entries(acceptors).map(([id, one]) => ({
        id,
        role: 'acceptor',
        definition: acceptor(one),
      })),
      { id: 'L', role: 'learner', definition: learner },
    ],
    roles,
    network: { duplicates, drops: 0 },
    crashes: crashes > 0 ? { roles: ['proposer'], limit: crashes, restart: 'at once' } : null,
    properties: [
      { id: 'agreement', kind: 'always', violated: agreementViolated },
      { id: 'unique', kind: 'always', violated: sharedNumber },
      { id: 'one-value', kind: 'always', violated: twoValues },
      { id: 'validity', kind: 'always', violated: (view) => inventedValue(view, wanted) },
      ...goals.map((id) => goal[id]!),
    ],
  }
}

// The values don't rise with the numbers of the proposers that want them.
const A: Request = { proposer: 'A', v: 8 }
const B: Request = { proposer: 'B', v: 5 }
const C: Request = { proposer: 'C', v: 7 }
const A_AND_B = ['A', 'B']
const A_TO_C = ['A', 'B', 'C']

const X_TO_Z = { X: {}, Y: {}, Z: {} }

/** An acceptor that has accepted a proposal of a proposer that is gone. */
const has = (n: number, v: number): Acceptor => ({ promised: n, accepted: { n, v } })

const trials: { readonly [id: string]: SmallTrial } = {
  alone: {
    statesMax: 60_000,
    proposers: A_AND_B,
    requests: [B],
    acceptors: X_TO_Z,
    crashes: 1,
    tellsAgain: true,
    goals: ['decided'],
  },
  // What P, Q and R have accepted is chosen. It is neither the largest value nor the smallest, and it is 0.
  'old-proposals': {
    statesMax: 60_000,
    proposers: ['M', 'N'],
    requests: [{ proposer: 'N', v: 6, times: 2 }],
    acceptors: { P: has(3, 0), Q: has(3, 0), R: has(3, 0), S: has(2, 9), T: has(1, -4) },
  },
  'two-proposers': {
    statesMax: 150_000,
    proposers: A_AND_B,
    requests: [A, B],
    acceptors: X_TO_Z,
    goals: ['reachable'],
  },
  repeats: {
    statesMax: 500_000,
    proposers: A_AND_B,
    requests: [A, B],
    acceptors: X_TO_Z,
    duplicates: 1,
    goals: ['decided'],
  },
  'four-acceptors': {
    statesMax: 30_000,
    proposers: ['N', 'M'],
    requests: [
      { proposer: 'M', v: 0 },
      { proposer: 'N', v: 6 },
    ],
    acceptors: { O: {}, P: {}, Q: {}, R: {} },
    goals: ['decided'],
  },
  'five-acceptors': {
    statesMax: 300_000,
    proposers: ['J', 'K'],
    requests: [
      { proposer: 'J', v: 4 },
      { proposer: 'K', v: 9 },
    ],
    acceptors: { P: {}, Q: {}, R: {}, S: {}, T: {} },
    goals: ['decided'],
  },
  // The third of any ascending positive integers is larger than 2.
  refused: {
    statesMax: 60_000,
    proposers: ['M', 'N'],
    requests: [{ proposer: 'M', v: 6, times: 3 }],
    acceptors: { P: { promised: 2, nacks: true }, Q: { promised: 2 }, R: { promised: 2 } },
    goals: ['decided'],
  },
  // With what X has accepted A may adopt two values, one after the other.
  'told-again': {
    statesMax: 250_000,
    proposers: A_AND_B,
    requests: [{ ...A, times: 2 }, B],
    acceptors: { X: has(1, 7), Y: { promised: 1 }, Z: { promised: 1 } },
    goals: ['decided'],
  },
  // Twice two trials: whichever proposer has the larger numbers reaches all acceptors in one of the two.
  'nacks-far-b': {
    statesMax: 200_000,
    proposers: A_AND_B,
    requests: [{ ...A, times: 2 }, B],
    acceptors: { X: { hears: ['B'] }, Y: { nacks: true }, Z: {} },
  },
  'nacks-far-a': {
    statesMax: 200_000,
    proposers: A_AND_B,
    requests: [A, { ...B, times: 2 }],
    acceptors: { X: { hears: ['A'] }, Y: { nacks: true }, Z: {} },
  },
  // A number that M takes when it is refused has to outlive the crash too, as Z alone can report the proposal [2, 5].
  'refused-and-crashed': {
    statesMax: 60_000,
    proposers: ['M', 'N'],
    requests: [{ proposer: 'M', v: 8 }],
    acceptors: { X: { promised: 2, nacks: true }, Y: { promised: 2 }, Z: has(2, 5) },
    crashes: 1,
    tellsAgain: true,
  },
  // Ranges of ten numbers meet at the eleventh attempt, whichever proposer has the smaller ones.
  'many-attempts': {
    statesMax: 60_000,
    proposers: A_TO_C,
    requests: [A, { ...B, times: 11 }, C],
    acceptors: { X: { hears: [] } },
  },
  // A repeated request tells a proposer once more after a crash.
  'crashes-far-b': {
    statesMax: 500_000,
    proposers: A_AND_B,
    requests: [A, B],
    acceptors: { X: { hears: ['B'] }, Y: {}, Z: {} },
    duplicates: 1,
    crashes: 1,
  },
  'crashes-far-a': {
    statesMax: 500_000,
    proposers: A_AND_B,
    requests: [A, B],
    acceptors: { X: { hears: ['A'] }, Y: {}, Z: {} },
    duplicates: 1,
    crashes: 1,
  },
}

/** A system too large for every interleaving. */
const large: Trial = {
  proposers: A_TO_C,
  requests: [A, B, C].map((request) => ({ ...request, times: 2 })),
  acceptors: { V: { nacks: true }, W: { nacks: true }, ...X_TO_Z },
  duplicates: 3,
  crashes: 2,
  tellsAgain: true,
}

const countsOf = ({ requests }: Trial): { requests: number } => ({
  requests: requests.reduce((sum, { times = 1 }) => sum + times, 0),
})

const exercise: Exercise = {
  id: 'paxos-proposer',
  kind: 'build',
  version: 1,
  file: 'proposer.ts',
  configurations: [
    ...Object.entries(trials).map(([id, trial]) => ({
      id,
      driver: 'explore' as const,
      counts: countsOf(trial),
      statesMax: trial.statesMax,
      system: (answer: Answer) => system(trial, answer),
    })),
    {
      id: 'three-proposers',
      driver: 'simulate',
      counts: countsOf(large),
      runs: 1_000,
      stepsMax: 300,
      system: (answer) => system(large, answer),
    },
  ],
}

export default exercise
