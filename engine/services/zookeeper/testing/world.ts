/**
 * A simulated ZooKeeper server with a link to each of its clients, for tests and for the comparison with a real server: messages
 * arrive at once and in order, unless the link is cut or deaf.
 */
import type { Plain } from '../../../api.ts'
import { zookeeperClient } from '../client.ts'
import type { Stat, ZooKeeper, ZooKeeperLibrary } from '../client.ts'
import type { Command, Hello, Notice } from '../protocol.ts'
import { type ZooKeeperOptions, type ZooKeeperState, zookeeper } from '../server.ts'
import {
  type ClientCommand,
  type Session,
  type SessionContext,
  answered,
  lost,
  newSession,
  noticed,
  open,
  ping,
  request,
  wantsConnection,
} from '../session.ts'
import { statOf } from '../tree.ts'
import { type Answer, type Server, type ServerContext, advance } from '../../service.ts'

/** A promise that goes on at once when it is settled, so that the order of callbacks is that of the messages. */
export class Settled<Result> implements PromiseLike<Result> {
  #outcome: { readonly value: Result } | { readonly error: unknown } | null = null
  #callbacks: (() => void)[] = []

  constructor(run: (resolve: (result: Result) => void, reject: (error: unknown) => void) => void) {
    run(
      (value) => this.#settle({ value }),
      (error) => this.#settle({ error }),
    )
  }

