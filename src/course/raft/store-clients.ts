/**
 * Clients of the store on Raft: each does one thing at a time, whatever the reader or a script makes it do, and asks one server after the
 * other until it has its answer. A client that hears nothing asks for the same, by the same number: the store tells a repeat by it.
 * Reference: D. Ongaro, "Consensus: Bridging Theory and Practice", 2014, section 6.3.
 */
import { fields, string } from '../../../engine/actors/fields.ts'
import type { AnyNodeDefinition, Role } from '../../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../../engine/api.ts'
import type { ShownOperation } from '../../widgets/history/operations.ts'
import { KEYS, type Request, type StoreMessages, commandOf, idOf } from './store.ts'

/** How long a client waits for an answer before it asks the next server, in milliseconds. */
export const PATIENCE = 120

/** What a client can be made to do, as the timers are called that nothing but a hand lets fire: `ask:put x`. */
export const CHOICES: readonly string[] = KEYS.flatMap((key) =>
  (['get', 'put', 'append'] as const).map((f) => `ask:${f} ${key}`),
)

/** All of it is on its disk, so that a client that crashes asks on afterwards, and never uses a number twice. */
interface ClientState {
  /** The server that it asks. */
  to: NodeId
  /** All that it has asked for, in order. The last may be under way. */
  operations: ShownOperation[]
}

type Ctx = Context<StoreMessages, ClientState>

/** What the client has under way; undefined where that is nothing. */
const openOf = ({ operations }: ClientState): ShownOperation | undefined =>
  operations.findLast(({ done }) => !done)

function requestIn(state: ClientState, client: NodeId): Request {
  const { f, key, value } = openOf(state)!
  const known = { client, number: state.operations.length, key: key! }
  return f === 'get' ? { ...known, f } : { ...known, f: f as 'put' | 'append', value: String(value) }
}

/** Asks for what is under way, and will ask again. */
function ask(state: ClientState, ctx: Ctx): void {
  ctx.send(state.to, 'command', { command: commandOf(requestIn(state, ctx.self)) })
  ctx.setTimer('again', PATIENCE)
}

/** All ask the first server first. */
const atFirst = (ctx: Ctx): ClientState => ({ to: ctx.nodes('server')[0]!, operations: [] })

export const storeClient: AnyNodeDefinition = {
  ...node<ClientState, StoreMessages, ClientState>({
    init: atFirst,
    on: {
      answer(state, { id, value }, ctx) {
        const open = openOf(state)
        if (open?.id !== id) return
        open.done = true
        if (open.f === 'get') open.value = value
        state.to = ctx.from
        ctx.cancelTimer('again')
        ctx.persist(state)
      },
    },
    timers: {
      ask(state, ctx) {
        const [f, key] = ctx.about.split(' ') as [string, string]
        const number = state.operations.length + 1
        // Whatever it writes it has never written before, so what is read says who wrote it.
        const value = f === 'get' ? {} : { value: `${ctx.self.toLowerCase()}${number}` }
        state.operations.push({ id: idOf({ client: ctx.self, number }), f, key, ...value, done: false })
        ctx.persist(state)
        ask(state, ctx)
      },
      again(state, ctx) {
        const servers = ctx.nodes('server')
        state.to = servers[(servers.indexOf(state.to) + 1) % servers.length]!
        ask(state, ctx)
      },
    },
    restart(disk, ctx) {
      const state = disk ?? atFirst(ctx)
      if (openOf(state)) ask(state, ctx)
      return state
    },
  }),
  // One thing at a time.
  offers: (state) => (state === null || openOf(state as ClientState) ? [] : CHOICES),
}

export const clientRole: Role = {
  sends: { command: fields({ command: string }) },
  observe: ({ state }) => (state as ClientState | null)?.operations ?? [],
}
