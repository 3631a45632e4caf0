/**
 * Watches: a client that reads may ask to be told, once, of the next change. They belong to the connection and not to the
 * session, so that a client that was away sets them again, and is told at once of what it has missed.
 * Reference: ZooKeeper 3.8.0, DataTree (which change fires which watches) and WatchManager.
 */
import type { ConnectionId, ServerContext } from '../service.ts'
import { add, remove } from './hash-order.ts'
import { parentOf } from './paths.ts'
import type { Command, Notice } from './protocol.ts'
import { EVENT } from './protocol.ts'
import type { ConnectionState, Watches, ZooKeeperState } from './state.ts'
import type { Change } from './tree.ts'

/** Keeps the lists of ephemeral nodes, and tells those who watch. Reference: DataTree.createNode, deleteNode, setData. */
export function announce(state: ZooKeeperState, change: Change, session: string, ctx: ServerContext): void {
  const { path } = change
  const parent = parentOf(path)
  switch (change.kind) {
    case 'created':
      if (state.tree.nodes[path]?.owner) add(state.sessions[session]!.ephemerals, path)
      fire(state, 'data', path, EVENT.NODE_CREATED, ctx)
      fire(state, 'child', parent, EVENT.NODE_CHILDREN_CHANGED, ctx)
      return
    case 'written':
      fire(state, 'data', path, EVENT.NODE_DATA_CHANGED, ctx)
      return
    case 'removed': {
      const owner = state.sessions[change.owner]
      if (owner !== undefined) remove(owner.ephemerals, path)
      const told = fire(state, 'data', path, EVENT.NODE_DELETED, ctx)
      // A client that watches the data and the children of a node hears of its end once.
      fire(state, 'child', path, EVENT.NODE_DELETED, ctx, told)
      fire(state, 'child', parent, EVENT.NODE_CHILDREN_CHANGED, ctx)
    }
  }
}

/** A client wants to be told of the next change. @param again it believes that it is to be told already */
export function addWatch(
  state: ZooKeeperState,
  connection: ConnectionId,
  kind: keyof Watches,
  path: string,
  again = false,
): void {
  const open = state.connections[connection]!
  const { unfired } = state.sessions[open.session]!
  const isSet = open[kind].includes(path)
  if (!isSet) open[kind] = [...open[kind], path].sort()
  if (again && !isSet && !(unfired?.[kind].includes(path) ?? false)) {
    const { data, child } = open.crossed ?? { data: [], child: [] }
    open.crossed = { data, child, [kind]: union((open.crossed ?? { data, child })[kind], [path]) }
  } else if (!again) uncross(open, kind, path)
}

/** The client knows by now. */
function uncross(open: ConnectionState, kind: keyof Watches, path: string): void {
  if (open.crossed === undefined) return
  open.crossed[kind] = without(open.crossed[kind], path)
  if (open.crossed.data.length + open.crossed.child.length === 0) delete open.crossed
}

/** A connection is gone, and its watches with it. The session lives on. */
export function forget(state: ZooKeeperState, connection: ConnectionId): void {
  const open = state.connections[connection]
  if (open === undefined) return
  delete state.connections[connection]
  const session = state.sessions[open.session]!
  session.connection = null
  if (state.tree.counting.zxid === true) return
  const before = session.unfired ?? { data: [], child: [] }
  const left = (kind: keyof Watches): string[] =>
    union(before[kind], open[kind]).filter((path) => !(open.crossed?.[kind].includes(path) ?? false))
  session.unfired = { data: left('data'), child: left('child') }
}

/**
 * Fires the watches of one kind on one path: each is told once and is gone.
 * @param told connections that know already @returns those that had such a watch
 */
function fire(
  state: ZooKeeperState,
  kind: keyof Watches,
  path: string,
  type: number,
  ctx: ServerContext,
  told: readonly ConnectionId[] = [],
): ConnectionId[] {
  for (const { unfired } of Object.values(state.sessions))
    if (unfired !== undefined) unfired[kind] = without(unfired[kind], path)
  const watching = Object.keys(state.connections)
    .sort()
    .filter((connection) => state.connections[connection]![kind].includes(path))
  for (const connection of watching) {
    const open = state.connections[connection]!
    open[kind] = without(open[kind], path)
    if (!told.includes(connection)) notifyEvent(connection, type, path, ctx)
  }
  return watching
}

function notifyEvent(connection: ConnectionId, type: number, path: string, ctx: ServerContext): void {
  ctx.notify(connection, { kind: 'event', type, path } satisfies Notice)
}

/** Sets watches again, or says at once what they would have said. Reference: DataTree.setWatches. */
export function setWatches(
  state: ZooKeeperState,
  connection: ConnectionId,
  command: Extract<Command, { op: 'setWatches' }>,
  ctx: ServerContext,
): void {
  const session = state.sessions[state.connections[connection]!.session]!
  const { nodes } = state.tree
  const since = command.zxid ?? 0
  const changed = (kind: keyof Watches, path: string, zxid: number | undefined): boolean =>
    zxid === undefined ? !(session.unfired?.[kind].includes(path) ?? false) : zxid > since
  for (const path of command.data) {
    const node = nodes[path]
    if (node === undefined) notifyEvent(connection, EVENT.NODE_DELETED, path, ctx)
    else if (changed('data', path, node.mzxid)) notifyEvent(connection, EVENT.NODE_DATA_CHANGED, path, ctx)
    else addWatch(state, connection, 'data', path)
  }
  for (const path of command.exist) {
    if (nodes[path] !== undefined) notifyEvent(connection, EVENT.NODE_CREATED, path, ctx)
    else addWatch(state, connection, 'data', path)
  }
  for (const path of command.child) {
    const node = nodes[path]
    if (node === undefined) notifyEvent(connection, EVENT.NODE_DELETED, path, ctx)
    else if (changed('child', path, node.pzxid))
      notifyEvent(connection, EVENT.NODE_CHILDREN_CHANGED, path, ctx)
    else addWatch(state, connection, 'child', path)
  }
  delete session.unfired
}

function without(paths: string[], path: string): string[] {
  return paths.filter((other) => other !== path)
}

function union(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])].sort()
}
