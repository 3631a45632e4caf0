/**
 * Log rows: what each server has in each place of its log, as the log's view draws it. A protocol with a log has a reader
 * here, which knows where that protocol keeps what.
 */
import type { NodeId } from '../../../engine/api.ts'
import type { NodeRecord, RunRecord } from '../../../engine/trace/record.ts'
import type { Part } from '../cluster/standing.ts'

/** How far a place has come at a server, as far as it knows: each goes further than the one before. */
export type Progress = 'empty' | 'accepted' | 'chosen' | 'done'

export interface LogCell {
  readonly place: number
  readonly command: string | null
  /** The number under which it was accepted: a ballot, a term; null where there is none. */
  readonly n: number | null
  readonly progress: Progress
}

export interface LogRow {
  readonly server: NodeId
  readonly up: boolean
  /** The part that it plays, where the protocol names more than who leads; null for none. */
  readonly part: Part | null
  /** The number with which it leads; null where it doesn't. */
  readonly leads: number | null
  /** The largest number that it has promised; 0 for none. */
  readonly promised: number
  /** From place 1 on, as many as `places` says. */
  readonly cells: readonly LogCell[]
}

/** Protocols with a log, by the name that a figure gives. */
export type LogProtocol = 'multi-paxos' | 'raft'

/** What a reader finds at one server. */
interface Read {
  readonly part?: Part
  readonly leads: number | null
  readonly promised: number
  cell(place: number): Omit<LogCell, 'place'>
  /** The last place in which there is something. */
  readonly last: number
}

/** The state and the disk of the server in src/course/paxos/multi-paxos.ts, as far as they are read. */
interface MultiPaxosDisk {
  readonly promised: number
  readonly votes: { readonly [place: string]: { readonly n: number; readonly command: string } }
}
interface MultiPaxosState extends MultiPaxosDisk {
  readonly n: number
  readonly leads: boolean
  readonly chosen: { readonly [place: string]: string }
  readonly done: number
}

/** What src/course/raft/systems.ts and the exercises show of a server, and what of its disk is read while it is down. */
interface RaftShown {
  readonly term: number
  readonly role: Part
  readonly log: readonly { readonly term: number; readonly command: string }[]
  readonly commitIndex: number
  readonly applied: number
}
interface RaftDisk {
  readonly currentTerm?: unknown
  readonly log?: unknown
}

/** In a system of an exercise, what a server shows stands beside what is remembered of it. */
function shownOf(state: NodeRecord['state']): RaftShown | null {
  const { seen, memory } = (state ?? {}) as { seen?: object; memory?: object }
  return (seen ? { ...seen, ...memory } : state) as RaftShown | null
}

/** A server that is down still has its disk; of an answer whose disk is kept otherwise nothing is shown until it is up. */
function onDisk(disk: RaftDisk | null): Pick<RaftShown, 'term' | 'log'> {
  const { currentTerm, log } = disk ?? {}
  return {
    term: typeof currentTerm === 'number' ? currentTerm : 0,
    log: Array.isArray(log) ? (log as RaftShown['log']) : [],
  }
}

const readers: Readonly<Record<LogProtocol, (node: NodeRecord) => Read>> = {
  'multi-paxos': ({ state, disk }) => {
    const known = state as MultiPaxosState | null
    // A server that is down still has its disk.
    const kept = known ?? (disk as MultiPaxosDisk | null) ?? { promised: 0, votes: {} }
    const chosen = known?.chosen ?? {}
    return {
      leads: known?.leads ? known.n : null,
      promised: kept.promised,
      last: Math.max(0, ...[...Object.keys(kept.votes), ...Object.keys(chosen)].map(Number)),
      cell(place) {
        const vote = kept.votes[place]
        const command = chosen[place] ?? vote?.command ?? null
        const n = vote && vote.command === command ? vote.n : null
        if (command === null) return { command, n: null, progress: 'empty' }
        if (chosen[place] === undefined) return { command, n, progress: 'accepted' }
        return { command, n, progress: place <= (known?.done ?? 0) ? 'done' : 'chosen' }
      },
    }
  },
  raft: ({ state, disk }) => {
    const known = shownOf(state)
    const { term, log } = known ?? onDisk(disk as RaftDisk | null)
    return {
      ...(known && { part: known.role }),
      leads: known?.role === 'leader' ? term : null,
      promised: term,
      last: log.length,
      cell(place) {
        const entry = log[place - 1]
        if (!entry) return { command: null, n: null, progress: 'empty' }
        const { command, term: n } = entry
        if (known === null || place > known.commitIndex) return { command, n, progress: 'accepted' }
        return { command, n, progress: place <= known.applied ? 'done' : 'chosen' }
      },
    }
  },
}

const hasLog = ({ role }: NodeRecord): boolean => role === 'server'

/** How many places a view of the whole run needs, so that it keeps its width from step to step. */
export function placesOf(record: RunRecord, protocol: LogProtocol): number {
  const read = readers[protocol]
  return Math.max(
    1,
    ...record.frames.flatMap(({ nodes }) => nodes.filter(hasLog).map((node) => read(node).last)),
  )
}

/** The logs of all servers after a step. */
export function logRows(record: RunRecord, step: number, protocol: LogProtocol, places: number): LogRow[] {
  const { nodes } = record.frames[Math.min(step, record.frames.length - 1)]!
  return nodes.filter(hasLog).map((node) => {
    const { part = null, leads, promised, cell } = readers[protocol](node)
    return {
      server: node.id,
      up: node.up,
      part,
      leads,
      promised,
      cells: Array.from({ length: places }, (_, index) => ({ place: index + 1, ...cell(index + 1) })),
    }
  })
}

/** Whether a cell shows something else than before. */
export function differs(one: LogCell, before: LogCell | undefined): boolean {
  return (
    before !== undefined &&
    (one.command !== before.command || one.n !== before.n || one.progress !== before.progress)
  )
}

/** What stood in a cell and is gone: a leader has put something else there, or the place is empty now. Null for nothing. */
export function overwritten(one: LogCell, before: LogCell | undefined): LogCell | null {
  if (before === undefined || before.command === null) return null
  return before.command === one.command && before.n === one.n ? null : before
}
