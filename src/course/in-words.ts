/** What the engine found, as a sentence of the page: every number in it comes from the result. */
import type { System } from '../../engine/actors/system.ts'
import { Run } from '../../engine/drivers/run.ts'
import type { Action } from '../../engine/model.ts'
import type { NodeRecord } from '../../engine/trace/record.ts'
import { processOf } from '../../engine/trace/process-parts.ts'
import { scopeOf } from '../../engine/scope.ts'
import { scopeInWords } from '../../engine/text/scope.ts'
import { grouped, listed } from '../../engine/text/words.ts'
import { engineWords } from '../text/engine.ts'
import { t } from '../text/index.ts'
import { say } from './say.ts'
import type { CheckResult, Counted, Found, Played, Recounted, Tally, Worked } from './check.ts'
import { numbersOf } from './series.ts'

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

/** The kinds of server for which there is a view, by what they show. */
const SERVERS: Readonly<Record<string, string>> = {
  keys: 'redis',
  tables: 'database',
  tree: 'zookeeper',
  partitions: 'queue',
}

/** In front of a role of which it is said who has it. */
const ROLE = 'role '

/** Are its nodes processes and servers? Then messages go over connections. */
const hasProcesses = ({ network }: System): boolean => network.streams !== undefined

/** Processes, servers of each kind, clocks and faults, in the words in which exercises say them. */
function ofProcesses(language: string, of: System, driver: 'explore' | 'simulate' = 'explore'): string {
  const { nodes } = new Run(of).record.frames[0]!
  const isProcess = (node: NodeRecord): boolean => processOf(node) !== null
  const kindOf = (node: NodeRecord): string =>
    isProcess(node) ? 'client' : (SERVERS[String(node.state?.['kind'])] ?? 'server')
  const kinds = new Map(nodes.map((node) => [node.id, kindOf(node)]))
  const scope = scopeOf(
    { ...of, nodes: of.nodes.map((node) => ({ ...node, role: kinds.get(node.id)! })) },
    {},
    driver,
  )
  const words = Object.fromEntries(
    ['client', 'redis', 'database', 'zookeeper', 'queue', 'server'].map((kind) => [
      kind,
      say(language, `check.role.${kind}`),
    ]),
  )
  // Where not all processes have one role, what may befall some of them is said of these.
  const roles = new Set(nodes.filter(isProcess).map(({ role }) => role))
  for (const role of roles.size > 1 ? roles : []) {
    const names = nodes.filter((node) => node.role === role).map(({ id }) => id)
    words[`${ROLE}${role}`] = say(language, 'check.role.named', { names: names.join(', ') })
  }
  const { pauses, jumps } = scope.time ?? {}
  const named = <Faults extends { readonly roles: readonly string[] }>(faults: Faults): Faults => ({
    ...faults,
    roles: faults.roles.map((role) => (roles.size > 1 && roles.has(role) ? `${ROLE}${role}` : role)),
  })
  const said = {
    ...scope,
    crashes: scope.crashes && named(scope.crashes),
    ...(scope.time && {
      time: {
        ...scope.time,
        ...(pauses && { pauses: named(pauses) }),
        ...(jumps && { jumps: named(jumps) }),
      },
    }),
  }
  return scopeInWords(said, words, engineWords(language))
}

/**
 * Systems whose roles are counted one by one: the role that tells such a system, and what its roles are called, in the order in which
 * they are said.
 */
const ROLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  participant: {
    participant: 'participant',
    coordinator: 'coordinator',
    leader: 'leader',
    acceptor: 'acceptor',
  },
  replica: { replica: 'replica', client: 'asker', user: 'user' },
}

/** What the roles of a system are called; undefined where they are not counted one by one. */
const rolesOf = ({ nodes }: System): Readonly<Record<string, string>> | undefined =>
  Object.entries(ROLES).find(([telling]) => nodes.some(({ role }) => role === telling))?.[1]

/** So many nodes of each role, clocks and faults. */
function ofRoles(
  language: string,
  of: System,
  roles: Readonly<Record<string, string>>,
  driver: 'explore' | 'simulate' = 'explore',
): string {
  const words = Object.fromEntries(
    Object.entries(roles).map(([role, code]) => [role, say(language, `check.role.${code}`)]),
  )
  return scopeInWords(scopeOf(of, {}, driver), words, engineWords(language))
}

/** The nodes and the faults of the checked system, in words. */
export function inSystem(language: string, of: System): string {
  if (hasProcesses(of)) return ofProcesses(language, of)
  const roles = rolesOf(of)
  if (roles) return ofRoles(language, of, roles)
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

/** Whole numbers with their thousands set apart, all else as it is. */
function inFigures(worked: Worked['worked']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(worked).map(([name, value]) => [
      name,
      typeof value === 'number' && Number.isInteger(value) ? grouped(value) : String(value),
    ]),
  )
}

/** How a claim was checked and what came out. */
export function inWords(language: string, result: CheckResult): string {
  if ('counts' in result) return ofRecounted(language, result)
  if ('worked' in result) return say(language, result.check.words, inFigures(result.worked))
  if ('reached' in result) return ofCounted(language, result)
  if ('had' in result) return ofTally(language, result)
  return 'points' in result ? ofPlayed(language, result) : ofFound(language, result)
}

