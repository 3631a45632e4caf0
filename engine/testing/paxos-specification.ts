/**
 * Paxos as the TLA+ specification has it: messages that were ever sent in one set, and an action for each phase. For the
 * counts that others have published.
 * Reference: L. Lamport, Paxos.tla of the TLA+ examples (tlaplus/Examples, specifications/Paxos).
 */
import { GuardedModel, type Specification, type Transition } from '../guarded-model.ts'

type Message =
  | { readonly type: '1a'; readonly ballot: number }
  | {
      readonly type: '1b'
      readonly acceptor: number
      readonly ballot: number
      readonly votedBallot: number
      readonly votedValue: string | null
    }
  | { readonly type: '2a'; readonly ballot: number; readonly value: string }
  | { readonly type: '2b'; readonly acceptor: number; readonly ballot: number; readonly value: string }

/** `votedBallot[a]` and `votedValue[a]` are the vote with the largest ballot that acceptor `a` cast; −1 and null for none. */
type State = {
  readonly maximumBallot: readonly number[]
  readonly votedBallot: readonly number[]
  readonly votedValue: readonly (string | null)[]
  /** A set: sorted by text, without repetitions. */
  readonly messages: readonly Message[]
}

export interface PaxosConstants {
  readonly acceptors: number
  readonly values: readonly string[]
  /** Ballots are 0 to `ballots` − 1. */
  readonly ballots: number
}

/** The specification with these constants. Quorums are the majorities. */
export function paxosSpecification({ acceptors, values, ballots }: PaxosConstants): Specification<State> {
  const every = Array.from({ length: acceptors }, (_, acceptor) => acceptor)
  const quorums = subsets(every).filter((subset) => subset.length * 2 > acceptors)
  const initial: State = {
    maximumBallot: every.map(() => -1),
    votedBallot: every.map(() => -1),
    votedValue: every.map(() => null),
    messages: [],
  }

  function* transitions(state: State): Iterable<Transition<State>> {
    for (let ballot = 0; ballot < ballots; ballot++) {
      yield act('Phase1a', [ballot], { ...state, messages: sent(state.messages, { type: '1a', ballot }) })
      for (const value of values) {
        if (!safe(state.messages, quorums, ballot, value)) continue
        const messages = sent(state.messages, { type: '2a', ballot, value })
        yield act('Phase2a', [ballot, value], { ...state, messages })
      }
    }
    for (const acceptor of every) {
      for (const message of state.messages) {
        const { ballot } = message
        if (message.type === '1a' && ballot > state.maximumBallot[acceptor]!) {
          const promise: Message = {
            type: '1b',
            acceptor,
            ballot,
            votedBallot: state.votedBallot[acceptor]!,
            votedValue: state.votedValue[acceptor]!,
          }
          const maximumBallot = state.maximumBallot.with(acceptor, ballot)
          const messages = sent(state.messages, promise)
          yield act('Phase1b', [acceptor, ballot], { ...state, maximumBallot, messages })
        }
        if (message.type === '2a' && ballot >= state.maximumBallot[acceptor]!) {
          const { value } = message
          yield act('Phase2b', [acceptor, ballot], {
            maximumBallot: state.maximumBallot.with(acceptor, ballot),
            votedBallot: state.votedBallot.with(acceptor, ballot),
            votedValue: state.votedValue.with(acceptor, value),
            messages: sent(state.messages, { type: '2b', acceptor, ballot, value }),
          })
        }
      }
    }
  }

  /** The values that a quorum voted for in one ballot. */
  const chosen = (state: State): Set<string> => {
    const result = new Set<string>()
    for (const value of values) {
      for (let ballot = 0; ballot < ballots; ballot++) {
        const voters = state.messages.filter(
          (message) => message.type === '2b' && message.ballot === ballot && message.value === value,
        )
        if (voters.length * 2 > acceptors) result.add(value)
      }
    }
    return result
  }

  return {
    initial: [initial],
    transitions,
    properties: [
      { id: 'agreement', kind: 'always', holds: (state) => chosen(state).size <= 1 },
      { id: 'reachable', kind: 'sometimes', holds: (state) => chosen(state).size === 1 },
    ],
  }
}

export function paxosModel(constants: PaxosConstants): GuardedModel<State> {
  return new GuardedModel(paxosSpecification(constants))
}

/** The guard of Phase2a: nothing was asked for in this ballot, and a quorum's promises allow the value. */
function safe(
  messages: readonly Message[],
  quorums: readonly (readonly number[])[],
  ballot: number,
  value: string,
): boolean {
  if (messages.some((message) => message.type === '2a' && message.ballot === ballot)) return false
  return quorums.some((quorum) => {
    const promises = messages.filter(
      (message) => message.type === '1b' && message.ballot === ballot && quorum.includes(message.acceptor),
    ) as Extract<Message, { type: '1b' }>[]
    if (!quorum.every((acceptor) => promises.some((promise) => promise.acceptor === acceptor))) return false
    const votes = promises.filter((promise) => promise.votedBallot >= 0)
    const largest = Math.max(...votes.map((vote) => vote.votedBallot))
    return (
      votes.length === 0 ||
      votes.some((vote) => vote.votedValue === value && vote.votedBallot === largest)
    )
  })
}

function act(name: string, parameters: readonly (string | number)[], next: State): Transition<State> {
  return { name, parameters, next }
}

function sent(messages: readonly Message[], message: Message): readonly Message[] {
  const text = JSON.stringify(message)
  if (messages.some((known) => JSON.stringify(known) === text)) return messages
  return [...messages, message].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
}

function subsets(items: readonly number[]): number[][] {
  return items.reduce<number[][]>((known, item) => [...known, ...known.map((subset) => [...subset, item])], [[]])
}
