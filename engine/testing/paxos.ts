/**
 * Single-decree Paxos as nodes with handlers, for the benchmark and for tests that need a protocol of some size.
 * Reference: L. Lamport, "Paxos Made Simple", 2001, section 2.2.
 *
 * Proposer i of `proposers` makes one attempt, with number i + 1. Acceptors keep all their votes, so that the property
 * can be read from their states. `broken` leaves out the one line that makes it Paxos.
 */
import { fields, number, orNull, record } from '../actors/fields.ts'
import type { AnyNodeDefinition, Crashes, Network, Role, System, View } from '../actors/system.ts'
import { node } from '../api.ts'

interface Vote {
  n: number
  v: string
}

interface Messages {
  prepare: { n: number }
  promise: { n: number; accepted: Vote | null }
  accept: Vote
}

interface ProposerState {
  /** Who promised and what they had accepted, sorted by name. */
  promises: { from: string; accepted: Vote | null }[]
  asked: string | null
}

function proposer(n: number, value: string): AnyNodeDefinition {
  return node<ProposerState, Messages>({
    init(ctx) {
      ctx.broadcast('acceptor', 'prepare', { n })
      return { promises: [], asked: null }
    },
    on: {
      promise(state, { accepted }, ctx) {
        if (state.asked !== null || state.promises.some(({ from }) => from === ctx.from)) return
        state.promises.push({ from: ctx.from, accepted })
        state.promises.sort((one, other) => (one.from < other.from ? -1 : 1))
        if (state.promises.length * 2 <= ctx.nodes('acceptor').length) return
        const votes = state.promises.flatMap((promise) => promise.accepted ?? [])
        state.asked = votes.sort((one, other) => other.n - one.n)[0]?.v ?? value
        state.promises = []
        ctx.broadcast('acceptor', 'accept', { n, v: state.asked })
      },
    },
  })
}

interface AcceptorState {
  promised: number
  accepted: Vote | null
  /** Every vote, by number. */
  votes: Vote[]
}

function acceptor(broken: boolean): AnyNodeDefinition {
  return node<AcceptorState, Messages>({
    init: () => ({ promised: 0, accepted: null, votes: [] }),
    on: {
      prepare(state, { n }, ctx) {
        if (n <= state.promised) return
        state.promised = n
        ctx.persist(state)
        ctx.reply('promise', { n, accepted: broken ? null : state.accepted })
      },
      accept(state, { n, v }, ctx) {
        if (n < state.promised || state.votes.some((vote) => vote.n === n)) return
        state.promised = n
        state.accepted = { n, v }
        state.votes.push({ n, v })
        state.votes.sort((one, other) => one.n - other.n)
        ctx.persist(state)
      },
    },
    restart: (disk) => disk ?? { promised: 0, accepted: null, votes: [] },
  })
}

const vote = {
  n: number,
  v: (value: unknown, path: string) =>
    typeof value === 'string' ? null : { field: path, expected: 'expected-string' },
}

const roles: Record<string, Role> = {
  proposer: { sends: { prepare: fields({ n: number }), accept: fields(vote) }, observe: () => null },
  acceptor: {
    sends: { promise: fields({ n: number, accepted: orNull(record(vote)) }) },
    observe: ({ state }) => (state as AcceptorState | null)?.votes ?? [],
  },
}

/** The values that a majority of the acceptors voted for in one ballot. */
function chosen(view: View): string[] {
  const acceptors = view.filter(({ role }) => role === 'acceptor')
  const counts = new Map<string, { v: string; count: number }>()
  for (const { seen } of acceptors) {
    for (const { n, v } of seen as Vote[]) {
      const known = counts.get(`${n} ${v}`) ?? { v, count: 0 }
      counts.set(`${n} ${v}`, { v, count: known.count + 1 })
    }
  }
  const majority = [...counts.values()].filter(({ count }) => count * 2 > acceptors.length)
  return [...new Set(majority.map(({ v }) => v))]
}

export interface PaxosOptions {
  readonly acceptors?: number
  readonly network?: Network
  readonly crashes?: Crashes | null
  /** Acceptors don't report what they have accepted. */
  readonly broken?: boolean
}

/** So many proposers, each with a value of its own, and three acceptors if nothing else is said. */
export function paxos(proposers: number, options: PaxosOptions = {}): System {
  const { acceptors = 3, network = { duplicates: 0, drops: 0 }, crashes = null, broken = false } = options
  const definition = acceptor(broken)
  return {
    nodes: [
      ...Array.from({ length: proposers }, (_, index) => ({
        id: `P${index + 1}`,
        role: 'proposer',
        definition: proposer(index + 1, `v${index + 1}`),
      })),
      ...Array.from({ length: acceptors }, (_, index) => ({
        id: `A${index + 1}`,
        role: 'acceptor',
        definition,
      })),
    ],
    roles,
    network,
    crashes,
    properties: [
      {
        id: 'agreement',
        kind: 'always',
        violated: (view) => (chosen(view).length > 1 ? { values: chosen(view).join(', ') } : null),
      },
      { id: 'reachable', kind: 'sometimes', reached: (view) => chosen(view).length > 0 },
    ],
  }
}
