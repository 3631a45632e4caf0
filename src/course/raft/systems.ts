/**
 * The systems of the Raft chapter: servers with clocks, a client that looks for the leader, and the rules that servers may follow.
 * What is tried in every interleaving has no clock and is made by the exercises’ own frame.
 */
import { fields, string } from '../../../engine/actors/fields.ts'
import { type Observed, observed } from '../../../engine/actors/observed.ts'
import type {
  AnyNodeDefinition,
  Crashes,
  Network,
  Role,
  System,
  Time,
} from '../../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../../engine/api.ts'
import type { Probe } from '../../../engine/compile/probe.ts'
import { ELECTION_TIMEOUT, HEARTBEAT_INTERVAL } from '../../../exercises/raft-election/exercise.ts'
import { electionSafety } from '../../../exercises/raft-election/properties.ts'
import { type Progress, logSafety, progress, seen } from '../../../exercises/raft-replication/properties.ts'
import { stage } from '../../../exercises/raft-safety/exercise.ts'
import type { Messages, Seen } from '../../../exercises/raft-safety/messages.ts'
import solution from '../../../exercises/raft-safety/solution.ts'

/** The client. */
export const K = 'K'
export const A_TO_C = ['A', 'B', 'C'] as const
export const A_TO_D = ['A', 'B', 'C', 'D'] as const
export const A_TO_E = ['A', 'B', 'C', 'D', 'E'] as const

/** The course’s server, which follows the paper. */
export const raft = solution as AnyNodeDefinition

/** What a client may ask for, and the server that it asks first; left out: the first one. */
export interface Client {
  readonly commands: readonly string[]
  readonly first?: NodeId
}

/** How long a client waits for an answer before it asks the next server. */
const PATIENCE = 300

interface ClientState {
  /** The server that it asks. */
  to: number
  /** What it has asked for and was not told to be carried out. */
  open: string[]
  done: string[]
}

/**
 * Asks one server after the other until one carries its command out, and stays with that one. When it begins to ask is the script’s
 * affair or the reader’s: a timer for each command, which comes early by hand.
 */
function client({ commands, first }: Client): AnyNodeDefinition {
  const ask = (state: ClientState, command: string, ctx: Context<Messages>): void => {
    ctx.send(ctx.nodes('server')[state.to]!, 'command', { command })
    ctx.setTimer(`again:${command}`, PATIENCE)
  }
  return {
    ...node<ClientState, Messages>({
      init(ctx) {
        for (const command of commands) ctx.setTimer(`ask:${command}`, NEVER)
        return { to: first === undefined ? 0 : ctx.nodes('server').indexOf(first), open: [], done: [] }
      },
      on: {
        applied(state, { command }, ctx) {
          if (!state.open.includes(command)) return
          state.to = ctx.nodes('server').indexOf(ctx.from)
          state.open = state.open.filter((one) => one !== command)
          state.done.push(command)
          ctx.cancelTimer(`again:${command}`)
        },
      },
      timers: {
        ask(state, ctx) {
          state.open.push(ctx.about)
          ask(state, ctx.about, ctx)
        },
        again(state, ctx) {
          state.to = (state.to + 1) % ctx.nodes('server').length
          ask(state, ctx.about, ctx)
        },
      },
    }),
    hastens: (timer) => timer.startsWith('ask:'),
  }
}

/** Later than any figure goes, in milliseconds. */
export const NEVER = 1_000_000

/** What views show of a server: what its `observe` gives, how far it has carried out the log, and, where they are called so, its vote and what it knows of followers. */
export function shown(state: unknown): object {
  const { answer, seen: now, memory } = state as Observed<Seen, Progress>
  const { votedFor, votes, matchIndex } = answer as {
    votedFor?: NodeId | null
    votes?: readonly NodeId[]
    matchIndex?: Readonly<Record<NodeId, number>>
  }
  return {
    ...now,
    applied: memory.applied,
    ...(votedFor !== undefined && { votedFor }),
    ...(votes !== undefined && now.role === 'candidate' && { votes }),
    // Else a leader would seem to ignore the answers that it counts.
    ...(matchIndex !== undefined && now.role === 'leader' && { matchIndex: { ...matchIndex } }),
  }
}

/** A server that draws its election timeouts, and how often it has drawn since it started. */
interface Drawing {
  kept: unknown
  draws: number
}

/**
 * A server as the chapter’s figures show it. Nobody draws in a run by hand, so it draws for itself: what was given first, and then
 * numbers that follow from its name and from how often it has drawn.
 * @param first by server, its first election timeouts in milliseconds
 */
