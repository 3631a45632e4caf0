/**
 * Paths of ZooKeeper's tree, and the two checks on them: the server's and the client library's, which differ.
 */

/** The path of the node's parent; the root's parent is itself. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

/** The last part of the path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Nodes that every server has and nobody can remove. Reference: ZooKeeper 3.8.0, DataTree.isSpecialPath. */
export const SPECIAL_PATHS: readonly string[] = ['/', '/zookeeper', '/zookeeper/config', '/zookeeper/quota']

/** Does the server accept the path? Reference: ZooKeeper 3.8.0, PathUtils.validatePath. */
export function serverAccepts(path: string): boolean {
  return wrongWithPath(path) === null && !OUTLAWED.test(path)
}

/** Control characters, and the ranges of UTF-16 that are no characters by themselves. */
// eslint-disable-next-line no-control-regex
const OUTLAWED = /[\u0000-\u001f\u007f-\u009f\ud800-\uf8ff\ufff0-\uffff]/

/**
 * What the client library finds wrong with a path, in its own words, or null.
 * Reference: node-zookeeper-client 1.1.3, lib/Path.js.
 */
export function wrongWithPath(path: unknown): string | null {
  if (typeof path !== 'string' || path === '') return 'Node path must be a non-empty string.'
  if (!path.startsWith('/')) return 'Node path must start with / character.'
  if (path === '/') return null
  if (path.endsWith('/')) return 'Node path must not end with / character.'
  if (path.includes('//')) return 'Node path must not contain empty node name.'
  if (/\/\.\.?(\/|$)/.test(path)) return 'Node path must not contain relative path(s).'
  return null
}
