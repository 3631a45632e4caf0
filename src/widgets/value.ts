/** What of a state stands in a cell of its own: the paths that a table shows. */

/** Objects with at most so many plain values are one cell, such as a proposal `[2, 8]`. */
const CELL_VALUES_MAX = 3

/** The value at a path such as `accepted.n`; undefined where the path leads nowhere. A key may have dots of its own. */
export function valueAt(root: unknown, path: string): unknown {
  if (typeof root !== 'object' || root === null) return undefined
  const record = root as Record<string, unknown>
  if (Object.hasOwn(record, path)) return record[path]
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const key = path.slice(0, dot)
    const value = Object.hasOwn(record, key) ? valueAt(record[key], path.slice(dot + 1)) : undefined
    if (value !== undefined) return value
  }
  return undefined
}

/** The paths of the cells that a value needs, in the order of its keys; none for what is no object. */
export function cellPaths(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([key, part]) => {
    const path = prefix + key
    return isCell(part) ? [path] : cellPaths(part, `${path}.`)
  })
}

/** Whether a value fits one cell. An empty object does: it has no cells of its own. */
function isCell(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return true
  const parts = Object.values(value)
  return parts.length <= CELL_VALUES_MAX && parts.every((part) => typeof part !== 'object' || part === null)
}
