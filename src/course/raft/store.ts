/**
 * A key-value store on any server of Raft: what commands say, what a log of them comes to, and what the server that leads answers. The
 * server below knows nothing of it: it puts commands into its log, and says which it has carried out.
 * Reference: D. Ongaro, J. Ousterhout, "In Search of an Understandable Consensus Algorithm (Extended Version)", 2014, section 8.
 */
import { fields, orNull, string } from '../../../engine/actors/fields.ts'
import type { Observed } from '../../../engine/actors/observed.ts'
import type { AnyNodeDefinition, Role } from '../../../engine/actors/system.ts'
import type { Context, NodeId } from '../../../engine/api.ts'
import { stage } from '../../../exercises/raft-safety/exercise.ts'
import type { Messages, Seen } from '../../../exercises/raft-safety/messages.ts'

/** The keys of the store in the figures. It takes any. */
export const KEYS = ['x', 'y'] as const

/** What a client may ask of a store. `append` takes a key that holds nothing for an empty text. */
export type Request = {
  /** The client's name and the number of the request, as `K3`. */
  readonly client: NodeId
  readonly number: number
  readonly key: string
} & ({ readonly f: 'get' } | { readonly f: 'put' | 'append'; readonly value: string })

export const idOf = ({ client, number }: Pick<Request, 'client' | 'number'>): string => `${client}${number}`

/** A request as it stands in the log: `K3 put x k3`. */
export function commandOf(request: Request): string {
  const { f, key } = request
  return [idOf(request), f, key, ...(request.f === 'get' ? [] : [request.value])].join(' ')
}

/** The request that a command is; null for one that is none, such as what a leader may put into its log of itself. */
export function requestOf(command: string): Request | null {
  const [, client, number, f, key, value] =
    /^([^\d\s]+)(\d+) (get|put|append) (\S+)(?: (\S+))?$/.exec(command) ?? []
  if (client === undefined || key === undefined) return null
  const known = { client, number: Number(number), key }
  if (f === 'get') return value === undefined ? { ...known, f } : null
  return value === undefined ? null : { ...known, f: f as 'put' | 'append', value }
}

/** What a request came to: what a `get` found, null where that is nothing. Others come to null. */
export type Result = string | null

/** The rules by which a store may be kept; `sessions` and `log` are right. */
export interface Rule {
  /** Does it know a request that it has carried out before? */
  readonly repeats: 'known' | 'unknown'
  /** Where is a `get` answered: in its place of the log, or at once by whoever takes itself for the leader? */
  readonly reads: 'log' | 'at once'
}

export const RIGHT: Rule = { repeats: 'known', reads: 'log' }

/** The state machine: what a log has come to. */
export interface Store {
  readonly values: Readonly<Record<string, string>>
  /** By client, the last request of it that was carried out, and what it came to. */
  readonly sessions: Readonly<Record<NodeId, { readonly number: number; readonly result: Result }>>
}

export const EMPTY: Store = { values: {}, sessions: {} }

/**
 * The store after one more command.
 * @returns besides it, what is to be answered; undefined where nothing is: the command asks for nothing, or for what its client no longer waits for
 */
export function after(
  store: Store,
  command: string,
  { repeats }: Pick<Rule, 'repeats'>,
): { readonly store: Store; readonly result: Result | undefined } {
  const request = requestOf(command)
  if (request === null) return { store, result: undefined }
  const { client, number, key } = request
  const session = store.sessions[client]
  if (repeats === 'known' && session !== undefined && number <= session.number)
    return { store, result: number === session.number ? session.result : undefined }
  const held = store.values[key]
  const result = request.f === 'get' ? (held ?? null) : null
  const values =
    request.f === 'get'
      ? store.values
      : { ...store.values, [key]: request.f === 'put' ? request.value : (held ?? '') + request.value }
  return { store: { values, sessions: { ...store.sessions, [client]: { number, result } } }, result }
}

/** What a log has come to. */
export function storeOf(commands: readonly string[], rule: Pick<Rule, 'repeats'>): Store {
  return commands.reduce((store, command) => after(store, command, rule).store, EMPTY)
}

