/** Run file: a run as text, as the page saves it and `readRun` (engine/break/run-file.ts) takes it. */
import { CONFIGURATION } from '../../engine/break/judge.ts'
import { TRACE_VERSION } from '../../engine/trace/trace.ts'
import type { Run } from './runs.ts'

/** An action a line, so that it can be read and compared. */
export function runText(exercise: string, actions: Run): string {
  const lines = actions.map((action) => `\n    ${JSON.stringify(action)}`)
  return `{
  "version": ${TRACE_VERSION},
  "subject": ${JSON.stringify(exercise)},
  "configuration": ${JSON.stringify(CONFIGURATION)},
  "actions": [${lines.join(',')}${lines.length > 0 ? '\n  ' : ''}]
}
`
}
