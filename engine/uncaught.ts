/**
 * uncaught: the errors that nobody caught and with which processes of an answer ended in a run. They are no faults, for so it
 * is in Node too, but the learner wants to know where they were thrown.
 */
import type { SystemNode } from './actors/system.ts'
import type { ThrownError } from './clients/process-state.ts'
import type { AnyAnswer } from './exercise.ts'
import type { Diagnostic, Words } from './report.ts'
import { processOf } from './trace/process-parts.ts'
import type { RunRecord } from './trace/record.ts'

/** @param nodes those of the system in which the run was taken */
export function uncaught(
  answer: AnyAnswer,
  nodes: readonly SystemNode[],
  { frames }: RunRecord,
): Diagnostic[] {
  const program = 'program' in answer ? answer.program : null
  return frames.at(-1)!.nodes.flatMap((node, index) => {
    const ended = processOf(node)?.ended
    if (ended?.kind !== 'thrown' || program === null || nodes[index]!.probe !== program.probe) return []
    const line = ended.error.stack[0]?.line ?? 0
    const parameters = { node: node.id, error: errorText(ended.error) }
    const words: Words = { code: 'process-threw', parameters }
    return [{ line, column: line > 0 ? 1 : 0, severity: 'warning', words }]
  })
}

/** `Error: text`. What was thrown may be no error, and then it has no name. */
export function errorText({ name, message }: ThrownError): string {
  return [name, message].filter((part) => part !== '').join(': ')
}
