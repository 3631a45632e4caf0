/** Rounds over several instances of Redis: who has a key in how many of them, and how long it took to ask them all. */
import type { NodeId } from '../../../../engine/api.ts'
import { notesOf, processOf } from '../../../../engine/trace/process-parts.ts'
import type { Frame, RunRecord } from '../../../../engine/trace/record.ts'
import { serverViewOf } from '../claims.ts'
import type { Drawn } from './drawing.ts'

type Instances = Extract<Drawn, { kind: 'instances' }>

/** What one instance holds. */
export interface Held {
  readonly server: NodeId
  readonly up: boolean
  readonly paused: boolean
  /** The key's value; null where it is not there. */
  readonly value: string | null
  /** The process whose name the value begins with. */
  readonly owner: NodeId | null
  /** Milliseconds until it expires; null: never. */
  readonly left: number | null
}

/** What the instances hold in a frame. */
export function heldIn(frame: Frame, { servers, key }: Instances): Held[] {
  return servers.map((server) => {
    const node = frame.nodes.find(({ id }) => id === server)
    const view = serverViewOf(node?.state)
    const entry = view?.kind === 'keys' ? view.keys.find((one) => one.key === key) : undefined
    const value = entry?.value ?? null
    const owner =
      frame.nodes.find(({ id, role }) => role === 'client' && (value === id || value?.startsWith(`${id}-`)))
        ?.id ?? null
    return {
      server,
      up: node?.up ?? false,
      paused: node?.paused ?? false,
      value,
      owner,
      left: entry?.left ?? null,
    }
  })
}

/** How many of so many instances are a majority. */
export const majorityOf = (instances: number): number => Math.floor(instances / 2) + 1

/** One round of a process. */
export interface Round {
  readonly node: NodeId
  /** When it began and ended, in milliseconds since the start; it lasts still where `to` is null. */
  readonly from: number
  readonly to: number | null
  /** For how long the lock may be used, from the end of the round; null where the process has not got it. */
  readonly usable: number | null
}

/** The last round of each process that has begun one by a step. */
export function roundsAt(record: RunRecord, step: number, { round, usable }: Instances): Round[] {
  if (round === undefined) return []
  const rounds = new Map<NodeId, Round>()
  for (let at = 0; at <= Math.min(step, record.frames.length - 1); at++) {
    const frame = record.frames[at]!
    const now = frame.now ?? 0
    for (const node of frame.nodes) {
      const process = processOf(node)
      if (process === null) continue
      const notes = notesOf(process)
      const lasts = notes[round] !== undefined
      const known = rounds.get(node.id)
      if (lasts && (known === undefined || known.to !== null))
        rounds.set(node.id, { node: node.id, from: now, to: null, usable: null })
      else if (!lasts && known !== undefined) {
        const noted = usable === undefined ? undefined : notes[usable]
        const to = known.to ?? now
        // What it may use it for is noted as the round ends; that it is over is no reason to forget it.
        rounds.set(node.id, {
          ...known,
          to,
          usable: typeof noted === 'number' ? noted : known.to === null ? null : known.usable,
        })
      }
    }
  }
  return [...rounds.values()]
}

/** The longest time that the key ever has left in an instance in the run: what it was set to expire in. */
export function longestLeft(record: RunRecord, instances: Instances): number {
  return Math.max(
    0,
    ...record.frames.flatMap((frame) => heldIn(frame, instances).map(({ left }) => left ?? 0)),
  )
}
