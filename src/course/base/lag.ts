/**
 * A register that is replicated with a lag: A takes the writes, answers at once, and tells the others a little later. Clients that do
 * what they are told, one thing after another, are for explorations; those that write and read all the time are for seeded runs.
 */
import { fields, number } from '../../../engine/actors/fields.ts'
import type {
  AnyNodeDefinition,
  Crashes,
  Role,
  System,
  SystemHistory,
  SystemProperty,
  View,
} from '../../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../../engine/api.ts'

export const REPLICAS = ['A', 'B', 'C'] as const
const A = 'A'
export const WRITER = 'K1'
export const READER = 'K2'

/** There is one writer, and its n-th write writes n: so of two values the larger is the newer. */
interface Messages {
  write: { value: number }
  written: { value: number }
  /** @param least the replica answers once it holds this or something newer; 0: at once */
  read: { least: number }
  value: { value: number }
  /** From A to another replica. */
  copy: { value: number }
}

interface ReplicaState {
  value: number
  /** What A has not told the others yet. */
  unsent: { readonly to: NodeId; readonly value: number }[]
  /** Who has asked for something newer than what is here. */
  waiting: { readonly client: NodeId; readonly least: number }[]
}
type ReplicaContext = Context<Messages, { value: number }>

/** A write is copied to each of the others when its own timer fires: how long that takes is the lag. */
const replica = node<ReplicaState, Messages, { value: number }>({
  init: () => ({ value: 0, unsent: [], waiting: [] }),
  on: {
    write(state, { value }, ctx) {
      take(state, value, ctx)
      ctx.reply('written', { value })
      for (const to of ctx.nodes('replica')) {
        if (to === ctx.self) continue
        state.unsent.push({ to, value })
        ctx.setTimer(`copy:${to} ${value}`)
      }
    },
    copy: (state, { value }, ctx) => take(state, value, ctx),
    read(state, { least }, ctx) {
      if (state.value >= least) ctx.reply('value', { value: state.value })
      else state.waiting.push({ client: ctx.from, least })
    },
  },
  timers: {
    copy(state, ctx) {
      const index = state.unsent.findIndex(({ to, value }) => `${to} ${value}` === ctx.about)
      const { to, value } = state.unsent[index]!
      state.unsent.splice(index, 1)
      ctx.send(to, 'copy', { value })
    },
  },
  restart: (disk) => ({ value: disk?.value ?? 0, unsent: [], waiting: [] }),
})

/** A copy that comes late takes nothing back. */
function take(state: ReplicaState, value: number, ctx: ReplicaContext): void {
  if (value <= state.value) return
  state.value = value
  ctx.persist({ value })
  for (const { client } of state.waiting.filter(({ least }) => least <= value))
    ctx.send(client, 'value', { value })
  state.waiting = state.waiting.filter(({ least }) => least > value)
}

/** What a client does: it writes its next value, or reads at a replica. */
export type Deed = 'write' | { readonly read: NodeId }

interface ClientState {
  done: number
  /** The newest value that it has written or read. */
  newest: number
  wrote: number
  reads: number[]
}
type ClientContext = Context<Messages>

/** @param session does it say with each read what it knows of already? */
function planned(plan: readonly Deed[], session: boolean): AnyNodeDefinition {
  const next = (state: ClientState, ctx: ClientContext): void => {
    const deed = plan[state.done++]
    if (deed === undefined) return
    if (deed === 'write') ctx.send(A, 'write', { value: state.wrote + 1 })
    else ctx.send(deed.read, 'read', { least: session ? state.newest : 0 })
  }
  return node<ClientState, Messages>({
    init(ctx) {
      const state: ClientState = { done: 0, newest: 0, wrote: 0, reads: [] }
      next(state, ctx)
      return state
    },
    on: {
      written(state, { value }, ctx) {
        state.wrote = value
        state.newest = Math.max(state.newest, value)
        next(state, ctx)
      },
      value(state, { value }, ctx) {
        state.reads.push(value)
        state.newest = Math.max(state.newest, value)
        next(state, ctx)
      },
    },
  })
}

