/** Pictures of what servers hold, beside their tables: what stands where. */
import type { NodeId } from '../../../../engine/api.ts'
import type { TreeNodeView, TreeView } from '../../../../engine/services/zookeeper/view.ts'

/** Which picture a figure has. */
export type Drawn =
  /** The tree of a ZooKeeper. */
  | { readonly kind: 'tree'; readonly server: NodeId }
  /** Those who stand in line below a path of a ZooKeeper, and what each of them watches. */
  | { readonly kind: 'queue'; readonly server: NodeId; readonly path: string }
  /** One key in several instances of Redis, who has it in a majority, and the rounds in which they were asked. */
  | {
      readonly kind: 'instances'
      readonly servers: readonly NodeId[]
      readonly key: string
      /** The note that a process has while a round lasts. */
      readonly round?: string
      /** The note that says for how many milliseconds of it the lock may be used. */
      readonly usable?: string
    }

/** A node of a tree that is drawn: where it stands, from 0 to 1 across and by its level down. */
export interface Placed {
  readonly node: TreeNodeView
  readonly x: number
  readonly level: number
}

/** Leaves stand side by side, in the order of the tree, and whoever is above others in the middle of them. */
export function placeTree(nodes: readonly TreeNodeView[]): Placed[] {
  const children = (path: string): TreeNodeView[] =>
    nodes.filter((node) => node.path !== '/' && parentOf(node.path) === path)
  const leaves = nodes.filter(({ path }) => children(path).length === 0)
  const xs = new Map(leaves.map(({ path }, index) => [path, (index + 0.5) / leaves.length]))
  const xOf = (path: string): number => {
    const known = xs.get(path)
    if (known !== undefined) return known
    const below = children(path).map((child) => xOf(child.path))
    const x = (below[0]! + below.at(-1)!) / 2
    xs.set(path, x)
    return x
  }
  return nodes.map((node) => ({ node, x: xOf(node.path), level: node.depth }))
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

/** The ten digits at the end of a sequential node's name; empty where there are none. */
export function digitsOf(name: string): string {
  return /\d{10}$/.exec(name)?.[0] ?? ''
}

/** One who stands in line. */
export interface InLine {
  readonly path: string
  readonly name: string
  readonly digits: string
  /** The session that its node goes with. */
  readonly owner: string | null
  /** The places in the line that it watches; −1 stands for the node above them all, whose children it watches. */
  readonly watches: readonly number[]
}

/** Those who stand in line below a path, the first one first: in the order of their ten digits. */
export function lineBelow(view: TreeView, path: string): InLine[] {
  const above = view.nodes.find((node) => node.path === path)
  const standing = view.nodes
    .filter((node) => parentOf(node.path) === path && digitsOf(node.name) !== '')
    .sort((one, other) => (digitsOf(one.name) < digitsOf(other.name) ? -1 : 1))
  return standing.map(({ path: own, name, owner }) => ({
    path: own,
    name,
    digits: digitsOf(name),
    owner,
    watches:
      owner === null
        ? []
        : [
            ...(above?.childrenWatchedBy.includes(owner) ? [-1] : []),
            ...standing.flatMap(({ watchedBy }, place) => (watchedBy.includes(owner) ? [place] : [])),
          ],
  }))
}
