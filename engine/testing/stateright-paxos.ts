/**
 * Single-decree Paxos behind a register, in the semantics of Stateright's example `paxos`: for its published count,
 * 16,668 states with 2 clients and 3 servers.
 * Reference: Stateright, examples/paxos.rs, src/actor/register.rs (`RegisterActor`), src/semantics/linearizability.rs.
 *
 * What is in a state there, and so here, is what the number depends on:
 * - the servers' ballot, proposal, prepares, accepts, accepted and whether they have decided;
 * - of each client, the request that it waits for and how many operations it has begun;
 * - the network, a multiset from which a delivery takes a message out; messages are not ordered and not lost;
 * - the history: a write begins when Put is sent and ends when PutOk arrives, a read likewise with Get and GetOk.
 * What is not: timers (none is used), crashes (none is allowed) and who has been told what.
 * A delivery that changes no actor's state and sends nothing is no step there: its message stays in the network. Were it
 * taken out, there would be other states; `served` and `heard` give null for it.
 */
import { GuardedModel, type Transition } from '../guarded-model.ts'
import { register } from '../linearizability/models.ts'
import { type History, NO_HISTORY, invoked, judgeOf, returned } from '../linearizability/recorder.ts'
import { canonical } from '../plain.ts'

/** Round and server; compared in this order. */
type Ballot = readonly [round: number, server: number]
/** Request, the client that made it, and the value. */
type Proposal = readonly [request: number, client: number, value: string]
type Accepted = readonly [Ballot, Proposal]

interface Server {
  readonly ballot: Ballot
  readonly proposal: Proposal | null
  /** What each server that has answered Prepare had accepted. */
  readonly prepares: { readonly [server: string]: Accepted | null }
  readonly accepts: readonly number[]
  readonly accepted: Accepted | null
  readonly decided: boolean
}

interface Client {
  readonly waitsFor: number | null
  readonly begun: number
}

type Message =
  | { readonly type: 'Put'; readonly request: number; readonly value: string }
  | { readonly type: 'Get'; readonly request: number }
  | { readonly type: 'PutOk'; readonly request: number }
  | { readonly type: 'GetOk'; readonly request: number; readonly value: string }
  | { readonly type: 'Prepare'; readonly ballot: Ballot }
  | { readonly type: 'Prepared'; readonly ballot: Ballot; readonly accepted: Accepted | null }
  | { readonly type: 'Accept'; readonly ballot: Ballot; readonly proposal: Proposal }
  | { readonly type: 'Accepted'; readonly ballot: Ballot }
  | { readonly type: 'Decided'; readonly ballot: Ballot; readonly proposal: Proposal }

interface Envelope {
  readonly from: number
  readonly to: number
  readonly message: Message
}

export type State = {
  readonly servers: readonly Server[]
  readonly clients: readonly Client[]
  /** Sorted by canonical text. */
  readonly network: readonly Envelope[]
  readonly history: History
}

export interface StaterightPaxos {
  readonly clients: number
  readonly servers: number
}

/** What the register holds before anything is written; Rust's default character. */
const NOTHING = '\0'

