/**
 * What the home page shows: the acceptor by two rules, and what the engine finds for each. One check of the chapter on
 * Paxos decides each rule; the page runs it anew in the reader's browser.
 */
import type { System } from '../../engine/actors/system.ts'
import { replay } from '../../engine/drivers/run.ts'
import type { Action } from '../../engine/model.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import { noteBreaks, paxosHolds } from '../course/paxos/acceptor-checks.ts'
import { A, B, C, acceptors, system } from '../course/paxos/systems.ts'
import { type Delivery, follow } from '../course/script.ts'
import type { RuleId } from './rule-ids.ts'

/** The check that decides a rule. */
export const CHECKS = { note: noteBreaks, paxos: paxosHolds } as const

/** The network of both runs: no message is repeated and nobody crashes. Neither is needed to break the note's rule. */
const calm = (rule: RuleId): System => system([A, B, C], acceptors[rule])

/**
 * The run that is shown for a rule. The same messages arrive in the same order for both; what they hold follows from the
 * rule.
 * @param breaking the run that breaks the note's rule
 */
export function shownRun(rule: RuleId, breaking: readonly Action[]): RunRecord {
  const here = calm(rule)
  return replay(here, rule === 'note' ? breaking : follow(here, breaking.map(delivery)))
}

function delivery(action: Action): Delivery {
  if (action.kind !== 'deliver') throw new Error(`the run has a step that is no delivery: ${action.kind}`)
  return [action.message.from, action.message.type, action.to]
}
