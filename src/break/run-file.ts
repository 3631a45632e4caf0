/** Run file: a run as text, as the page saves it and `readRun` (engine/break/run-file.ts) takes it. */
import { configurationOf } from '../../engine/break/judge.ts'
import { TRACE_VERSION } from '../../engine/trace/trace.ts'
import type { Run } from './runs.ts'

/**
 * An action a line, so that it can be read and compared.
 * @param part of the exercise; left out or null: it has no other
 */
export function runText(exercise: string, actions: Run, part: string | null = null): string {
  const lines = actions.map((action) => `\n    ${JSON.stringify(action)}`)
  const configuration = configurationOf(part === null ? {} : { part })
  return `{
  "version": ${TRACE_VERSION},
  "subject": ${JSON.stringify(exercise)},
  "configuration": ${JSON.stringify(configuration)},
  "actions": [${lines.join(',')}${lines.length > 0 ? '\n  ' : ''}]
}
`
}
