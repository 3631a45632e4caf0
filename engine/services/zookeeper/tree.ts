/**
 * The tree of a ZooKeeper server: its nodes, and what the operations that change it do. Watches and sessions are not
 * its business: it says what has happened, and the server tells those who watch.
 * Reference: ZooKeeper 3.8.0, PrepRequestProcessor (which checks come first) and DataTree (what is changed).
 */
import { type HashedSet, add, emptySet, remove } from './hash-order.ts'
import { nameOf, parentOf, serverAccepts, SPECIAL_PATHS } from './paths.ts'
import type { ErrorName, Operation, OperationResult, Stat } from './protocol.ts'
import { CREATE_MODE, OPERATION } from './protocol.ts'

/** One node. */
export interface TreeNode {
  data: string | null
  version: number
  /** The session that the node goes with; empty for a persistent node. */
  owner: string
  /** Names of the children. */
  children: HashedSet
  /** How many children were created here: the number of the next sequential one. See `Counting`. */
  created: number
  czxid?: number
  mzxid?: number
  pzxid?: number
}

export interface Tree {
  nodes: { [path: string]: TreeNode }
  counting: Counting
}

/** Which of the counters that only ever grow the server keeps. */
export interface Counting {
  /** `true`: of every transaction, as the real server does. `'creations'`: of the nodes created. `false`: none. */
  readonly zxid: boolean | 'creations'
  /** Does a node count all children that were created in it, or only from its first sequential child on? */
  readonly cversion: boolean
}

/** Something that those who watch are told of. */
export type Change =
  | { readonly kind: 'created'; readonly path: string }
  | { readonly kind: 'removed'; readonly path: string; readonly owner: string }
  | { readonly kind: 'written'; readonly path: string }

/** What came of an operation: its result and what it changed, or the error. */
export type Outcome =
  { readonly result: OperationResult; readonly change: Change | null } | { readonly error: ErrorName }

/** The tree of a new server. */
export function newTree(counting: Counting): Tree {
  const tree: Tree = { nodes: {}, counting }
  for (const path of SPECIAL_PATHS) tree.nodes[path] = newNode(counting, null, '', 0)
  // The server's own nodes are set up without counting.
  for (const path of SPECIAL_PATHS.slice(1)) add(tree.nodes[parentOf(path)]!.children, nameOf(path))
  for (const path of ['/', '/zookeeper', '/zookeeper/quota']) tree.nodes[path]!.data = ''
  return tree
}

/**
 * Does one operation, or none of it where it fails.
 * @param session who asks: the owner of an ephemeral node
 * @param zxid of the transaction, or of the creation; not used where there are none
 */
export function apply(tree: Tree, operation: Operation, session: string, zxid: number): Outcome {
  switch (operation.op) {
    case 'create':
      return create(tree, operation, session, zxid)
    case 'remove': {
      const { path, version } = operation
      if (SPECIAL_PATHS.includes(path) || path.includes('\0')) return { error: 'BAD_ARGUMENTS' }
      const node = tree.nodes[path]
      if (node === undefined) return { error: 'NO_NODE' }
      if (version !== -1 && version !== node.version) return { error: 'BAD_VERSION' }
      if (node.children.names.length > 0) return { error: 'NOT_EMPTY' }
      return { result: { type: OPERATION.remove }, change: removeNode(tree, path, zxid) }
    }
    case 'setData': {
      const { path, data, version } = operation
      if (!serverAccepts(path)) return { error: 'BAD_ARGUMENTS' }
      const node = tree.nodes[path]
      if (node === undefined) return { error: 'NO_NODE' }
      if (version !== -1 && version !== node.version) return { error: 'BAD_VERSION' }
      node.data = data
      node.version++
      if (tree.counting.zxid === true) node.mzxid = zxid
      const result = { type: OPERATION.setData, stat: statOf(tree, node) }
      return { result, change: { kind: 'written', path } }
    }
    case 'check': {
      const { path, version } = operation
      if (!serverAccepts(path)) return { error: 'BAD_ARGUMENTS' }
      const node = tree.nodes[path]
      if (node === undefined) return { error: 'NO_NODE' }
      if (version !== -1 && version !== node.version) return { error: 'BAD_VERSION' }
      return { result: { type: OPERATION.check }, change: null }
    }
  }
}

function create(
  tree: Tree,
  operation: Extract<Operation, { op: 'create' }>,
  session: string,
  zxid: number,
): Outcome {
  const { mode, data } = operation
  let { path } = operation
  // The real server knows containers and nodes with a time to live, which this client can't ask for by name.
  if (mode === 5 || mode === 6) return { error: 'UNIMPLEMENTED' }
  if (!Number.isInteger(mode) || mode < 0 || mode > 6) return { error: 'BAD_ARGUMENTS' }
  if (path.includes('\0')) return { error: 'BAD_ARGUMENTS' }
  const parent = tree.nodes[parentOf(path)]
  if (parent === undefined) return { error: 'NO_NODE' }
  const sequential = mode === CREATE_MODE.PERSISTENT_SEQUENTIAL || mode === CREATE_MODE.EPHEMERAL_SEQUENTIAL
  const ephemeral = mode === CREATE_MODE.EPHEMERAL || mode === CREATE_MODE.EPHEMERAL_SEQUENTIAL
  if (sequential) path += String(parent.created).padStart(10, '0')
  if (!serverAccepts(path)) return { error: 'BAD_ARGUMENTS' }
  if (tree.nodes[path] !== undefined) return { error: 'NODE_EXISTS' }
  if (parent.owner !== '') return { error: 'NO_CHILDREN_FOR_EPHEMERALS' }
  const { counting } = tree
  if (counting.cversion || sequential || parent.created > 0) parent.created++
  if (counting.zxid === true) parent.pzxid = zxid
  add(parent.children, nameOf(path))
  tree.nodes[path] = newNode(counting, data, ephemeral ? session : '', zxid)
  return { result: { type: OPERATION.create, path }, change: { kind: 'created', path } }
}

/** Removes a node that is there and has no children. */
export function removeNode(tree: Tree, path: string, zxid: number): Change {
  const { owner } = tree.nodes[path]!
  const parent = tree.nodes[parentOf(path)]!
  remove(parent.children, nameOf(path))
  if (tree.counting.zxid === true) parent.pzxid = zxid
  delete tree.nodes[path]
  return { kind: 'removed', path, owner }
}

function newNode({ zxid }: Counting, data: string | null, owner: string, now: number): TreeNode {
  const node: TreeNode = { data, version: 0, owner, children: emptySet(8), created: 0 }
  if (zxid !== false) node.czxid = now
  if (zxid === true) node.mzxid = node.pzxid = now
  return node
}

/** What a client is told about a node. */
export function statOf(tree: Tree, node: TreeNode): Stat {
  const { zxid, cversion } = tree.counting
  const numChildren = node.children.names.length
  const stat = {
    version: node.version,
    aversion: 0,
    ephemeralOwner: node.owner,
    dataLength: bytesOf(node.data ?? ''),
    numChildren,
    ...(zxid !== false && { czxid: node.czxid }),
    ...(zxid === true && { mzxid: node.mzxid, pzxid: node.pzxid }),
    // The server keeps the number of creations; clients are shown that of creations and removals. Reference: DataNode.copyStat.
    ...(cversion && { cversion: 2 * node.created - numChildren }),
  }
  return stat as Stat
}

/** Length of a text in UTF-8; a half of a pair without the other takes three bytes. */
export function bytesOf(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0)!
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}
