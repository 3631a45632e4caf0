/**
 * uncaught: how the processes of an answer ended in a run that failed, or why they did not. An error that nobody caught is no fault,
 * for so it is in Node too, and neither is it to wait for ever; but the learner wants to know at which line.
 */
import type { SystemNode } from './actors/system.ts'
import type { ShownProcess } from './clients/process-node.ts'
import type { ThrownError } from './clients/process-state.ts'
import type { AnyAnswer } from './exercise.ts'
import type { Diagnostic, Words } from './report.ts'
import { processOf } from './trace/process-parts.ts'
import type { RunRecord } from './trace/record.ts'
import { commandLabel } from './trace/wire-label.ts'

/**
 * A warning for each process of the answer that threw, and for each that waits for ever.
 * @param nodes those of the system in which the run was taken
 * @param ends nothing more happens after the run: whoever waits at its end waits for ever
 */
export function endings(
  answer: AnyAnswer,
  nodes: readonly SystemNode[],
  { frames }: RunRecord,
  ends: boolean,
): Diagnostic[] {
  const program = 'program' in answer ? answer.program : null
  return frames.at(-1)!.nodes.flatMap((node, index) => {
    const process = processOf(node)
    if (process === null || program === null || nodes[index]!.probe !== program.probe) return []
    const { ended, stands, never } = process
    if (ended?.kind === 'thrown') {
      const parameters = { node: node.id, error: errorText(ended.error) }
      return [warning(ended.error.stack[0]?.line ?? 0, { code: 'process-threw', parameters })]
    }
    if (ended !== null || !(never || ends)) return []
    return [warning(stands[0]?.line ?? 0, waitingWords(node.id, process))]
  })
}

function waitingWords(node: string, { never, asks: [asked] }: ShownProcess): Words {
  if (never) return { code: 'process-never', parameters: { node } }
  if (asked === undefined) return { code: 'process-unnoticed', parameters: { node } }
  const { service, command } = asked
  return { code: 'process-unanswered', parameters: { node, service, command: commandLabel(command) } }
}

function warning(line: number, words: Words): Diagnostic {
  return { line, column: line > 0 ? 1 : 0, severity: 'warning', words }
}

/** `Error: text`. What was thrown may be no error, and then it has no name. */
export function errorText({ name, message }: ThrownError): string {
  return [name, message].filter((part) => part !== '').join(': ')
}
