/** The tables of states: one a role, a row a node and a column a field, with what the step shown has changed. */
import { valueLabel } from '../../engine/trace/label.ts'
import type { NodeRecord, RunRecord } from '../../engine/trace/record.ts'
import type { Fields } from './figure.ts'
import { cellPaths, valueAt } from './value.ts'

export interface Column {
  readonly path: string
  /** The path without the `disk.` in front. */
  readonly name: string
  readonly disk: boolean
}

export interface Cell {
  readonly now: string
  /** What it was before the step shown; null when that did not change it. */
  readonly before: string | null
}

export interface StateRows {
  readonly role: string
  readonly columns: readonly Column[]
  readonly rows: readonly { readonly node: NodeRecord; readonly cells: readonly Cell[] }[]
}

/** The columns of a role: the fields given, else every field that one of its nodes has at some time in the run. */
export function columnsOf(record: RunRecord, role: string, fields?: Fields): Column[] {
  const paths = new Set(fields?.[role] ?? [])
  if (!fields?.[role]) {
    const roots = record.frames.flatMap((frame) =>
      frame.nodes.filter((node) => node.role === role).map(rootOf),
    )
    for (const root of roots) for (const path of cellPaths(root.state)) paths.add(path)
    for (const root of roots) {
      for (const path of cellPaths(root.disk)) if (!alwaysOnDisk(roots, path)) paths.add(`disk.${path}`)
      if (root.disk !== null && root.disk !== undefined && typeof root.disk !== 'object') paths.add('disk')
    }
    // A field that is an object at some time and none at another is shown by its parts.
    for (const path of [...paths])
      if ([...paths].some((other) => other.startsWith(`${path}.`))) paths.delete(path)
  }
  return [...paths].map((path) => {
    const disk = path === 'disk' || path.startsWith('disk.')
    return { path, disk, name: path === 'disk' ? path : disk ? path.slice('disk.'.length) : path }
  })
}

/** The tables after a step; a role whose nodes have no fields has none. */
export function stateRows(
  record: RunRecord,
  step: number,
  columns: ReadonlyMap<string, readonly Column[]>,
): StateRows[] {
  const frame = record.frames[step]
  const before = record.frames[step - 1]
  return [...columns].flatMap(([role, own]) => {
    if (!frame || own.length === 0) return []
    const rows = frame.nodes.flatMap((node, index) => {
      if (node.role !== role) return []
      const earlier = before?.nodes[index]
      const cells = own.map(({ path }): Cell => {
        const now = text(node, path)
        const was = earlier ? text(earlier, path) : now
        return { now, before: was === now ? null : was }
      })
      return [{ node, cells }]
    })
    return [{ role, columns: own, rows }]
  })
}

function text(node: NodeRecord, path: string): string {
  const { state, disk } = rootOf(node)
  if (path === 'disk') return valueLabel(disk)
  return path.startsWith('disk.')
    ? valueLabel(valueAt(disk, path.slice('disk.'.length)))
    : valueLabel(valueAt(state, path))
}

/** Whether the disk never holds anything else at this path than the state does: a column of its own would say nothing. */
function alwaysOnDisk(roots: readonly { state: unknown; disk: unknown }[], path: string): boolean {
  return roots.every(
    ({ state, disk }) =>
      state === null || disk === null || valueLabel(valueAt(state, path)) === valueLabel(valueAt(disk, path)),
  )
}

function rootOf(node: NodeRecord): { state: unknown; disk: unknown } {
  return { state: node.state, disk: node.disk }
}