  then<Next = Result, Failed = never>(
    succeeded?: ((value: Result) => Next | PromiseLike<Next>) | null,
    failed?: ((error: unknown) => Failed | PromiseLike<Failed>) | null,
  ): PromiseLike<Next | Failed> {
    return new Settled<Next | Failed>((resolve, reject) => {
      const go = (): void => {
        const outcome = this.#outcome!
        try {
          if ('value' in outcome)
            resolve(succeeded ? (succeeded(outcome.value) as Next) : (outcome.value as unknown as Next))
          else if (failed) resolve(failed(outcome.error) as Failed)
          else reject(outcome.error)
        } catch (error) {
          reject(error)
        }
      }
      if (this.#outcome === null) this.#callbacks.push(go)
      else go()
    })
  }

  #settle(outcome: { readonly value: Result } | { readonly error: unknown }): void {
    if (this.#outcome !== null) return
    this.#outcome = outcome
    for (const callback of this.#callbacks) callback()
    this.#callbacks = []
  }
}

/** Makes a promise that goes on at once, for what expects a promise and only uses `then`. */
export function settled<Result>(
  run: (resolve: (result: Result) => void, reject: (error: unknown) => void) => void,
): Promise<Result> {
  return new Settled(run) as unknown as Promise<Result>
}

interface Party {
  /** The connection's name, which the session that begins with it has as well. */
  readonly name: string
  readonly session: Session
  readonly library: ZooKeeperLibrary
  readonly replies: Map<number, { resolve: (value: Plain) => void; reject: (error: unknown) => void }>
  /** What to say when the connection comes about, while it is held up. */
  hello: Hello | null
  connection: string | null
  deaf: boolean
  connections: number
}

/** A server and its clients. */
export class SimulatedWorld {
  state: ZooKeeperState
  readonly #timeout: number
  readonly #parties: { [client: string]: Party } = {}
  /** Messages of the server that have not arrived yet. */
  #queue: (() => void)[] = []
  #running = false

  /** @param timeout of the clients' sessions, in milliseconds */
  constructor(timeout: number, options: ZooKeeperOptions = {}) {
    this.#timeout = timeout
    this.state = zookeeper.init(options)
  }

  /** A new client, whose connection is held up. */
  open(client: string, name: string): ZooKeeper {
    const session = newSession(this.#timeout)
    const replies: Party['replies'] = new Map()
    const send = (command: ClientCommand): PromiseLike<Plain> =>
      new Settled<Plain>((resolve, reject) => {
        let number = 0
        while (replies.has(number)) number++
        replies.set(number, { resolve, reject })
        request(session, number, command, this.#sessionContext(client))
        this.#run()
      })
    const library = zookeeperClient(send)
    const party: Party = {
      name,
      session,
      library,
      replies,
      hello: open(session),
      connection: null,
      deaf: false,
      connections: 0,
    }
    this.#parties[client] = party
    return library.client
  }

  client(client: string): ZooKeeper {
    return this.#parties[client]!.library.client
  }

  /** The connection comes about. */
  restore(client: string): void {
    const party = this.#parties[client]!
    const connection = party.connections++ === 0 ? party.name : `${party.name}/${party.connections}`
    party.connection = connection
    party.deaf = false
    zookeeper.connect(this.state, connection, party.hello as unknown as Plain, this.#context())
    party.hello = null
    this.#run()
  }

  deafen(client: string): void {
    this.#parties[client]!.deaf = true
  }

  cut(client: string): void {
    const { connection } = this.#parties[client]!
    zookeeper.disconnect(this.state, connection!, this.#context())
    this.#lose(client)
    this.#run()
  }

  /** The session of a client that is away expires. */
  expire(client: string): void {
    const { key } = this.#parties[client]!.session
    zookeeper.due(this.state, `expire ${key!.id}`, this.#context())
    this.#run()
  }

  /** Time passes; nobody is heard of. @param milliseconds how much */
  pass(milliseconds: number): void {
    advance(zookeeper as Server<ZooKeeperState, never, never>, this.state, milliseconds, this.#context())
    this.#run()
  }

  /** A client that is connected says that it is alive. */
  ping(client: string): void {
    ping(this.#parties[client]!.session, this.#sessionContext(client))
    this.#run()
  }

  /** The server crashes and restarts; its clients are cut off. */
  restartServer(): void {
    const connected = Object.keys(this.#parties).filter(
      (client) => this.#parties[client]!.connection !== null,
    )
    this.state = zookeeper.restart(this.state, {})
    for (const client of connected) this.#lose(client)
    this.#run()
  }

  /** The client's side of a session. */
  session(client: string): Session {
    return this.#parties[client]!.session
  }

  /** Somebody else takes up a client's session, and leaves. @returns whether the server has accepted it */
  intrude(client: string, knowsPassword: boolean): boolean {
    const key = this.#parties[client]!.session.key!
    const password = knowsPassword ? key.password : 'a guess'
    const hello: Hello = { timeout: this.#timeout, session: { id: key.id, password }, watches: true }
    zookeeper.connect(this.state, 'intruder', hello as unknown as Plain, this.#context())
    const accepted = this.state.connections.intruder !== undefined
    zookeeper.disconnect(this.state, 'intruder', this.#context())
    this.#run()
    return accepted
  }

  /** A node and everything below it; null without the node. */
  contents(path: string, stat: (stat: Stat) => unknown): unknown {
    const { tree } = this.state
    const node = tree.nodes[path]
    if (node === undefined) return null
    const below = node.children.names.map((child) => [child, this.contents(`${path}/${child}`, stat)])
    return { data: node.data, stat: stat(statOf(tree, node)), below }
  }

  /** Lets messages arrive, until there are none. */
  #run(): void {
    if (this.#running) return
    this.#running = true
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) next()
    this.#running = false
  }

  #lose(client: string): void {
    const party = this.#parties[client]!
    party.connection = null
    lost(party.session, this.#sessionContext(client))
    // The next connection is tried at once.
    if (wantsConnection(party.session)) party.hello = open(party.session)
  }

  #context(): ServerContext {
    const arrive = (connection: string, action: (client: string, party: Party) => void): void => {
      this.#queue.push(() => {
        for (const [client, party] of Object.entries(this.#parties))
          if (party.connection === connection && !party.deaf) action(client, party)
      })
    }
    return {
      reply: (connection, number, answer: Answer) =>
        arrive(connection, (client, { session }) =>
          answered(session, number, answer, this.#sessionContext(client)),
        ),
      notify: (connection, notice) =>
        arrive(connection, (client, { session }) =>
          noticed(session, notice as unknown as Notice, this.#sessionContext(client)),
        ),
      close: (connection) =>
        arrive(connection, (client) => {
          zookeeper.disconnect(this.state, connection, this.#context())
          this.#lose(client)
        }),
      send: () => undefined,
    }
  }

  #sessionContext(client: string): SessionContext {
    return {
      send: (number, command: Command) => {
        const { connection } = this.#parties[client]!
        if (connection !== null) zookeeper.request(this.state, connection, number, command, this.#context())
      },
      answer: (number, answer) => {
        const { replies } = this.#parties[client]!
        const { resolve, reject } = replies.get(number)!
        replies.delete(number)
        if ('value' in answer) resolve(answer.value)
        else reject(answer.error)
      },
      notify: (notice) => this.#parties[client]!.library.notice(notice),
    }
  }
}