const clientRole: Role = { sends: { write: fields({ value: number }), read: fields({ least: number }) } }
const replicaRole: Role = {
  sends: {
    written: fields({ value: number }),
    value: fields({ value: number }),
    copy: fields({ value: number }),
  },
  observe: ({ state }) => (state as ReplicaState | null)?.value ?? null,
}

interface Told {
  readonly wrote: number
  readonly reads: readonly number[]
}
const toldIn = (view: View): readonly Told[] =>
  view.filter(({ role }) => role === 'client').map(({ seen }) => seen as Told)
/** What the replicas that are up hold. */
export const heldIn = (view: View): readonly number[] =>
  view.filter(({ role, seen }) => role === 'replica' && seen !== null).map(({ seen }) => seen as number)
const areEqual = (values: readonly number[]): boolean => new Set(values).size === 1
const acknowledgedIn = (view: View): number => Math.max(0, ...toldIn(view).map(({ wrote }) => wrote))

/** What is asked of clients that follow a plan. */
export const properties: readonly SystemProperty[] = [
  {
    // A write is acknowledged, and somebody does not have it.
    id: 'differ',
    kind: 'sometimes',
    reached: (view) => heldIn(view).some((value) => value < acknowledgedIn(view)),
  },
  {
    id: 'equal',
    kind: 'eventually',
    reached: (view) => areEqual(heldIn(view)) && heldIn(view)[0] === acknowledgedIn(view),
  },
  {
    // Who has written reads at least that.
    id: 'own-write',
    kind: 'always',
    violated(view) {
      const told = toldIn(view).find(({ wrote, reads }) => reads.some((value) => value < wrote))
      return told ? { wrote: told.wrote, read: told.reads.at(-1)! } : null
    },
  },
  {
    id: 'never-back',
    kind: 'always',
    violated(view) {
      for (const { reads } of toldIn(view))
        for (const [index, value] of reads.entries())
          if (value < (reads[index - 1] ?? 0)) return { first: reads[index - 1]!, then: value }
      return null
    },
  },
  {
    // What was acknowledged gets to everybody who is left.
    id: 'kept',
    kind: 'eventually',
    reached: (view) =>
      acknowledgedIn(view) > 0 && heldIn(view).every((value) => value >= acknowledgedIn(view)),
  },
  { id: 'went-back', kind: 'sometimes', reached: (view) => wentBack(view) },
]

const wentBack = (view: View): boolean =>
  toldIn(view).some(({ reads }) => reads.some((value, index) => value < (reads[index - 1] ?? 0)))

/** @param plans by client what it does */
export function replicated(
  plans: Readonly<Record<string, readonly Deed[]>>,
  { session = false, crashes = null }: { session?: boolean; crashes?: Crashes | null } = {},
): System {
  return {
    nodes: [
      ...REPLICAS.map((id) => ({ id, role: 'replica', definition: replica as AnyNodeDefinition })),
      ...Object.entries(plans).map(([id, plan]) => ({
        id,
        role: 'client',
        definition: planned(plan, session),
      })),
    ],
    roles: {
      replica: replicaRole,
      client: {
        ...clientRole,
        observe: ({ state }) => {
          const { wrote, reads } = state as ClientState
          return { wrote, reads } satisfies Told
        },
      },
    },
    network: { duplicates: 0, drops: 0 },
    crashes,
    properties,
  }
}

/** Milliseconds from one write to the next and from one read to the next: anything between these. */
export const BETWEEN_WRITES = [50, 150] as const
export const BETWEEN_READS = [15, 35] as const
const LATENCY = 1

/** Where the reader of a seeded run asks: at each of the replicas in turn, or always at the same. */
export type Reading = 'in turn' | 'at one' | 'at A'
const ASKED: Readonly<Record<Reading, readonly NodeId[]>> = {
  'in turn': ['B', 'C', 'A'],
  'at one': ['B'],
  'at A': [A],
}

