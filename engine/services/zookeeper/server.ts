/**
 * A simulated ZooKeeper server: a tree of nodes, sessions that end when they are not heard of, ephemeral nodes that go with
 * them, and watches that fire once. It is one server alone; what an ensemble adds is not modelled.
 * Reference: ZooKeeper 3.8.0 (ZooKeeperServer, SessionTrackerImpl, ExpiryQueue, FinalRequestProcessor, DataTree,
 * WatchManager), compared with the real one by `npm run test:fidelity -- zookeeper`.
 */
import type { Plain } from '../../api.ts'
import { copy } from '../../plain.ts'
import type { ConnectionId, Deadline, Server, ServerContext } from '../service.ts'
import { emptySet, orderOfClone } from './hash-order.ts'
import type {
  Command,
  ErrorName,
  Hello,
  Notice,
  Operation,
  OperationResult,
  Reply,
  SessionKey,
} from './protocol.ts'
import { ERROR, OPERATION, errorOf } from './protocol.ts'
import type { ZooKeeperState } from './state.ts'
import { type Change, type Counting, apply, newTree, removeNode, statOf } from './tree.ts'
import { addWatch, announce, forget, setWatches } from './watches.ts'

export type { ZooKeeperState } from './state.ts'

/** What the simulated server deliberately does not do as a real one does. */
export const NOT_MODELLED: readonly string[] = [
  'It is one server: there is no ensemble, no leader election, no follower that lags behind, and so no need for sync.',
  'Access control lists and authentication: every node is open to everyone. The nodes under /zookeeper are not protected, and there are no quotas.',
  'Containers, nodes with a time to live, persistent and recursive watches, removal of watches, and reconfiguration.',
  'Times of day: a stat has no ctime and no mtime.',
  'The limit of the length of a request: a real server closes the connection past a megabyte.',
  'What waits for a connection when its session expires fails with SESSION_EXPIRED, and so does all that comes after; node-zookeeper-client leaves the first without an answer and says CONNECTION_LOSS to the others. The adapter for the real client does as is done here.',
  'A client that is closed while it is not connected is over at once, and its session ends on the server when it expires.',
  'A password is not a secret: it can be told from the name of the session.',
  'A server that restarts keeps the order of children that share a place in its hash table; a real one may change it.',
  'Where no zxids are counted, a client that has set a watch again while the event of the same watch was on its way may be told of a change that it knows already, when it has lost the connection and is back.',
]

/** How a server is set up. */
export interface ZooKeeperOptions {
  /**
   * Are zxids counted? `true`: for every transaction, as the real server does; no two states are ever equal then. `'creations'`:
   * `czxid` alone, and only creations count: it still grows with each node and serves as a fencing token, and there are as many
   * states as the creations of nodes distinguish. `false`: stats have none. Default: `true`.
   */
  readonly zxid?: boolean | 'creations'
  /**
   * Do nodes count the changes of their children? Without it stats have no `cversion`, and the numbers of sequential nodes start
   * with 0 at the first of a parent, whatever was created there before. Default: `true`.
   */
  readonly cversion?: boolean
  /**
   * Sessions are looked at once in so many milliseconds, so that they live up to that much longer than their timeout, and
   * timeouts are 2 to 20 ticks. 0: neither holds. A real server's is 2000 by default. Default: 0.
   */
  readonly tick?: number
}

/** The timeout of a client that names none, in milliseconds, as node-zookeeper-client has it. */
const TIMEOUT_DEFAULT = 30_000

/** What the names of deadlines begin with; the session's follows. */
const EXPIRE = 'expire '

