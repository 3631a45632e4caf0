/**
 * serverNode: a simulated server as a node of a system. Requests and replies are messages, deadlines are timers, and a crash
 * leaves what the server had on its disk.
 */
import type { Context, NodeId, Plain } from '../api.ts'
import type { AnyNodeDefinition } from '../actors/system.ts'
import { copy } from '../plain.ts'
import type { ConnectionId, Server, ServerContext } from './service.ts'
import { type ToServer, connectionId, nodeOfConnection } from './wire.ts'

/** The state of the node. */
export interface ServerNodeState {
  readonly server: unknown
  /**
   * Connections that are not simply open. `closing`: it was closed from here, and what comes on it is not looked at until the
   * other end has said so too. Closed ones are left out.
   */
  readonly connections: { [connection: ConnectionId]: 'open' | 'closing' }
}

type Messages = Record<string, unknown>
type NodeContext = Context<Messages, unknown>

/** How a server is run as a node. */
export interface ServerNodeOptions {
  /** Does it ever crash? Only then has its disk to be kept. */
  readonly crashes?: boolean
  /** What views and properties see of its state; left out: all of it. */
  readonly show?: (server: never) => object
  /** Connections that are open at the start, with nothing said about the client: a few steps less to look at. */
  readonly opened?: readonly ConnectionId[]
}

/** The prefix of the timers that stand for deadlines. */
const DUE = 'due'

