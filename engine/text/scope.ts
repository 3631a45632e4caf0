/**
 * The bounds of a check in words: "3 acceptors, 3 ballots; messages in any order; at most 1 crash and 1 duplicate:
 * every interleaving, 412,006 states".
 */
import type { Bounds, CheckReport } from '../report.ts'
import type { Scope } from '../scope.ts'
import { counted, form } from './counted.ts'
import { type Dictionary, grouped, listed, put } from './words.ts'

/**
 * What an exercise calls its roles and what it counts besides, in the order in which they are said: `one | many` by
 * role or by name. Roles without words are not spoken of.
 */
export type ScopeWords = { readonly [name: string]: string }

/** What was tried: nodes, messages, faults. No full stop at its end. */
export function scopeInWords(scope: Scope, words: ScopeWords, dictionary: Dictionary): string {
  const say = (code: string, parameters = {}): string => put(dictionary, `scope.${code}`, parameters)
  const counts = { ...scope.nodes, ...scope.counted }
  const facts = Object.entries(words)
    .filter(([name]) => Object.hasOwn(counts, name))
    .map(([name, forms]) => say('count', { count: counts[name]!, what: form(forms, counts[name]!) }))

  const named = (roles: readonly string[]): string =>
    roles.map((role) => form(words[role] ?? role, 1)).join(say('or'))
  const clauses: string[] = []
  const limited: string[] = []
  const { duplicates, drops, crashes, ordered, partitions, time } = scope
  if (duplicates === 'unlimited') clauses.push(say('network.unlimited'))
  else {
    const how = ordered ? 'network.ordered' : duplicates + drops === 0 ? 'network.once' : 'network.any-order'
    clauses.push(say(how))
    if (duplicates > 0) limited.push(counted(dictionary, 'scope.duplicates', duplicates))
  }
  if (duplicates !== 'unlimited' && drops === Infinity) clauses.push(say('network.lossy'))
  else if (duplicates !== 'unlimited' && drops > 0)
    limited.push(counted(dictionary, ordered ? 'scope.breaks' : 'scope.drops', drops))
  if (partitions && partitions.limit > 0) {
    const parameters = {
      roles: partitions.roles.map((role) => form(words[role] ?? role, 2)).join(say('and')),
      times: rangeInWords(partitions.milliseconds ?? [], dictionary),
    }
    const code = time ? 'scope.partitions.timed' : 'scope.partitions'
    limited.push(counted(dictionary, code, partitions.limit, parameters))
  }
  if (crashes === null) clauses.push(say('crashes.none'))
  else {
    const restart = crashes.restart.replace(' ', '-')
    const roles = named(crashes.roles)
    if (crashes.limit === 'unlimited') clauses.push(say(`crashes.${restart}`, { roles }))
    else {
      limited.push(counted(dictionary, 'scope.crashes', crashes.limit, { roles }))
      clauses.push(say(`crashed.${restart}`))
    }
  }
  const times = (some: readonly number[]): string =>
    say('milliseconds', { times: some.map(grouped).join(say('or')) })
  const jumps = (some: readonly number[]): string => {
    const forward = some.filter((milliseconds) => milliseconds >= 0)
    const back = some.filter((milliseconds) => milliseconds < 0).map((milliseconds) => 0 - milliseconds)
    const parts = [
      ...(forward.length > 0 ? [say('jumps.forward', { times: times(forward) })] : []),
      ...(back.length > 0 ? [say('jumps.back', { times: times(back) })] : []),
    ]
    return parts.join(say('or'))
  }
  for (const kind of ['pauses', 'jumps'] as const) {
    const given = time?.[kind]
    if (!given || given.limit === 0) continue
    const parameters = {
      roles: named(given.roles),
      times: kind === 'jumps' ? jumps(given.milliseconds) : times(given.milliseconds),
    }
    limited.push(counted(dictionary, `scope.${kind}`, given.limit, parameters))
  }
  if (time?.spread?.kind === 'exponential') {
    const { from, mean } = time.spread
    clauses.push(say('spread', { from: times([from]), mean: times([from + mean]) }))
  } else if (time) {
    const { spread } = time
    clauses.push(
      say('latencies', {
        times: spread ? rangeInWords([spread.from, spread.to], dictionary) : times(time.latencies),
      }),
    )
  }
  if (limited.length > 0) clauses.splice(1, 0, say('at-most', { faults: limited.join(say('and')) }))
  return [facts.join(say('comma')), ...clauses].filter((part) => part !== '').join(say('semicolon'))
}

