/** What the engine found, as a sentence of the page: every number in it comes from the result. */
import { grouped } from '../../engine/text/words.ts'
import { t } from '../text/index.ts'
import type { CheckResult } from './check.ts'

/** The network and the crashes of the checked system, in words. */
function faults(language: string, { check }: CheckResult): string {
  const { network, crashes } = check.system()
  if (crashes !== null) return t(language, 'check.crashes')
  return t(language, network.duplicates === 'unlimited' ? 'check.repeated' : 'check.once')
}

/** How a claim was checked and what came out. */
export function inWords(language: string, result: CheckResult): string {
  const { nodes } = result.check.system()
  const count = (role: string) => nodes.filter((node) => node.role === role).length
  return t(language, `check.${result.check.expect}`, {
    proposers: count('proposer'),
    acceptors: count('acceptor'),
    faults: faults(language, result),
    states: grouped(result.states),
    steps: result.actions.length,
  })
}

/** One number of a result. */
export function numberOf(result: CheckResult, of: 'states' | 'steps' | 'depth'): string {
  return grouped(of === 'steps' ? result.actions.length : result[of])
}

/** The anchor of the figure that replays a check's run. */
export function runAnchor(id: string): string {
  return `run-${id.replace('/', '-')}`
}