export const zookeeper: Server<ZooKeeperState, ZooKeeperOptions, Command> = {
  init({ zxid = true, cversion = true, tick = 0 }) {
    const counting: Counting = { zxid, cversion }
    return {
      tree: newTree(counting),
      ...(zxid !== false && { zxid: 0 }),
      tick: { length: tick, passed: 0 },
      sessions: {},
      connections: {},
    }
  },

  connect(state, connection, hello, ctx) {
    // A name may be used again by a client that has lost the connection before the server knows.
    forget(state, connection)
    const { timeout, session: key, watches } = (hello ?? { timeout: TIMEOUT_DEFAULT }) as Partial<Hello>
    const { length } = state.tick
    let granted = timeout ?? TIMEOUT_DEFAULT
    if (length > 0) granted = Math.min(Math.max(granted, 2 * length), 20 * length)
    let id = key?.id
    if (id === undefined) {
      id = freshId(state, connection)
      state.sessions[id] = { timeout: granted, left: 0, connection: null, ephemerals: emptySet() }
      countTransaction(state)
    } else {
      const session = state.sessions[id]
      // The connection that the session had is closed before anything is known of the new one.
      if (session !== undefined && session.connection !== null) hangUp(state, session.connection, ctx)
      if (session === undefined || key!.password !== passwordOf(id)) {
        ctx.notify(connection, { kind: 'expired' } satisfies Notice)
        ctx.close(connection)
        return
      }
      session.timeout = granted
      if (watches !== true) delete session.unfired
    }
    state.sessions[id]!.connection = connection
    state.connections[connection] = { session: id, data: [], child: [] }
    touch(state, id)
    const session: SessionKey = { id, password: passwordOf(id) }
    const notice: Notice = { kind: 'connected', session, timeout: granted }
    ctx.notify(connection, notice as unknown as Plain)
  },

  request(state, connection, request, command, ctx) {
    const open = state.connections[connection]
    // What was on its way when the server closed the connection is lost.
    if (open === undefined) return
    const { session } = open
    touch(state, session)
    const reply = (result: Plain): void => {
      const { zxid } = state
      const value: Reply = state.tree.counting.zxid === true ? { result, zxid: zxid! } : { result }
      ctx.reply(connection, request, { value: value as unknown as Plain })
    }
    const refuse = (name: ErrorName): void =>
      ctx.reply(connection, request, {
        error: errorOf(name, state.tree.counting.zxid === true ? state.zxid : undefined),
      })
    switch (command.op) {
      case 'ping':
        return reply(null)
      case 'close':
        endSession(state, session, ctx)
        reply(null)
        ctx.close(connection)
        return
      case 'setWatches':
        setWatches(state, connection, command, ctx)
        return reply(null)
      case 'exists':
      case 'getData':
      case 'getChildren': {
        const { op, path, watch, again } = command
        const node = state.tree.nodes[path]
        if (op === 'exists' && path.includes('\0')) return refuse('BAD_ARGUMENTS')
        // Only `exists` leaves a watch on a node that is not there.
        if (watch && (node !== undefined || op === 'exists'))
          addWatch(state, connection, op === 'getChildren' ? 'child' : 'data', path, again)
        if (node === undefined) return refuse('NO_NODE')
        const stat = statOf(state.tree, node) as unknown as Plain
        if (op === 'exists') return reply(stat)
        if (op === 'getData') return reply({ data: node.data, stat })
        return reply({ children: [...node.children.names], stat })
      }
      case 'multi':
        return reply(transact(state, command.operations, session, ctx) as unknown as Plain)
      default: {
        const [result] = transact(state, [command], session, ctx)
        if (result!.err !== undefined) return refuse(nameOfError(result!.err))
        return reply((result!.path ?? result!.stat ?? null) as Plain)
      }
    }
  },

  disconnect(state, connection) {
    forget(state, connection)
  },

  elapse(state, milliseconds) {
    for (const session of Object.values(state.sessions)) session.left -= milliseconds
    const { tick } = state
    if (tick.length > 0) tick.passed = (tick.passed + milliseconds) % tick.length
  },

  // No `jump`: sessions are measured by a clock that nobody can set.
  // Reference: ZooKeeper 3.8, SessionTrackerImpl and `Time.currentElapsedTime`, which is `System.nanoTime`.

  deadlines(state) {
    const all = Object.entries(state.sessions).map(([id, { left }]): Deadline => ({
      name: EXPIRE + id,
      left: Math.max(left, 0),
    }))
    // Sessions that expire at the same moment have no order in the real server; here it is that of their names.
    return all.sort((one, other) => one.left - other.left || (one.name < other.name ? -1 : 1))
  },

  due(state, name, ctx) {
    const id = name.slice(EXPIRE.length)
    const connection = state.sessions[id]?.connection
    if (connection === undefined) return
    endSession(state, id, ctx)
    // A client whose session expires while it is connected gets no answer: it learns why when it comes back.
    if (connection !== null) ctx.close(connection)
  },

  unheard: (name) => name.startsWith(EXPIRE),

  restart(state) {
    const restarted = copy(state)
    for (const connection of Object.keys(restarted.connections)) forget(restarted, connection)
    restarted.tick.passed = 0
    // Nobody was heard of while the server was down: every session gets its full time.
    for (const id of Object.keys(restarted.sessions)) touch(restarted, id)
    return restarted
  },
}