const writer = node<{ wrote: number }, Messages>({
  init(ctx) {
    ctx.setTimer('write')
    return { wrote: 0 }
  },
  // What it is told is in the history of the run.
  on: { written: () => undefined },
  timers: {
    write(state, ctx) {
      state.wrote++
      ctx.send(A, 'write', { value: state.wrote })
      ctx.setTimer('write')
    },
  },
})

function reader(reading: Reading): AnyNodeDefinition {
  const asked = ASKED[reading]
  return node<{ next: number }, Messages>({
    init(ctx) {
      ctx.setTimer('read')
      return { next: 0 }
    },
    on: { value: () => undefined },
    timers: {
      read(state, ctx) {
        ctx.send(asked[state.next]!, 'read', { least: 0 })
        state.next = (state.next + 1) % asked.length
        ctx.setTimer('read')
      },
    },
  })
}

/** What is counted of the reads of a seeded run. */
export interface Counted {
  /** The newest write that the writer was told of, and that when the reader asked last. */
  readonly acknowledged: number
  readonly before: number
  /** The newest value that the reader has seen. */
  readonly newest: number
  readonly reads: number
  /** Reads that began after a write was acknowledged and did not see it. */
  readonly stale: number
  /** Reads of something older than what the reader had seen. */
  readonly back: number
  /** The last read: where, and what came of it. */
  readonly last: { readonly at: NodeId; readonly value: number; readonly stale: boolean } | null
}

type Recorded =
  | { readonly kind: 'acknowledged'; readonly value: number }
  | { readonly kind: 'asks' }
  | { readonly kind: 'reads'; readonly at: NodeId; readonly value: number }

const history: SystemHistory = {
  initial: {
    acknowledged: 0,
    before: 0,
    newest: 0,
    reads: 0,
    stale: 0,
    back: 0,
    last: null,
  } satisfies Counted,
  record({ node: at, received, sent }): Recorded | null {
    const { type, fields: given, from } = received ?? { type: '', fields: {}, from: '' }
    const { value } = given as { value: number }
    if (at === WRITER && type === 'written') return { kind: 'acknowledged', value }
    if (at === READER && type === 'value') return { kind: 'reads', at: from, value }
    return at === READER && sent.length > 0 ? { kind: 'asks' } : null
  },
  after(counted: Counted, recorded: Recorded): Counted {
    switch (recorded.kind) {
      case 'acknowledged':
        return { ...counted, acknowledged: recorded.value }
      case 'asks':
        return { ...counted, before: counted.acknowledged }
      case 'reads': {
        const { at, value } = recorded
        const stale = value < counted.before
        return {
          ...counted,
          newest: Math.max(counted.newest, value),
          reads: counted.reads + 1,
          stale: counted.stale + (stale ? 1 : 0),
          back: counted.back + (value < counted.newest ? 1 : 0),
          last: { at, value, stale },
        }
      }
    }
  },
} as SystemHistory

/**
 * A writer and a reader that go on for ever, with clocks.
 * @param lag milliseconds after which a copy leaves A, on average: each is drawn from half of that to one and a half times
 */
export function lagging(lag: number, reading: Reading): System {
  return {
    nodes: [
      ...REPLICAS.map((id) => ({ id, role: 'replica', definition: replica as AnyNodeDefinition })),
      { id: WRITER, role: 'client', definition: writer },
      { id: READER, role: 'client', definition: reader(reading) },
    ],
    roles: { replica: replicaRole, client: { ...clientRole, observe: () => null } },
    network: { duplicates: 0, drops: 0 },
    crashes: null,
    time: {
      latencies: [LATENCY],
      timeouts: {
        write: BETWEEN_WRITES,
        read: BETWEEN_READS,
        copy: [Math.floor(lag / 2), Math.ceil((3 * lag) / 2)],
      },
    },
    properties: [],
    history,
  }
}