function server(definition: AnyNodeDefinition, first: Timeouts): AnyNodeDefinition {
  const inner = observed<Seen, Progress>(definition, { shows: seen, memo: progress })
  type Ctx = Context<Record<string, unknown>>
  const drawing = (state: Drawing, ctx: Ctx): Ctx => ({
    ...ctx,
    setTimer: (name, milliseconds) =>
      ctx.setTimer(
        name,
        name === 'election' && milliseconds === undefined
          ? (first[ctx.self]?.[state.draws++] ?? drawn(ctx.self, state.draws))
          : milliseconds,
      ),
  })
  const start = (ctx: Ctx, begin: (ctx: Ctx) => unknown): Drawing => {
    const state: Drawing = { kept: null, draws: 0 }
    state.kept = begin(drawing(state, ctx))
    return state
  }
  const { init, on, timers = {}, restart } = inner
  return {
    init: (ctx) => start(ctx, (own) => init(own)),
    on: Object.fromEntries(
      Object.entries(on).map(([type, handle]) => [
        type,
        (state: Drawing, message: unknown, ctx: Ctx) =>
          handle!(state.kept, message as never, drawing(state, ctx)),
      ]),
    ),
    timers: Object.fromEntries(
      Object.entries(timers).map(([name, handle]) => [
        name,
        (state: Drawing, ctx: Ctx) => handle(state.kept, drawing(state, ctx)),
      ]),
    ),
    restart: (disk: unknown, ctx) => start(ctx, (own) => restart!(disk, own)),
    show: (state) => shown((state as Drawing).kept),
    properties: (state) => (state as Drawing).kept,
  }
}

/** A timeout from 150 to 300 ms that looks as if it were drawn by lot (FNV-1a over the name and the number). */
function drawn(id: NodeId, number: number): number {
  const [least, most] = ELECTION_TIMEOUT
  let hash = 2_166_136_261
  for (const character of `${id}${number}`) hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619)
  return least + ((hash >>> 8) % (most - least + 1))
}

/** By server, the first election timeouts that it draws, in milliseconds. */
export type Timeouts = Readonly<Record<NodeId, readonly number[]>>

/** What may be chosen about a cluster of a figure. */
export interface Cluster {
  readonly servers: readonly NodeId[]
  /** What the client may ask for. Left out: there is no client. */
  readonly commands?: readonly string[]
  /** Where there are several clients, these, by name. */
  readonly clients?: Readonly<Record<NodeId, Client>>
  /** What all servers run, or some of them. Left out: the course’s server. */
  readonly runs?: AnyNodeDefinition | { readonly [server: NodeId]: AnyNodeDefinition }
  /** The first timeouts that servers draw. Left out: any. */
  readonly timeouts?: Timeouts
  /** Where the code says its lines. */
  readonly probe?: Probe | null
  readonly network?: Network
  readonly crashes?: Crashes
  readonly time?: Partial<Time>
  /** How a server shows itself and asks for votes, where it is not that of the last exercise. */
  readonly role?: Role
}

const isDefinition = (one: object): one is AnyNodeDefinition =>
  'init' in one && typeof one.init === 'function'

/** Milliseconds that a message takes in the figures. */
export const LATENCY = 20

/** Half as many heartbeats as elsewhere, for figures in which what waits at a cut comes all at once when the network heals. */
export const FEWER_HEARTBEATS: Partial<Time> = {
  timeouts: { election: ELECTION_TIMEOUT, heartbeat: [2 * HEARTBEAT_INTERVAL] },
}

/** Timeouts that are always the same, as often as they are drawn in a figure. */
export const always = (milliseconds: number): readonly number[] => Array<number>(100).fill(milliseconds)

/** A cluster with clocks: election timeouts are drawn from 150 to 300 ms, heartbeats go out every 50. */
export function cluster({
  servers,
  commands = [],
  clients = commands.length > 0 ? { [K]: { commands } } : {},
  runs = raft,
  timeouts = {},
  probe = null,
  network = { duplicates: 0, drops: 0 },
  crashes = { roles: ['server'], limit: 'unlimited', restart: 'later' },
  time = {},
  role = stage.role,
}: Cluster): System {
  const definitions = new Map<AnyNodeDefinition, AnyNodeDefinition>()
  const of = (id: NodeId): AnyNodeDefinition => {
    const given = isDefinition(runs) ? runs : (runs[id] ?? raft)
    const known = definitions.get(given) ?? server(given, timeouts)
    definitions.set(given, known)
    return known
  }
  const asking = Object.entries(clients)
  return {
    nodes: [
      ...asking.map(([id, one]) => ({ id, role: 'client', definition: client(one) })),
      ...servers.map((id) => ({ id, role: 'server', definition: of(id), probe })),
    ],
    roles: {
      ...(asking.length > 0 && {
        client: {
          sends: { command: fields({ command: string }) },
          observe: ({ state }) => ({ done: (state as ClientState | null)?.done ?? [] }),
        } satisfies Role,
      }),
      server: role,
    },
    network,
    crashes,
    time: {
      latencies: [LATENCY],
      timeouts: { election: ELECTION_TIMEOUT, heartbeat: [HEARTBEAT_INTERVAL] },
      ...time,
    },
    properties: [...electionSafety, ...logSafety],
  }
}
