/** What explains a failing run: the steps that it rests on. */
import type { CheckReport } from '../report.ts'
import { pastOfAction } from './find-message.ts'
import { failurePast } from './record.ts'

/**
 * The steps that led to the end of a failing run: the causal past of what went wrong. Null where nothing went wrong, and
 * where a run came to a standstill: what was left undone has no past, so every step counts.
 */
export function decisiveSteps(
  check: Pick<CheckReport, 'verdict' | 'kind' | 'record' | 'trace'>,
): ReadonlySet<number> | null {
  const { verdict, kind, record, trace } = check
  if (record === null) return null
  if (verdict === 'failed') return kind === 'always' ? failurePast(record) : null
  const last = trace?.actions.at(-1)
  // The action that could not be carried out is the last of the trace, and not in the record.
  return verdict === 'error' && last ? pastOfAction(record, last) : null
}

/** The numbers of the steps that played no part, ascending. */
export function idleSteps(
  check: Pick<CheckReport, 'verdict' | 'kind' | 'record' | 'trace'>,
): readonly number[] {
  const decisive = decisiveSteps(check)
  if (decisive === null) return []
  return check.record!.steps.map(({ number }) => number).filter((number) => !decisive.has(number))
}
