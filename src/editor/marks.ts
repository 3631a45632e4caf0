/** Marks: which lines of the learner's file a step ran, and the note that stands beside them. */
import type { RunRecord, StepRecord } from '../../engine/trace/record.ts'

/** `ran`: a line of the step. `here`: the line where the step shows. The other two say how the step ended. */
export type MarkKind = 'ran' | 'here' | 'failure' | 'error'

/** One marked line, counting from 1. */
export interface LineMark {
  readonly line: number
  readonly kind: MarkKind
  /** Stands after the line. */
  readonly note?: string
}

/**
 * The line where a step shows: what it sent or wrote to disk first, or the last line that it ran.
 * @returns 0 where none of the learner's lines ran
 */
export function lineOf(step: StepRecord): number {
  const lines = [...step.sent.map((message) => message.line), ...step.persisted].filter((line) =>
    step.lines.includes(line),
  )
  return lines[0] ?? step.lines.at(-1) ?? 0
}

/**
 * The marks of one step.
 * @param number from 0, the start, which marks nothing
 * @param failure the step that broke a property; 0 for none
 * @param note puts the step into a few words
 */
export function marksOf(
  record: RunRecord,
  number: number,
  failure: number,
  note: (step: StepRecord) => string,
): LineMark[] {
  const step = record.steps[number - 1]
  const here = step ? lineOf(step) : 0
  if (!step || here === 0) return []
  const ran = step.lines.filter((line) => line !== here).map((line) => ({ line, kind: 'ran' as const }))
  return [...ran, { line: here, kind: number === failure ? 'failure' : 'here', note: note(step) }]
}