/** A server as a node. @param options as `Server.init` takes them */
export function serverNode<State, Options, Command>(
  server: Server<State, Options, Command>,
  options: Options,
  { crashes = false, show, opened = [] }: ServerNodeOptions = {},
): AnyNodeDefinition {
  const handle = (
    node: ServerNodeState,
    ctx: NodeContext,
    run: (state: State, context: ServerContext) => void,
  ): void => {
    const state = node.server as State
    const before = server.deadlines(state).map(({ name }) => name)
    const outbox: Sending[] = []
    run(state, contextOf(node, outbox))
    // What a server has answered is on its disk.
    keep(node, ctx)
    for (const { to, type, fields } of outbox) ctx.send(to, type, fields)
    setTimers(before, state, ctx)
  }
  const keep = (node: ServerNodeState, ctx: NodeContext): void => {
    if (crashes) ctx.persist(node)
  }
  const setTimers = (before: readonly string[], state: State, ctx: NodeContext): void => {
    const deadlines = server.deadlines(state)
    const names = new Set(deadlines.map(({ name }) => name))
    for (const name of before) if (!names.has(name)) ctx.cancelTimer(`${DUE}:${name}`)
    for (const { name, left } of deadlines) ctx.setTimer(`${DUE}:${name}`, left)
  }
  const each = (node: unknown, disk: unknown, run: (state: State) => void): void => {
    if (node !== null) run((node as ServerNodeState).server as State)
    if (disk !== null) run((disk as ServerNodeState).server as State)
  }
  const { jump } = server

  return {
    costly: true,
    init(ctx: NodeContext): ServerNodeState {
      const node: ServerNodeState = { server: server.init(options), connections: {} }
      for (const connection of opened) node.connections[connection] = 'open'
      handle(node, ctx, (state, context) => {
        for (const connection of opened) server.connect(state, connection, null, context)
      })
      return node
    },
    on: {
      open(node: ServerNodeState, { connection, request, hello }: ToServer['open'], ctx: NodeContext) {
        // What was sent before the other end knew that the connection is gone.
        if (node.connections[connection] !== undefined) return
        node.connections[connection] = 'open'
        handle(node, ctx, (state, context) => {
          server.connect(state, connection, hello, context)
          if (node.connections[connection] === 'open') context.reply(connection, request, { value: null })
        })
      },
      request(
        node: ServerNodeState,
        { connection, request, command }: ToServer['request'],
        ctx: NodeContext,
      ) {
        if (node.connections[connection] !== 'open') return
        handle(node, ctx, (state, context) =>
          server.request(state, connection, request, command as Command, context),
        )
      },
      close(node: ServerNodeState, { connection, lost }: ToServer['close'], ctx: NodeContext) {
        const before = node.connections[connection]
        let link: 'open' | 'closing' | undefined = before
        /** How often this end has to say so. */
        let says = 0
        for (let said = 0; said < (lost?.closes ?? 1); said++) {
          // What is not known here has been answered before a crash, unless it was lost together with its opening.
          if (link === 'open' || (link === undefined && lost !== undefined)) says++
          link = undefined
        }
        // The other end does not know yet that it is over.
        if (lost?.open === true && link !== 'closing') {
          says++
          link = 'closing'
        }
        if (link === undefined) delete node.connections[connection]
        else node.connections[connection] = link
        if (before === 'open')
          handle(node, ctx, (state, context) => server.disconnect(state, connection, context))
        else keep(node, ctx)
        for (let said = 0; said < says; said++)
          ctx.send(nodeOfConnection(connection), 'close', { connection })
      },
      relay(node: ServerNodeState, { message }: { readonly message: Plain }, ctx: NodeContext) {
        handle(node, ctx, (state, context) => server.receive?.(state, ctx.from, message, context))
      },
    },
    timers: {
      [DUE](node: ServerNodeState, ctx: NodeContext) {
        handle(node, ctx, (state, context) => server.due(state, ctx.about, context))
      },
    },
    restart(disk: unknown, ctx: NodeContext): ServerNodeState {
      // A hand may crash a server that was not meant to: it has kept nothing, and comes back empty.
      const { server: kept, connections } = (disk ?? {
        server: server.init(options),
        connections: {},
      }) as ServerNodeState
      const state = server.restart(kept as State, options)
      const node: ServerNodeState = { server: state, connections: {} }
      // What was sent on them before the crash was noticed is not looked at.
      for (const connection of Object.keys(connections)) node.connections[connection] = 'closing'
      keep(node, ctx)
      setTimers([], state, ctx)
      return node
    },
    // The operating system closes the connections of a server that is gone.
    crash(node: unknown, ctx: NodeContext) {
      for (const [connection, link] of Object.entries((node as ServerNodeState).connections))
        if (link === 'open') ctx.send(nodeOfConnection(connection), 'close', { connection })
    },
    show: (node: unknown) => {
      const { server: state } = node as ServerNodeState
      return show ? show(copy(state) as never) : (state as object)
    },
    elapse(node: unknown, disk: unknown, milliseconds: number, backMax: number) {
      each(node, disk, (state) => server.elapse(state, milliseconds, backMax))
    },
    ...(server.unheard && {
      hastens: (timer: string) => timer.startsWith(`${DUE}:`) && server.unheard!(timer.slice(DUE.length + 1)),
    }),
    ...(jump && {
      jump(node: unknown, disk: unknown, milliseconds: number, backMax: number) {
        each(node, disk, (state) => jump.call(server, state, milliseconds, backMax))
        if (node === null) return null
        const deadlines = server.deadlines((node as ServerNodeState).server as State)
        return new Map(deadlines.map(({ name, left }) => [`${DUE}:${name}`, left]))
      },
    }),
  }
}

/** A message that is to be sent. */
interface Sending {
  readonly to: NodeId
  readonly type: string
  readonly fields: object
}

/** What a server may do, as messages of its node. What goes to a connection that is gone is not sent. */
function contextOf(node: ServerNodeState, outbox: Sending[]): ServerContext {
  const { connections } = node
  const send = (connection: ConnectionId, type: string, fields: object): void => {
    if (connections[connection] === 'open')
      outbox.push({ to: nodeOfConnection(connection), type, fields: { connection, ...fields } })
  }
  return {
    reply: (connection, request, answer) => send(connection, 'reply', { request, answer }),
    notify: (connection, notice) => send(connection, 'notice', { notice }),
    close(connection) {
      send(connection, 'close', {})
      if (connections[connection] === 'open') connections[connection] = 'closing'
    },
    send: (to, message) => outbox.push({ to, type: 'relay', fields: { message } }),
  }
}

/** The connections of some processes to one server. @param names of each process's connections */
export function connectionsOf(processes: readonly string[], names: readonly string[] = ['']): ConnectionId[] {
  return processes.flatMap((process) => names.map((name) => connectionId(process, name)))
}