function ofFound(language: string, { check, states, actions, loopFrom }: Found): string {
  const of = check.system()
  const system = inSystem(language, of)
  const steps = actions.length
  if (check.expect !== 'holds') {
    if (!hasProcesses(of) && !rolesOf(of)) return t(language, `check.${check.expect}`, { system, steps })
    const milliseconds = of.time && grouped(millisecondsOf(actions))
    const sentence =
      milliseconds === undefined
        ? t(language, `check.processes.${check.expect}`, { system, steps })
        : t(language, `check.processes.${check.expect}-timed`, { system, steps, milliseconds })
    return loopFrom === undefined
      ? sentence
      : `${sentence} ${t(language, 'check.processes.loop', { from: loopFrom })}`
  }
  const before = check.after?.length ?? of.before?.length
  return before === undefined
    ? t(language, 'check.holds', { system, states: grouped(states) })
    : t(language, 'check.holds-after', { system, states: grouped(states), steps: before })
}

/** How much time passes in a run. */
function millisecondsOf(actions: readonly Action[]): number {
  return actions.reduce((sum, action) => sum + (action.kind === 'pass' ? action.milliseconds : 0), 0)
}

function ofPlayed(language: string, { check, points }: Played): string {
  const counts = points.map(({ y }) => y)
  const fewest = grouped(Math.min(...counts))
  const most = grouped(Math.max(...counts))
  return t(language, check.words, {
    from: check.from,
    to: check.to,
    numbers: listed(numbersOf(check).map(grouped), engineWords(language)),
    fewest,
    most,
    amount: t(language, fewest === most ? 'check.amount.same' : 'check.amount.range', { fewest, most }),
  })
}

function ofCounted(language: string, { check, runs, reached }: Counted): string {
  const system = check.system(check.at)
  const counts = {
    reached: grouped(reached),
    runs: grouped(runs),
    milliseconds: grouped(check.millisecondsMax),
    what: say(language, `check.reached.${check.property}`),
  }
  if (hasProcesses(system))
    return t(language, 'check.processes.simulated', {
      ...counts,
      system: ofProcesses(language, system, 'simulate'),
    })
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
    ...counts,
    conditions: conditions.join(', '),
  })
}

function ofTally(language: string, { check, had, of }: Tally): string {
  return say(language, check.words, {
    had: grouped(had),
    of: grouped(of),
    share: shareOf(had, of),
    at: grouped(check.at),
    runs: grouped(check.runs),
    milliseconds: grouped(check.milliseconds),
  })
}

/** In percent, to one place where it is no whole number. */
const shareOf = (had: number, of: number): string => {
  const percent = (100 * had) / of
  return percent.toFixed(1).replace(/\.0$/, '')
}

function ofRecounted(language: string, { check, counts }: Recounted): string {
  return say(
    language,
    check.words,
    Object.fromEntries(Object.entries(counts).map(([name, number]) => [name, grouped(number)])),
  )
}

/**
 * One number of a result: `states`, `steps` and `depth` of what was explored, and `milliseconds` of the run that was found
 * where there are clocks; `rounds` and `steps` of the longest run of a series, or `most`, what was counted at most; `runs`, `share` (percent, rounded down), `milliseconds` (what a run had), `median` and `ninth` (when
 * half, and nine of ten, had got there) of what was simulated; `had`, `of`, `share` (percent, rounded), `at` and `runs` of what was measured; of what was counted ahead of the build, or worked out, any of its counts.
 * @throws Error where the check has no such number
 */
export function numberOf(result: CheckResult, of: string): string {
  if ('worked' in result) {
    const figure = inFigures(result.worked)[of]
    if (figure !== undefined) return figure
    throw new Error(`check ${result.check.id} has no ${of}; it has ${Object.keys(result.worked).join(', ')}`)
  }
  const numbers: Partial<Record<string, number | null>> =
    'counts' in result
      ? result.counts
      : 'reached' in result
        ? {
            runs: result.runs,
            share: Math.floor((100 * result.reached) / result.runs),
            milliseconds: result.check.millisecondsMax,
            median: result.median,
            ninth: result.ninth,
          }
        : 'had' in result
          ? {
              had: result.had,
              of: result.of,
              share: Math.round((100 * result.had) / result.of),
              runs: result.check.runs,
              at: result.check.at,
              milliseconds: result.check.milliseconds,
            }
          : 'points' in result
            ? {
                rounds: result.check.to,
                runs: result.points.length,
                steps: Math.max(...result.points.map(({ y }) => y)),
                most: Math.max(...result.points.map(({ y }) => y)),
              }
            : {
                states: result.states,
                steps: result.actions.length,
                depth: result.depth,
                milliseconds: result.check.system().time ? millisecondsOf(result.actions) : null,
              }
  const number = numbers[of]
  if (number === undefined || number === null)
    throw new Error(`check ${result.check.id} has no ${of}; it has ${Object.keys(numbers).join(', ')}`)
  return grouped(number)
}
