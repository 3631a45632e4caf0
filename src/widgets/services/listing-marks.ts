/** What the listing beside a run shows at a step: the lines that ran in it, and at which line each process stands. */
import type { NodeId } from '../../../engine/api.ts'
import { processOf } from '../../../engine/trace/process-parts.ts'
import type { RunRecord } from '../../../engine/trace/record.ts'

export interface ListingMarks {
  /** Lines that the step ran, in the file's count. */
  readonly ran: ReadonlySet<number>
  /** By line, the processes that wait there for what they asked or for the end of a sleep. */
  readonly waits: ReadonlyMap<number, readonly NodeId[]>
}

/** The marks after a step; 0 is the start. */
export function listingMarks(record: RunRecord, number: number): ListingMarks {
  const waits = new Map<number, NodeId[]>()
  for (const node of record.frames[number]?.nodes ?? []) {
    const process = processOf(node)
    if (process === null || process.ended !== null) continue
    // Of a process that is at an `await` of the file it is known; one that waits elsewhere was last where it asked or ran.
    const line = process.stands[0]?.line || standsAt(record, number, node.id)
    if (line > 0) waits.set(line, [...(waits.get(line) ?? []), node.id])
  }
  return { ran: new Set(record.steps[number - 1]?.lines ?? []), waits }
}

/** The line at which a process stands after a step: that of its last request, else the last that ran; 0: unknown. */
function standsAt(record: RunRecord, number: number, id: NodeId): number {
  for (let at = number; at > 0; at--) {
    const step = record.steps[at - 1]!
    if (step.node !== id || step.lines.length === 0) continue
    return step.sent.filter(({ from }) => from === id).at(-1)?.line || step.lines.at(-1)!
  }
  return record.started.filter(({ from }) => from === id).at(-1)?.line ?? 0
}
