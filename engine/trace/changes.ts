/** What a step changed at a node, as the paths that the views mark. */
import type { Local } from '../actors/execute.ts'
import { canonical } from '../plain.ts'

/** The paths at which two local states differ. A field that is equal on the disk and in memory is named once each. */
export function changes(before: Local, after: Local): string[] {
  const paths: string[] = []
  compare(before.state, after.state, '', paths)
  compare(before.disk, after.disk, 'disk', paths)
  if (before.up !== after.up) paths.push('up')
  if (before.timers.join() !== after.timers.join()) paths.push('timers')
  return paths
}

function compare(before: unknown, after: unknown, path: string, paths: string[]): void {
  if (canonical(before, 'state') === canonical(after, 'state')) return
  if (!isRecord(before) || !isRecord(after)) {
    if (path !== '') paths.push(path)
    else for (const key of Object.keys((before ?? after) as object)) paths.push(key)
    return
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    compare(before[key], after[key], path === '' ? key : `${path}.${key}`, paths)
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
