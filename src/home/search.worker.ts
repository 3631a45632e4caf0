/**
 * The checker in a worker of the home page's own, so that the search never holds the page up. It runs the course's protocol
 * and no learner's code, so it needs no sandbox.
 */
import { expose } from 'comlink'
import type { Violation } from '../../engine/actors/system.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import { deciding } from '../course/explored.ts'
import type { RuleId } from './rule-ids.ts'
import { CHECKS, shownRun } from './rules.ts'

/** Progress is told at most so often, in milliseconds. */
const PROGRESS_MS = 40

/** What came of a search. */
export interface Searched {
  readonly states: number
  readonly depth: number
  readonly milliseconds: number
  /** The run that breaks the rule, worked out, and what broke; null where every interleaving holds. */
  readonly broken: { readonly record: RunRecord; readonly violation: Violation } | null
}

const worker = {
  /** @param tell hears how many states were seen so far */
  search(rule: RuleId, tell: (states: number) => void): Searched {
    const began = performance.now()
    const search = deciding(CHECKS[rule])
    let told = began
    let next = search.next()
    for (; !next.done; next = search.next()) {
      if (performance.now() - told < PROGRESS_MS) continue
      tell(next.value.states)
      told = performance.now()
    }
    const { states, depth, actions, violation } = next.value
    const milliseconds = performance.now() - began
    const broken = actions.length === 0 ? null : { record: shownRun(rule, actions), violation }
    return { states, depth, milliseconds, broken }
  },
}

export type SearchWorker = typeof worker

expose(worker)
