/** Server rows: what each server of a store shows, as the view of them draws it. Read from what src/course/raft/store.ts shows. */
import type { NodeId } from '../../../engine/api.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import type { Part } from '../cluster/standing.ts'

export interface ServerRow {
  readonly server: NodeId
  readonly up: boolean
  /** Null while it is down. */
  readonly part: Part | null
  readonly term: number
  /** By key, in their order; null for what nobody has put. */
  readonly values: readonly { readonly key: string; readonly value: string | null }[]
  /** `id` is the operation that a place of the log asks for. */
  readonly log: readonly { readonly id: string; readonly term: number; readonly done: boolean }[]
}

interface Entry {
  readonly term: number
  readonly command: string
}
interface Shown {
  readonly role: Part
  readonly term: number
  readonly log: readonly Entry[]
  readonly applied: number
  readonly store: Readonly<Record<string, string>>
}

/** The first word of a command, by which its client knows it; a command that asks for nothing has none. */
export const operationIn = (command: string): string => command.split(' ')[0] || '–'

/** What is on the disk of a server that is down, where it is kept as the course’s server keeps it. */
function onDisk(disk: unknown): { term: number; log: readonly Entry[] } {
  const { currentTerm, log } = (disk ?? {}) as { currentTerm?: unknown; log?: unknown }
  return {
    term: typeof currentTerm === 'number' ? currentTerm : 0,
    log: Array.isArray(log) ? (log as readonly Entry[]) : [],
  }
}

/** @param keys shown also where nothing was put */
export function serverRows({ nodes }: Frame, keys: readonly string[] = ['x', 'y']): ServerRow[] {
  return nodes
    .filter(({ role }) => role === 'server')
    .map(({ id, up, state, disk }) => {
      const shown = state as unknown as Shown | null
      const { term, log } = shown ?? onDisk(disk)
      const store = shown?.store ?? {}
      return {
        server: id,
        up,
        part: shown?.role ?? null,
        term,
        values: shown
          ? [...new Set([...keys, ...Object.keys(store)])].map((key) => ({ key, value: store[key] ?? null }))
          : [],
        log: log.map(({ command, term: of }, place) => ({
          id: operationIn(command),
          term: of,
          done: place < (shown?.applied ?? 0),
        })),
      }
    })
}
