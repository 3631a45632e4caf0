/** What the views show of a ZooKeeper server: its tree, whose nodes are whose, and who watches what. */
import { nameOf, parentOf } from './paths.ts'
import type { ZooKeeperState } from './state.ts'

export interface TreeNodeView {
  readonly path: string
  readonly name: string
  /** How many nodes are above it. */
  readonly depth: number
  readonly data: string | null
  readonly version: number
  /** The session that it goes with; null for a persistent node. */
  readonly owner: string | null
  /** Sessions that will be told when it is created, changed or removed, and those that will be told of its children. */
  readonly watchedBy: readonly string[]
  readonly childrenWatchedBy: readonly string[]
}

export interface TreeView {
  readonly kind: 'tree'
  /** Each node before those below it, children by their names. The server's own nodes are left out. */
  readonly nodes: readonly TreeNodeView[]
  readonly sessions: readonly {
    readonly id: string
    readonly connected: boolean
    /** Milliseconds; `left` counts down while nothing is heard of the client. */
    readonly timeout: number
    readonly left: number
  }[]
  /** Paths where nothing is, and whose creation someone waits for. */
  readonly awaited: readonly { readonly path: string; readonly watchedBy: readonly string[] }[]
}

const OWN = '/zookeeper'

/** For `ServerNodeOptions.show`. */
export function treeView(state: ZooKeeperState): TreeView {
  const { nodes } = state.tree
  const watches = { data: new Map<string, string[]>(), child: new Map<string, string[]>() }
  for (const open of Object.values(state.connections)) {
    for (const kind of ['data', 'child'] as const)
      for (const path of open[kind])
        watches[kind].set(path, [...(watches[kind].get(path) ?? []), open.session].sort())
  }
  const watching = (kind: 'data' | 'child', path: string): string[] => watches[kind].get(path) ?? []
  const paths = Object.keys(nodes).filter((path) => path !== OWN && !path.startsWith(`${OWN}/`))
  const sorted = paths.sort((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1))
  const watched = Object.values(state.connections).flatMap(({ data }) => data)
  const awaited = [...new Set(watched)].filter((path) => nodes[path] === undefined).sort()
  return {
    kind: 'tree',
    nodes: sorted.map((path) => {
      const { data, version, owner } = nodes[path]!
      return {
        path,
        name: path === '/' ? '/' : nameOf(path),
        depth: depthOf(path),
        data: data === '' ? null : data,
        version,
        owner: owner === '' ? null : owner,
        watchedBy: watching('data', path),
        childrenWatchedBy: watching('child', path),
      }
    }),
    sessions: Object.entries(state.sessions)
      .map(([id, { connection, timeout, left }]) => ({ id, connected: connection !== null, timeout, left }))
      .sort((one, other) => (one.id < other.id ? -1 : 1)),
    awaited: awaited.map((path) => ({ path, watchedBy: watching('data', path) })),
  }
}

/** Paths in the order of the tree: a slash comes before whatever a name may hold. */
function sortKey(path: string): string {
  return path.replaceAll('/', '\0')
}

function depthOf(path: string): number {
  return path === '/' ? 0 : 1 + depthOf(parentOf(path))
}
