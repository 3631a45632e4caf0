/**
 * Paxos as the TLA+ specification has it: messages that were ever sent in one set, and an action for each phase. For the
 * counts that others have published.
 * Reference: L. Lamport, Paxos.tla of the TLA+ examples (tlaplus/Examples, specifications/Paxos).
 */
import { GuardedModel, type Transition } from '../guarded-model.ts'

interface Vote {
  readonly ballot: number
  readonly value: string
}

type Message =
  | { readonly type: '1a'; readonly ballot: number }
  | { readonly type: '1b'; readonly acceptor: number; readonly ballot: number; readonly voted: Vote | null }
  | { readonly type: '2a'; readonly ballot: number; readonly value: string }
  | { readonly type: '2b'; readonly acceptor: number; readonly ballot: number; readonly value: string }

type State = {
  /** The specification's `maxBal`: the largest ballot that each acceptor has seen; −1 for none. */
  readonly promised: readonly number[]
  /** Its `maxVBal` and `maxVal`: the vote of each acceptor with the largest ballot. */
  readonly voted: readonly (Vote | null)[]
  /** Its `msgs`: the numbers, among all possible messages, of those that were sent; ascending. */
  readonly sent: readonly number[]
}

export interface PaxosConstants {
  readonly acceptors: number
  readonly values: readonly string[]
  /** Ballots are 0 to `ballots` − 1. */
  readonly ballots: number
}

/** The specification with these constants. Quorums are the majorities. */
export function paxosModel(constants: PaxosConstants): GuardedModel<State> {
  const { acceptors, values, ballots } = constants
  const messages = possibleMessages(constants)
  const numbers = new Map(messages.map((message, number) => [JSON.stringify(message), number]))
  const everyAcceptor = numbersTo(acceptors)

  const send = (state: State, message: Message): readonly number[] => {
    const number = numbers.get(JSON.stringify(message))!
    return state.sent.includes(number)
      ? state.sent
      : [...state.sent, number].sort((one, other) => one - other)
  }

  function* transitions(state: State): Iterable<Transition<State>> {
    const sent = state.sent.map((number) => messages[number]!)
    for (const ballot of numbersTo(ballots)) {
      yield {
        name: 'Phase1a',
        parameters: [ballot],
        next: { ...state, sent: send(state, { type: '1a', ballot }) },
      }
      for (const value of safeValues(sent, ballot, constants)) {
        const next = { ...state, sent: send(state, { type: '2a', ballot, value }) }
        yield { name: 'Phase2a', parameters: [ballot, value], next }
      }
    }
    for (const acceptor of everyAcceptor) {
      for (const message of sent) {
        const { ballot } = message
        if (message.type === '1a' && ballot > state.promised[acceptor]!) {
          const promise: Message = { type: '1b', acceptor, ballot, voted: state.voted[acceptor]! }
          const promised = state.promised.with(acceptor, ballot)
          const next = { ...state, promised, sent: send(state, promise) }
          yield { name: 'Phase1b', parameters: [acceptor, ballot], next }
        }
        if (message.type === '2a' && ballot >= state.promised[acceptor]!) {
          const { value } = message
          const next = {
            promised: state.promised.with(acceptor, ballot),
            voted: state.voted.with(acceptor, { ballot, value }),
            sent: send(state, { type: '2b', acceptor, ballot, value }),
          }
          yield { name: 'Phase2b', parameters: [acceptor, ballot], next }
        }
      }
    }
  }

  /** The values that a quorum voted for in one ballot. */
  const chosen = (state: State): readonly string[] => {
    const votes = state.sent.map((number) => messages[number]!).filter((message) => message.type === '2b')
    return values.filter((value) =>
      numbersTo(ballots).some((ballot) => {
        const voters = votes.filter((vote) => vote.ballot === ballot && vote.value === value)
        return voters.length * 2 > acceptors
      }),
    )
  }

  return new GuardedModel<State>({
    initial: [{ promised: everyAcceptor.map(() => -1), voted: everyAcceptor.map(() => null), sent: [] }],
    transitions,
    properties: [
      { id: 'agreement', kind: 'always', holds: (state) => chosen(state).length <= 1 },
      { id: 'reachable', kind: 'sometimes', holds: (state) => chosen(state).length === 1 },
    ],
  })
}

/** The guard of Phase2a: nothing was asked for in this ballot, and some quorum's promises allow the value. */
function safeValues(
  sent: readonly Message[],
  ballot: number,
  { acceptors, values }: PaxosConstants,
): readonly string[] {
  if (sent.some((message) => message.type === '2a' && message.ballot === ballot)) return []
  // An acceptor promises at most once in a ballot: a quorum's promises are one of each of its acceptors.
  const promises = sent
    .filter((message) => message.type === '1b')
    .filter((promise) => promise.ballot === ballot)
  const quorums = subsets(promises).filter((quorum) => quorum.length * 2 > acceptors)
  return values.filter((value) =>
    quorums.some((quorum) => {
      const votes = quorum.flatMap((promise) => promise.voted ?? [])
      const largest = Math.max(...votes.map((vote) => vote.ballot))
      return votes.length === 0 || votes.some((vote) => vote.ballot === largest && vote.value === value)
    }),
  )
}

function possibleMessages({ acceptors, values, ballots }: PaxosConstants): Message[] {
  const everyVote = numbersTo(ballots).flatMap((ballot) => values.map((value) => ({ ballot, value })))
  const ofAcceptors = numbersTo(acceptors).flatMap((acceptor): Message[] => [
    ...numbersTo(ballots).flatMap((ballot) =>
      [null, ...everyVote].map((voted): Message => ({ type: '1b', acceptor, ballot, voted })),
    ),
    ...everyVote.map((vote): Message => ({ type: '2b', acceptor, ...vote })),
  ])
  return [
    ...numbersTo(ballots).map((ballot): Message => ({ type: '1a', ballot })),
    ...everyVote.map((vote): Message => ({ type: '2a', ...vote })),
    ...ofAcceptors,
  ]
}

function numbersTo(limit: number): number[] {
  return Array.from({ length: limit }, (_, number) => number)
}

function subsets<Item>(items: readonly Item[]): Item[][] {
  return items.reduce<Item[][]>(
    (known, item) => [...known, ...known.map((subset) => [...subset, item])],
    [[]],
  )
}