/** From the smallest to the largest of some times. */
function rangeInWords(milliseconds: readonly number[], dictionary: Dictionary): string {
  const [from, to] = [Math.min(...milliseconds), Math.max(...milliseconds)].map(grouped)
  const times = from === to ? from! : put(dictionary, 'scope.range', { from: from!, to: to! })
  return put(dictionary, 'scope.milliseconds', { times })
}

/** How much of it was looked at: every interleaving with its states, or a number of random runs. */
export function extentInWords(
  { bounds, states, reduction }: Pick<CheckReport, 'bounds' | 'states' | 'reduction'>,
  dictionary: Dictionary,
): string {
  if (bounds.driver === 'simulate') return runsInWords(bounds, dictionary)
  const represented = reduction?.represented ?? 0
  return represented > states
    ? counted(dictionary, 'extent.represented', states, { represented })
    : counted(dictionary, 'extent.explore', states)
}

function runsInWords(
  { runs = 0, stepsMax, milliseconds, seed = 1, settleWithin }: Bounds,
  dictionary: Dictionary,
): string {
  // Seeds are names, not amounts: no thousands are set apart in them.
  const seeds = { seed: String(seed), seedLast: String(seed + runs - 1) }
  const code = milliseconds === undefined ? 'extent.simulate' : 'extent.simulate-timed'
  const extent = counted(dictionary, code, runs, { stepsMax, milliseconds: milliseconds ?? 0, ...seeds })
  return settleWithin === undefined
    ? extent
    : put(dictionary, 'extent.settle', { extent, within: settleWithin })
}

/** How the search was made smaller; empty where it was not. */
export function reductionInWords(reduction: CheckReport['reduction'], dictionary: Dictionary): string {
  if (!reduction) return ''
  // Reports that were kept from before name roles.
  const groups = reduction.symmetry.filter((group) => Array.isArray(group))
  const parts = groups.map((group, index) =>
    put(dictionary, index === 0 ? 'reduction.group' : 'reduction.group-also', {
      nodes: listed(group, dictionary),
    }),
  )
  return [
    ...(parts.length > 0 ? [put(dictionary, 'reduction.symmetry', { groups: parts })] : []),
    ...(reduction.partialOrder ? [put(dictionary, 'reduction.partial-order')] : []),
  ].join(' ')
}

/** The bounds of a check and how much of them was looked at, in one sentence without a full stop. */
export function boundsInWords(
  check: Pick<CheckReport, 'bounds' | 'states' | 'reduction'>,
  words: ScopeWords,
  dictionary: Dictionary,
): string {
  const scope = scopeInWords(check.bounds.scope, words, dictionary)
  return put(dictionary, 'scope.extent', { scope, extent: extentInWords(check, dictionary) })
}

/**
 * What one configuration looked at, from the reports on its checks: its bounds, and how much of them was seen where
 * that was all of it. A search that a failure or a bound cut short says nothing about the rest.
 */
export function configurationInWords(
  checks: readonly CheckReport[],
  words: ScopeWords,
  dictionary: Dictionary,
): string {
  const [first] = checks
  if (!first) return ''
  return isWhole(checks)
    ? boundsInWords(first, words, dictionary)
    : scopeInWords(first.bounds.scope, words, dictionary)
}

/** Was everything looked at that was to be: every interleaving, or every random run? */
export function isWhole(checks: readonly CheckReport[]): boolean {
  return checks.every(
    ({ verdict, message, bounds }) =>
      bounds.hit === undefined &&
      (verdict === 'passed' ||
        message.code === 'check.failed.unreachable' ||
        (bounds.driver === 'simulate' && verdict === 'inconclusive')),
  )
}
