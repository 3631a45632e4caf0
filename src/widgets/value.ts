/** What of a state stands in a cell of its own: the paths that a table shows. */

/** Objects with at most so many plain values are one cell, such as a proposal `[2, 8]`. */
const CELL_VALUES_MAX = 3

/** The value at a path such as `accepted.n`; undefined where the path leads nowhere. */
export function valueAt(root: unknown, path: string): unknown {
  let value = root
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
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