/** The example with so many clients and servers; each client puts once, then gets. */
export function staterightPaxos({ clients, servers }: StaterightPaxos): GuardedModel<State> {
  const everyServer = Array.from({ length: servers }, (_, number) => number)
  const everyClient = Array.from({ length: clients }, (_, number) => servers + number)
  const quorum = Math.floor(servers / 2) + 1
  const judge = judgeOf(register(NOTHING))

  const toPeers = (from: number, message: Message): Envelope[] =>
    everyServer.filter((to) => to !== from).map((to) => ({ from, to, message }))

  /** What a server is and sends after a message; null where nothing changes and nothing is sent. */
  const served = (self: number, server: Server, { from, message }: Envelope): [Server, Envelope[]] | null => {
    if (server.decided) {
      if (message.type !== 'Get') return null
      const [, [, , value]] = server.accepted!
      return [server, [{ from: self, to: from, message: { type: 'GetOk', request: message.request, value } }]]
    }
    switch (message.type) {
      case 'Put': {
        if (server.proposal !== null) return null
        const ballot: Ballot = [server.ballot[0] + 1, self]
        const next: Server = {
          ...server,
          proposal: [message.request, from, message.value],
          prepares: { [self]: server.accepted },
          accepts: [],
          ballot,
        }
        return [next, toPeers(self, { type: 'Prepare', ballot })]
      }
      case 'Prepare': {
        if (compareBallots(server.ballot, message.ballot) >= 0) return null
        const { ballot } = message
        const answer: Message = { type: 'Prepared', ballot, accepted: server.accepted }
        return [{ ...server, ballot }, [{ from: self, to: from, message: answer }]]
      }
      case 'Prepared': {
        const { ballot } = message
        if (compareBallots(server.ballot, ballot) !== 0) return null
        const prepares: Server['prepares'] = { ...server.prepares, [from]: message.accepted }
        if (Object.keys(prepares).length !== quorum) return [{ ...server, prepares }, []]
        const known = Object.values(prepares).filter((accepted) => accepted !== null)
        known.sort(([one], [other]) => compareBallots(other, one))
        const proposal = known[0]?.[1] ?? server.proposal!
        const accepts = ascending([...server.accepts, self])
        const next: Server = { ...server, prepares, proposal, accepted: [ballot, proposal], accepts }
        return [next, toPeers(self, { type: 'Accept', ballot, proposal })]
      }
      case 'Accept': {
        const { ballot, proposal } = message
        if (compareBallots(server.ballot, ballot) > 0) return null
        const next: Server = { ...server, ballot, accepted: [ballot, proposal] }
        return [next, [{ from: self, to: from, message: { type: 'Accepted', ballot } }]]
      }
      case 'Accepted': {
        const { ballot } = message
        if (compareBallots(server.ballot, ballot) !== 0) return null
        const accepts = ascending([...server.accepts, from])
        if (accepts.length !== quorum) return [{ ...server, accepts }, []]
        const proposal = server.proposal!
        const [request, client] = proposal
        return [
          { ...server, accepts, decided: true },
          [
            ...toPeers(self, { type: 'Decided', ballot, proposal }),
            { from: self, to: client, message: { type: 'PutOk', request } },
          ],
        ]
      }
      case 'Decided': {
        const { ballot, proposal } = message
        return [{ ...server, ballot, accepted: [ballot, proposal], decided: true }, []]
      }
      default:
        return null
    }
  }

  /** What a client is and sends after a message. */
  const heard = (self: number, client: Client, { message }: Envelope): [Client, Envelope[]] | null => {
    if (message.type !== 'PutOk' && message.type !== 'GetOk') return null
    if (client.waitsFor !== message.request) return null
    if (message.type === 'GetOk') return [{ waitsFor: null, begun: client.begun + 1 }, []]
    const request = (client.begun + 1) * self
    const to = (self + client.begun) % servers
    const next = { waitsFor: request, begun: client.begun + 1 }
    return [next, [{ from: self, to, message: { type: 'Get', request } }]]
  }

  const deliver = (state: State, envelope: Envelope): State | null => {
    const { to, message } = envelope
    const handled = to < servers ? served(to, state.servers[to]!, envelope) : null
    const informed = to < servers ? null : heard(to, state.clients[to - servers]!, envelope)
    const sent = (handled ?? informed)?.[1]
    if (sent === undefined) return null
    let { history } = state
    if (message.type === 'PutOk') history = returned(history, String(to))
    if (message.type === 'GetOk') history = returned(history, String(to), message.value)
    for (const one of sent) history = began(history, one)
    const rest = [...state.network]
    rest.splice(rest.indexOf(envelope), 1)
    return {
      servers: handled ? state.servers.with(to, handled[0]) : state.servers,
      clients: informed ? state.clients.with(to - servers, informed[0]) : state.clients,
      network: sorted([...rest, ...sent]),
      history,
    }
  }

  function* transitions(state: State): Iterable<Transition<State>> {
    let last = ''
    for (const envelope of state.network) {
      const text = canonical(envelope, 'message')
      if (text === last) continue
      last = text
      const next = deliver(state, envelope)
      if (next) yield { name: envelope.message.type, parameters: [envelope.from, envelope.to], next }
    }
  }

  const puts = everyClient.map((client, index): Envelope => {
    const value = String.fromCharCode('A'.charCodeAt(0) + index)
    return { from: client, to: client % servers, message: { type: 'Put', request: client, value } }
  })
  const initial: State = {
    servers: everyServer.map(() => ({
      ballot: [0, 0],
      proposal: null,
      prepares: {},
      accepts: [],
      accepted: null,
      decided: false,
    })),
    clients: everyClient.map((client) => ({ waitsFor: client, begun: 1 })),
    network: sorted(puts),
    history: puts.reduce(began, NO_HISTORY),
  }
  return new GuardedModel<State>({
    initial: [initial],
    transitions,
    properties: [
      { id: 'linearizable', kind: 'always', holds: ({ history }) => judge(history) },
      {
        id: 'value chosen',
        kind: 'sometimes',
        holds: ({ network }) =>
          network.some(({ message }) => message.type === 'GetOk' && message.value !== NOTHING),
      },
    ],
  })
}

/** A Put and a Get begin an operation of their sender when they are sent. */
function began(history: History, { from, message }: Envelope): History {
  if (message.type === 'Put') return invoked(history, String(from), { f: 'write', value: message.value })
  return message.type === 'Get' ? invoked(history, String(from), { f: 'read' }) : history
}

function compareBallots(one: Ballot, other: Ballot): number {
  return one[0] - other[0] || one[1] - other[1]
}

function ascending(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((one, other) => one - other)
}

function sorted(envelopes: readonly Envelope[]): Envelope[] {
  const texts = new Map(envelopes.map((envelope) => [envelope, canonical(envelope, 'message')]))
  return [...envelopes].sort((one, other) => (texts.get(one)! < texts.get(other)! ? -1 : 1))
}
