/** What the engine found, as a sentence of the page: every number in it comes from the result. */
import type { System } from '../../engine/actors/system.ts'
import { grouped } from '../../engine/text/words.ts'
import { t } from '../text/index.ts'
import { say } from './say.ts'
import type { CheckResult, Counted, Found, Played } from './check.ts'

/** The network and the crashes of the checked system, in words. */
function faults(language: string, { network, crashes, nodes }: System): string {
  const repeats = network.duplicates === 'unlimited'
  if (crashes === null) return t(language, repeats ? 'check.repeated' : 'check.once')
  if (crashes.roles.includes('server')) return t(language, 'check.server-crashes', { crashes: crashes.limit })
  if (!repeats) return t(language, 'check.crashes-once')
  const active = nodes.map(({ role }) => role).filter((role) => role !== 'learner')
  const all = active.every((role) => crashes.roles.includes(role))
  if (all) return t(language, 'check.all-crash')
  return t(language, crashes.roles.includes('acceptor') ? 'check.crashes' : 'check.proposers-crash')
}

/** The nodes and the faults of the checked system, in words. */
function inSystem(language: string, of: System): string {
  const servers = of.nodes.filter(({ role }) => role === 'server').length
  const conditions = { faults: faults(language, of) }
  return servers > 0
    ? t(language, 'check.servers', { servers, ...conditions })
    : t(language, 'check.system', { ...counted(language, of), ...conditions })
}

/** So many proposers and acceptors. */
function counted(language: string, { nodes }: System): { proposers: string; acceptors: string } {
  const count = (role: string): number => nodes.filter((node) => node.role === role).length
  const several = (role: 'proposer' | 'acceptor', number: number): string =>
    t(language, number === 1 ? `check.${role}` : `check.${role}s`, { count: number })
  return {
    proposers: several('proposer', count('proposer')),
    acceptors: several('acceptor', count('acceptor')),
  }
}

/** How a claim was checked and what came out. */
export function inWords(language: string, result: CheckResult): string {
  if ('reached' in result) return ofCounted(language, result)
  return 'points' in result ? ofPlayed(language, result) : ofFound(language, result)
}

function ofFound(language: string, { check, states, actions }: Found): string {
  const of = check.system()
  const system = inSystem(language, of)
  if (check.expect !== 'holds') return t(language, `check.${check.expect}`, { system, steps: actions.length })
  return check.after === undefined
    ? t(language, 'check.holds', { system, states: grouped(states) })
    : t(language, 'check.holds-after', { system, states: grouped(states), steps: check.after.length })
}

function ofPlayed(language: string, { check, points }: Played): string {
  const steps = points.map(({ y }) => y)
  return t(language, check.words, {
    from: check.from,
    to: check.to,
    fewest: grouped(Math.min(...steps)),
    most: grouped(Math.max(...steps)),
  })
}

function ofCounted(language: string, { check, runs, reached }: Counted): string {
  const system = check.system(check.at)
  const { spread, latencies, timeouts } = system.time!
  const [from, to] =
    spread?.kind === 'uniform' ? [spread.from, spread.to] : [Math.min(...latencies), Math.max(...latencies)]
  const [least, most] = timeouts?.['retry'] ?? [0, 0]
  const alone = system.nodes.filter(({ role }) => role === 'proposer').length === 1
  const wait = most === 0 ? 'again' : least === most ? 'fixed' : 'random'
  const conditions = [
    say(language, 'check.delays', { from: from!, to: to! }),
    ...(alone ? [] : [say(language, `check.wait.${wait}`, { least: least!, most: most! })]),
  ]
  return t(language, 'check.simulated', {
    ...counted(language, system),
    reached: grouped(reached),
    runs: grouped(runs),
    milliseconds: grouped(check.millisecondsMax),
    what: say(language, `check.reached.${check.property}`),
    conditions: conditions.join(', '),
  })
}

/** What a page may ask of a result. */
export type Asked =
  'states' | 'steps' | 'depth' | 'runs' | 'rounds' | 'share' | 'milliseconds' | 'median' | 'ninth'

/**
 * One number of a result: `states`, `steps` and `depth` of what was explored; `rounds` and `steps` of the longest run
 * of a series; `runs`, `share` (percent, rounded down), `milliseconds` (what a run had), `median` and `ninth` (when
 * half, and nine of ten, had got there) of what was simulated.
 * @throws Error where the check has no such number
 */
export function numberOf(result: CheckResult, of: Asked): string {
  const numbers: Partial<Record<Asked, number | null>> =
    'reached' in result
      ? {
          runs: result.runs,
          share: Math.floor((100 * result.reached) / result.runs),
          milliseconds: result.check.millisecondsMax,
          median: result.median,
          ninth: result.ninth,
        }
      : 'points' in result
        ? {
            rounds: result.check.to,
            runs: result.points.length,
            steps: Math.max(...result.points.map(({ y }) => y)),
          }
        : { states: result.states, steps: result.actions.length, depth: result.depth }
  const number = numbers[of]
  if (number === undefined || number === null)
    throw new Error(`check ${result.check.id} has no ${of}; it has ${Object.keys(numbers).join(', ')}`)
  return grouped(number)
}