export interface StoreMessages {
  command: Messages['command']
  /** Leader to a client: "the request `id` is carried out, and this is what it came to". */
  answer: { id: string; value: Result }
}

/** A server of Raft with a store on it. Both are lost in a crash, and come back from the log. */
interface Serving {
  raft: unknown
  /** What it has carried out since it started, in the order of the log. */
  commands: string[]
}

type AnyContext = Context<Record<string, unknown>>

/**
 * A server whose store carries out what its log says. What the server tells all clients to be carried out goes to the store, and only
 * whoever leads answers, to the client alone that asked.
 * @param server shows what it is by `properties`, as those of systems.ts do
 */
export function serving(server: AnyNodeDefinition, rule: Rule): AnyNodeDefinition {
  const leads = ({ raft }: Serving): boolean =>
    (server.properties!(raft) as Observed<Seen>).seen.role === 'leader'
  const reply = (request: Request, value: Result, ctx: AnyContext): void =>
    ctx.send(request.client, 'answer', { id: idOf(request), value } satisfies StoreMessages['answer'])

  /** Lets the server below do something, and carries out what it then says. */
  const step = (state: Serving, ctx: AnyContext, handle: (ctx: AnyContext) => void): void => {
    const applied: Messages['applied'][] = []
    const isApplied = (type: string, message: unknown): boolean => {
      if (type === 'applied') applied.push(message as Messages['applied'])
      return type === 'applied'
    }
    handle({
      ...ctx,
      send: (to, type, message) => void (isApplied(type, message) || ctx.send(to, type, message)),
      reply: (type, message) => void (isApplied(type, message) || ctx.reply(type, message)),
      broadcast: (role, type, message) =>
        void (isApplied(type, message) || ctx.broadcast(role, type, message)),
    })
    for (const { index, command } of applied) {
      // It may be said to each client by itself.
      if (index <= state.commands.length) continue
      // A place that is left out has nothing in it that is to be done.
      while (state.commands.length < index - 1) state.commands.push('')
      const { result } = after(storeOf(state.commands, rule), command, rule)
      state.commands.push(command)
      const request = requestOf(command)
      if (request && result !== undefined && leads(state)) reply(request, result, ctx)
    }
  }

  const start = (ctx: AnyContext, begin: (ctx: AnyContext) => unknown): Serving => {
    const state: Serving = { raft: null, commands: [] }
    step(state, ctx, (own) => void (state.raft = begin(own)))
    return state
  }

  /** @returns whether it was answered without the server below */
  const readAtOnce = (state: Serving, type: string, message: unknown, ctx: AnyContext): boolean => {
    const request = type === 'command' ? requestOf((message as Messages['command']).command) : null
    if (request?.f !== 'get' || rule.reads === 'log' || !leads(state)) return false
    reply(request, storeOf(state.commands, rule).values[request.key] ?? null, ctx)
    return true
  }

  const { init, on, timers = {}, restart } = server
  return {
    ...server,
    init: (ctx) => start(ctx, (own) => init(own)),
    on: Object.fromEntries(
      Object.entries(on).map(([type, handle]) => [
        type,
        (state: Serving, message: unknown, ctx: AnyContext) => {
          if (readAtOnce(state, type, message, ctx)) return
          step(state, ctx, (own) => handle!(state.raft, message as never, own))
        },
      ]),
    ),
    timers: Object.fromEntries(
      Object.entries(timers).map(([name, handle]) => [
        name,
        (state: Serving, ctx: AnyContext) => step(state, ctx, (own) => handle(state.raft, own)),
      ]),
    ),
    restart: (disk: unknown, ctx) => start(ctx, (own) => (restart ? restart(disk, own) : init(own))),
    show: (state) => {
      const { raft, commands } = state as Serving
      return { ...(server.show!(raft) as object), store: storeOf(commands, rule).values }
    },
    properties: (state) => server.properties!((state as Serving).raft),
  }
}

/** What such servers say. */
export const servingRole: Role = {
  ...stage.role,
  sends: { ...stage.role.sends, answer: fields({ id: string, value: orNull(string) }) },
}
