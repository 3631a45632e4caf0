/**
 * What a run of processes and servers shows beside messages: who holds the lock as its server sees it, who believes that it holds
 * it, and when a resource was used. Declared as data, so that a page can hand it to an island.
 */
import type { NodeId } from '../../../engine/api.ts'
import type { DatabaseView } from '../../../engine/services/database/view.ts'
import type { QueueView } from '../../../engine/services/queue/view.ts'
import type { RedisView } from '../../../engine/services/redis/view.ts'
import { nodeOfConnection } from '../../../engine/services/wire.ts'
import type { TreeView } from '../../../engine/services/zookeeper/view.ts'
import { notesOf, processOf } from '../../../engine/trace/process-parts.ts'
import type { Frame, RunRecord } from '../../../engine/trace/record.ts'
import { wireKind } from '../../../engine/trace/wire-kind.ts'
import { commandLabel } from '../../../engine/trace/wire-label.ts'

/** What a server shows of itself: one of the kinds for which there is a view. */
export type ServerView = RedisView | DatabaseView | TreeView | QueueView

/** Where the server says whose the lock is. */
export type Lock =
  /** The value of a key begins with the name of a node. */
  | { readonly kind: 'key'; readonly server: NodeId; readonly key: string }
  /** The value of a key begins with the name of a node, in more than half of several servers. */
  | { readonly kind: 'majority'; readonly servers: readonly NodeId[]; readonly key: string }
  /** The locks of the rows of a table. */
  | { readonly kind: 'row'; readonly server: NodeId; readonly table: string }
  /** The first of the sequential nodes below a path. */
  | { readonly kind: 'first'; readonly server: NodeId; readonly path: string }
  /** The consumer whose share a partition is. */
  | {
      readonly kind: 'partition'
      readonly server: NodeId
      readonly topic: string
      readonly partition: number
    }

export interface LaneSpec {
  readonly lock?: Lock
  /** The note by which a process says that it believes to hold the lock. */
  readonly note?: string
  /** What is to be used only with the lock: the requests to this server, and of them those whose text holds this word. */
  readonly resource?: { readonly server: NodeId; readonly word?: string }
}

/** What a server shows; null where the node is down, or is no server with a view. */
export function serverViewOf(state: unknown): ServerView | null {
  const kind = (state as { readonly kind?: unknown } | null)?.kind
  return ['keys', 'tables', 'tree', 'partitions'].includes(String(kind)) ? (state as ServerView) : null
}

/** The nodes that hold the lock, as the server sees it. */
export function holdersIn(frame: Frame, lock: Lock): NodeId[] {
  if (lock.kind === 'majority') {
    const holders = lock.servers.flatMap((server) => holdersIn(frame, { kind: 'key', server, key: lock.key }))
    return unique(holders).filter(
      (id) => 2 * holders.filter((holder) => holder === id).length > lock.servers.length,
    )
  }
  const view = serverViewOf(frame.nodes.find(({ id }) => id === lock.server)?.state)
  if (view === null) return []
  if (lock.kind === 'key' && view.kind === 'keys') {
    const value = view.keys.find(({ key }) => key === lock.key)?.value
    return frame.nodes.map(({ id }) => id).filter((id) => value === id || value?.startsWith(`${id}-`))
  }
  if (lock.kind === 'row' && view.kind === 'tables') {
    const rows = view.tables.find(({ name }) => name === lock.table)?.rows ?? []
    return unique(rows.flatMap(({ lockedBy }) => (lockedBy === null ? [] : [nodeOfConnection(lockedBy)])))
  }
  if (lock.kind === 'first' && view.kind === 'tree') {
    const depth = lock.path.split('/').length
    const first = view.nodes.find((node) => node.path.startsWith(`${lock.path}/`) && node.depth === depth)
    return first?.owner == null ? [] : [nodeOfSession(first.owner)]
  }
  if (lock.kind === 'partition' && view.kind === 'partitions') {
    const found = view.partitions.find((one) => one.topic === lock.topic && one.partition === lock.partition)
    const readers = found?.readers ?? []
    return unique(readers.flatMap(({ consumer }) => (consumer === null ? [] : [nodeOfConnection(consumer)])))
  }
  return []
}

/** The process whose session it is: a session goes by the connection that it began with, a second one by a number as well. */
export function nodeOfSession(session: string): NodeId {
  return nodeOfConnection(session).replace(/\.\d+$/, '')
}

/**
 * `holds`: the server says so. `believes`: the process says so, and it is true. `mistaken`: the process says so, and the server
 * does not.
 */
export type ClaimKind = 'holds' | 'believes' | 'mistaken'

/** A stretch of a process's lane, from the step at which it begins to the one that ends it, or to the last. */
export interface ClaimStretch {
  readonly node: NodeId
  readonly kind: ClaimKind
  readonly from: number
  readonly to: number
  /** It goes on past the end of the run. */
  readonly open: boolean
}

/** Who holds the lock, and who believes it, in the course of a run. */
export function claimsOf(record: RunRecord, { lock, note }: LaneSpec): ClaimStretch[] {
  const kinds = record.frames.map((frame) => {
    const holders = lock ? holdersIn(frame, lock) : []
    return frame.nodes.map((node): readonly ClaimKind[] => {
      const holds = holders.includes(node.id)
      const believes = note !== undefined && Boolean(notesOf(processOf(node))[note])
      const belief: ClaimKind[] = believes ? [lock === undefined || holds ? 'believes' : 'mistaken'] : []
      return holds ? ['holds', ...belief] : belief
    })
  })
  const last = record.frames.length - 1
  return (record.frames[0]?.nodes ?? []).flatMap(({ id }, index) =>
    (['holds', 'believes', 'mistaken'] as const).flatMap((kind) => {
      const found: ClaimStretch[] = []
      let from = -1
      for (let step = 0; step <= last + 1; step++) {
        const is = kinds[step]?.[index]?.includes(kind) ?? false
        if (is && from < 0) from = step
        if (is || from < 0) continue
        found.push({ node: id, kind, from, to: Math.min(step, last), open: step > last })
        from = -1
      }
      return found
    }),
  )
}

/** A use of the resource. */
export interface Access {
  readonly step: number
  readonly server: NodeId
  /** Who asked for it. */
  readonly by: NodeId
  /** It was answered with an error, or changed no row that it was to change. */
  readonly rejected: boolean
}

/** The uses of the resource in a run, at the steps in which the server carries them out. */
export function accessesOf(record: RunRecord, { resource }: LaneSpec): Access[] {
  if (resource === undefined) return []
  return record.steps.flatMap(({ number, action, node, received, sent }) => {
    if (action.kind !== 'deliver' || node !== resource.server || received === null) return []
    if (wireKind(received) !== 'request') return []
    const { command } = received.fields as { readonly command: unknown }
    const { word } = resource
    if (
      word !== undefined &&
      !commandLabel(command)
        .split(/[^\w/]+/)
        .includes(word)
    )
      return []
    const answer = sent.find((message) => wireKind(message) === 'reply' && message.to === received.from)
    return [
      { step: number, server: node, by: received.from, rejected: answer ? isRefusal(answer.fields) : false },
    ]
  })
}

function isRefusal(fields: unknown): boolean {
  const { answer } = fields as { readonly answer: { readonly error?: unknown; readonly value?: unknown } }
  if (answer.error !== undefined) return true
  const value = answer.value as { readonly command?: unknown; readonly rowCount?: unknown } | null | undefined
  return ['UPDATE', 'DELETE'].includes(String(value?.command)) && value?.rowCount === 0
}

function unique<T>(list: readonly T[]): T[] {
  return [...new Set(list)]
}
