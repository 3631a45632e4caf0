/** What the learner's code wrote to the console in a run, step by step: that of handlers, and that of processes, which keep their own. */
import type { NodeId } from '../api.ts'
import type { ConsoleLine } from '../compile/console.ts'
import { nodeIn, processOf } from './process-parts.ts'
import type { RunRecord } from './record.ts'

/** A line, where it was written and when. */
export interface RunOutput extends ConsoleLine {
  /** Step 0: as the nodes started. */
  readonly step: number
  readonly node: NodeId
}

/** What was written in one step, in its order; that of a process has no line of its file. */
export function outputAt(record: RunRecord, step: number): readonly RunOutput[] {
  const frame = record.frames[step]
  if (step === 0) {
    const started = (record.output ?? []).map((line) => ({ ...line, step: 0 }))
    return [...started, ...(frame?.nodes ?? []).flatMap(({ id }) => printed(record, 0, id))]
  }
  const { node, output = [], lines, changed } = record.steps[step - 1]!
  if (node === null) return []
  // A process shows what it wrote last, also in steps in which its code did not run.
  const ran = lines.length > 0 || changed.length > 0
  return [...output.map((line) => ({ ...line, step, node })), ...(ran ? printed(record, step, node) : [])]
}

function printed(record: RunRecord, step: number, node: NodeId): RunOutput[] {
  const log = processOf(nodeIn(record.frames[step], node))?.log ?? []
  return log.map((text) => ({ level: 'log', text, line: 0, step, node }))
}

/** All that was written, in its order. */
export function outputOf(record: RunRecord): readonly RunOutput[] {
  return record.frames.flatMap((_, step) => outputAt(record, step))
}