/** Does all the operations as one transaction, or none. The results are those of the real server. */
function transact(
  state: ZooKeeperState,
  operations: readonly Operation[],
  session: string,
  ctx: ServerContext,
): OperationResult[] {
  countTransaction(state)
  const { counting } = state.tree
  const before = operations.length > 1 ? copy(state.tree.nodes) : null
  const results: OperationResult[] = []
  const changes: Change[] = []
  let created = 0
  for (const [index, operation] of operations.entries()) {
    const zxid = (state.zxid ?? 0) + (counting.zxid === 'creations' ? created + 1 : 0)
    const outcome = apply(state.tree, operation, session, zxid)
    if ('error' in outcome) {
      if (before !== null) state.tree.nodes = before
      return operations.map((_, other) => ({
        type: OPERATION.error,
        err: other < index ? ERROR.OK : other === index ? ERROR[outcome.error] : ERROR.RUNTIME_INCONSISTENCY,
      }))
    }
    results.push(outcome.result)
    if (outcome.change === null) continue
    if (outcome.change.kind === 'created') created++
    changes.push(outcome.change)
  }
  if (counting.zxid === 'creations') state.zxid! += created
  for (const change of changes) announce(state, change, session, ctx)
  return results
}

function nameOfError(code: number): ErrorName {
  return Object.entries(ERROR).find(([, other]) => other === code)![0] as ErrorName
}

function countTransaction(state: ZooKeeperState): void {
  if (state.tree.counting.zxid === true) state.zxid!++
}

/** Ends a session: its ephemeral nodes go, in the order of the real server, and those who watch them are told. */
function endSession(state: ZooKeeperState, id: string, ctx: ServerContext): void {
  countTransaction(state)
  const { ephemerals, connection } = state.sessions[id]!
  for (const path of orderOfClone(ephemerals))
    announce(state, removeNode(state.tree, path, state.zxid ?? 0), id, ctx)
  delete state.sessions[id]
  if (connection !== null) delete state.connections[connection]
}

/** The server ends a connection. */
function hangUp(state: ZooKeeperState, connection: ConnectionId, ctx: ServerContext): void {
  forget(state, connection)
  ctx.close(connection)
}

/** The session was heard of: its time starts anew. Reference: ExpiryQueue.update. */
function touch(state: ZooKeeperState, id: string): void {
  const session = state.sessions[id]!
  const { length, passed } = state.tick
  session.left = session.timeout
  if (length > 0) session.left = (Math.floor((passed + session.timeout) / length) + 1) * length - passed
}

/** A session is named for the connection that it begins with, so that names stay few; two are never alive with one name. */
function freshId(state: ZooKeeperState, connection: ConnectionId): string {
  let id: string = connection
  for (let number = 2; state.sessions[id] !== undefined; number++) id = `${connection}.${number}`
  return id
}

function passwordOf(id: string): string {
  return `password of ${id}`
}
