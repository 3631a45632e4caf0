/**
 * Small random systems of a hub and two or three peers that run one table: symmetric but for what a table says of a
 * peer's name. For tests of the reductions.
 */
import fc from 'fast-check'
import type { AnyNodeDefinition, Crashes, Network, Role, System, View } from '../actors/system.ts'

/** One thing that a handler does. */
type Entry =
  | {
      readonly kind: 'tell'
      readonly whom: 'hub' | 'sender' | 'peers' | 'first' | 'known'
      readonly v: number
    }
  | { readonly kind: 'become'; readonly x: number }
  /** Remembers the sender, by name: in order of arrival, sorted, or as the key of an object. */
  | { readonly kind: 'note'; readonly how: 'list' | 'sorted' | 'key' }
  | { readonly kind: 'persist' | 'setTimer' | 'cancelTimer' }

export interface PeersTable {
  readonly peers: number
  /** What the hub and what a peer does: by event (v 0, v 1, timer, start, restart) and x. */
  readonly hub: readonly (readonly Entry[])[]
  readonly peer: readonly (readonly Entry[])[]
  readonly network: Network
  readonly crashes: Crashes | null
  /** `counted`: two peers with this x, and the hub with that. `named`: the second peer with this x, and the hub with that. */
  readonly goal: { readonly kind: 'counted' | 'named'; readonly peer: number; readonly hub: number }
}

const VALUES = 2
const EVENTS = 5

interface PeerState {
  x: number
  fuel: number
  list: string[]
  keys: { [name: string]: true }
}

/** @param names handlers may treat the peer with the first name otherwise than the rest */
const entry = (names: boolean): fc.Arbitrary<Entry> =>
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('tell' as const),
        whom: fc.constantFrom(
          'hub' as const,
          'sender' as const,
          'peers' as const,
          'known' as const,
          ...(names ? (['first'] as const) : []),
        ),
        v: fc.nat(VALUES - 1),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('become' as const), x: fc.nat(VALUES - 1) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('note' as const),
        how: fc.constantFrom('list' as const, 'sorted' as const, 'key' as const),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'persist' as const }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom({ kind: 'setTimer' as const }, { kind: 'cancelTimer' as const }),
    },
  )

const table = (names: boolean): fc.Arbitrary<(readonly Entry[])[]> =>
  fc.array(fc.array(entry(names), { maxLength: 3, size: 'max' }), {
    minLength: EVENTS * VALUES,
    maxLength: EVENTS * VALUES,
  })

/** Random tables. @param names some may tell the first peer from the others */
export const peersTables = (names: boolean): fc.Arbitrary<PeersTable> =>
  fc.record({
    peers: fc.integer({ min: 2, max: 3 }),
    hub: table(names),
    peer: table(names),
    network: fc.record({
      duplicates: fc.constantFrom<Network['duplicates']>('unlimited', 0, 0, 1),
      drops: fc.constantFrom(0, 0, 1),
    }),
    crashes: fc.oneof(
      fc.constant(null),
      fc.record({
        roles: fc.constantFrom(['peer'], ['peer', 'hub'], ['hub']),
        limit: fc.constantFrom<Crashes['limit']>(1, 2),
        restart: fc.constantFrom<Crashes['restart']>('at once', 'later', 'never'),
      }),
    ),
    goal: fc.record({
      kind: fc.constantFrom('counted' as const, 'named' as const),
      peer: fc.constant(1),
      hub: fc.nat(1),
    }),
  })

/** The system of a table, with a property of one kind. */
export function peersSystem(
  { peers, hub, peer, network, crashes, goal }: PeersTable,
  kind: 'always' | 'sometimes' | 'eventually',
): System {
  const met = (view: View): boolean => {
    const [first, ...others] = view.map(({ seen }) => seen)
    const fits = others.map((seen) => seen === goal.peer)
    const enough = goal.kind === 'named' ? fits[1]! : fits.filter(Boolean).length >= 2
    return first === goal.hub && enough
  }
  return {
    nodes: [
      { id: 'hub', role: 'hub', definition: definition(hub, false) },
      ...Array.from({ length: peers }, (_, index) => ({
        id: `p${index + 1}`,
        role: 'peer',
        definition: definition(peer, true),
      })),
    ],
    roles: { hub: role, peer: role },
    network,
    crashes,
    properties: [
      kind === 'always'
        ? { id: 'goal', kind, violated: (view) => (met(view) ? {} : null) }
        : { id: 'goal', kind, reached: met },
    ],
  }
}

const role: Role = {
  sends: { tell: () => null },
  observe: ({ state }) => (state as PeerState | null)?.x ?? null,
}

type Context = Parameters<AnyNodeDefinition['init']>[0]

function definition(entries: readonly (readonly Entry[])[], isPeer: boolean): AnyNodeDefinition {
  const act = (event: number, state: PeerState, ctx: Context): void => {
    const tell = (to: string, v: number): void => {
      if (state.fuel === 0 || to === ctx.self) return
      state.fuel--
      ctx.send(to, 'tell', { v })
    }
    for (const entry of entries[event * VALUES + state.x]!) {
      if (entry.kind === 'become') state.x = entry.x
      else if (entry.kind === 'persist') ctx.persist({ ...state })
      else if (entry.kind === 'setTimer') ctx.setTimer('tick')
      else if (entry.kind === 'cancelTimer') ctx.cancelTimer('tick')
      else if (entry.kind === 'note') note(state, ctx.from, entry.how)
      else if (entry.kind === 'tell') {
        const whom = {
          hub: ['hub'],
          sender: [ctx.from],
          first: ['p1'],
          known: [state.list[0] ?? 'hub'],
          peers: ctx.nodes('peer'),
        }
        for (const to of whom[entry.whom]) tell(to, entry.v)
      }
    }
  }
  const fresh = (): PeerState => ({ x: 0, fuel: isPeer ? 2 : 4, list: [], keys: {} })
  return {
    init(ctx) {
      const state = fresh()
      ctx.setTimer('tick')
      act(3, state, ctx)
      return state
    },
    on: { tell: (state: PeerState, { v }: { v: number }, ctx: Context) => act(v, state, ctx) },
    timers: { tick: (state: PeerState, ctx: Context) => act(2, state, ctx) },
    restart(disk: PeerState | null, ctx) {
      const state = disk ?? { ...fresh(), fuel: 0 }
      act(4, state, ctx)
      return state
    },
  }
}

function note(state: PeerState, from: string, how: 'list' | 'sorted' | 'key'): void {
  if (how === 'key') state.keys[from] = true
  else if (!state.list.includes(from)) {
    state.list.push(from)
    if (how === 'sorted') state.list.sort()
  }
}
