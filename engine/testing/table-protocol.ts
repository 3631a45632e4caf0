/**
 * Small random systems for property tests: two or three nodes whose handlers are read from a table. Every such system
 * has finitely many states, because a node may send only a few messages between one write of its disk and the next.
 */
import fc from 'fast-check'
import type { AnyNodeDefinition, Crashes, Network, Role, System, SystemProperty } from '../actors/system.ts'

/** What a node keeps: a small number, and how many messages it may still send. */
export interface TableState {
  x: number
  fuel: number
}

/** One thing that a handler does. Numbers are taken modulo what there is. */
type Entry =
  | { readonly kind: 'send'; readonly to: number; readonly type: number; readonly v: number }
  | { readonly kind: 'persist' | 'setTimer' | 'cancelTimer' }
  | { readonly kind: 'become'; readonly x: number }

/** For each event and each x, what the handler does. */
export interface Table {
  readonly nodes: number
  readonly entries: readonly (readonly Entry[])[]
  readonly network: Network
  readonly crashes: Crashes | null
  /** The values of x at the first two nodes that the property speaks of; both start with 0. */
  readonly goal: readonly [number, number]
}

const TYPES = ['ask', 'tell']
const VALUES = 2
const FUEL = 2

/** Events: each type with each v, the timer, the start and the restart; and each x in which they may come. */
const ROWS_PER_NODE = (TYPES.length * 2 + 3) * VALUES

const entry: fc.Arbitrary<Entry> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      to: fc.nat(5),
      type: fc.nat(1),
      v: fc.nat(1),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('become' as const), x: fc.nat(VALUES - 1) }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'persist' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'setTimer' as const }, { kind: 'cancelTimer' as const }) },
)

const crashes: fc.Arbitrary<Crashes | null> = fc.oneof(
  fc.constant(null),
  fc.record({
    roles: fc.constant(['table']),
    limit: fc.constantFrom<Crashes['limit']>(1, 2, 'unlimited'),
    restart: fc.constantFrom<Crashes['restart']>('at once', 'later', 'never'),
  }),
)

const network: fc.Arbitrary<Network> = fc.record({
  duplicates: fc.constantFrom<Network['duplicates']>('unlimited', 0, 1),
  drops: fc.constantFrom(0, 1),
})

/** Random tables. */
export const tables: fc.Arbitrary<Table> = fc
  .record({
    nodes: fc.integer({ min: 2, max: 3 }),
    entries: fc.array(fc.array(entry, { minLength: 1, maxLength: 4, size: 'max' }), {
      minLength: ROWS_PER_NODE * 3,
      maxLength: ROWS_PER_NODE * 3,
    }),
    network,
    crashes,
    goal: fc.constantFrom<[number, number]>([0, 1], [1, 0], [1, 1]),
  })
  .map((table) => ({
    ...table,
    // A consuming network and crashes without a limit: a node that restarts could send for ever.
    crashes:
      table.crashes?.limit === 'unlimited' && table.network.duplicates !== 'unlimited'
        ? { ...table.crashes, limit: 1 }
        : table.crashes,
  }))

/** The system of a table, with the properties of one kind. */
export function tableSystem(table: Table, kind: SystemProperty['kind'] = 'always'): System {
  const ids = Array.from({ length: table.nodes }, (_, index) => `n${index}`)
  const [first, second] = table.goal
  const met = (seen: readonly unknown[]): boolean => seen[0] === first && seen[1] === second
  return {
    nodes: ids.map((id, index) => ({ id, role: 'table', definition: definitionOf(table, ids, index) })),
    roles: { table: role },
    network: table.network,
    crashes: table.crashes,
    properties: [
      kind === 'always'
        ? { id: 'goal', kind, violated: (view) => (met(view.map(({ seen }) => seen)) ? {} : null) }
        : { id: 'goal', kind, reached: (view) => met(view.map(({ seen }) => seen)) },
    ],
  }
}

const role: Role = {
  sends: { ask: () => null, tell: () => null },
  observe: ({ state }) => (state as TableState | null)?.x ?? null,
}

type Context = Parameters<AnyNodeDefinition['init']>[0]

function definitionOf(table: Table, ids: readonly string[], index: number): AnyNodeDefinition {
  const act = (event: number, state: TableState, ctx: Context): void => {
    const row = index * ROWS_PER_NODE + event * VALUES + state.x
    for (const entry of table.entries[row] ?? []) {
      if (entry.kind === 'become') state.x = entry.x
      else if (entry.kind === 'persist') ctx.persist({ x: state.x, fuel: state.fuel })
      else if (entry.kind === 'setTimer') ctx.setTimer('tick')
      else if (entry.kind === 'cancelTimer') ctx.cancelTimer('tick')
      else if (entry.kind === 'send' && state.fuel > 0) {
        state.fuel--
        ctx.send(ids[entry.to % ids.length]!, TYPES[entry.type]!, { v: entry.v })
      }
    }
  }
  return {
    init(ctx) {
      const state = { x: 0, fuel: FUEL }
      ctx.setTimer('tick')
      act(4, state, ctx)
      return state
    },
    on: {
      ask: (state: TableState, { v }: { v: number }, ctx: Context) => act(v, state, ctx),
      // Only the first node takes these: what the others are told is absorbed.
      ...(index === 0 && {
        tell: (state: TableState, { v }: { v: number }, ctx: Context) => act(2 + v, state, ctx),
      }),
    },
    timers: {
      // A timer that sets itself again and again changes nothing by itself.
      tick: (state: TableState, ctx: Context) => act(5, state, ctx),
    },
    restart(disk: TableState | null, ctx) {
      const state = { x: disk?.x ?? 0, fuel: disk?.fuel ?? 0 }
      act(6, state, ctx)
      return state
    },
  }
}
