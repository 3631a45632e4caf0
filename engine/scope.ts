/**
 * Scope: what a configuration contains, as counted facts: nodes, how messages travel, who crashes. Taken from the
 * system itself, so that what a report says of its bounds can't differ from what was tried.
 */
import type { Crashes, Partitions, System, Time } from './actors/system.ts'

/** The bounds of one configuration; `text/scope.ts` puts them into words. */
export interface Scope {
  /** How many nodes play each role, in the order of the system. */
  readonly nodes: { readonly [role: string]: number }
  /** What the exercise counts besides, such as `{ ballots: 3 }`. */
  readonly counted: { readonly [name: string]: number }
  /** How often a message may be repeated in one run. */
  readonly duplicates: number | 'unlimited'
  /** How many messages may be lost in one run; Infinity: any. With unlimited duplicates any message may, for it need not arrive. */
  readonly drops: number
  /** Null where nobody crashes. */
  readonly crashes: Crashes | null
  /** Do messages of one connection keep their order? Left out: no. */
  readonly ordered?: true
  /** Whose nodes may be parted from one another in a simulated run, how often and for how long. Left out: nobody’s. */
  readonly partitions?: Partitions
  /** How long messages take, who may be held up and whose clocks may jump, in milliseconds. Left out: there are no clocks. */
  readonly time?: Pick<Time, 'latencies' | 'spread' | 'pauses' | 'jumps'>
}

/** May nothing go wrong in it? Then nothing can be hoped for from a fault either. */
export function isFaultless({ duplicates, drops, crashes, partitions, time }: Scope): boolean {
  const limited = [partitions, time?.pauses, time?.jumps].some((faults) => (faults?.limit ?? 0) > 0)
  return duplicates === 0 && drops === 0 && crashes === null && !limited
}

/**
 * The scope of a system.
 * @param counted what the exercise counts besides nodes and faults
 * @param driver what goes through it: only simulated runs have partitions, and draw from a spread
 */
export function scopeOf(
  system: System,
  counted: Scope['counted'] = {},
  driver: 'explore' | 'simulate' = 'explore',
): Scope {
  const nodes: Record<string, number> = {}
  for (const { role } of system.nodes) nodes[role] = (nodes[role] ?? 0) + 1
  const { network, crashes, time } = system
  const nobody = crashes === null || crashes.limit === 0 || crashes.roles.length === 0
  return {
    nodes,
    counted,
    duplicates: network.duplicates,
    drops: network.drops,
    crashes: nobody ? null : { roles: crashes.roles, limit: crashes.limit, restart: crashes.restart },
    ...(network.streams && { ordered: true }),
    ...(driver === 'simulate' && network.partitions && { partitions: network.partitions }),
    ...(time && { time: timesOf(time, driver === 'simulate') }),
  }
}

function timesOf({ latencies, spread, pauses, jumps }: Time, draws: boolean): NonNullable<Scope['time']> {
  return {
    latencies,
    ...(draws && spread && { spread }),
    ...(pauses && { pauses }),
    ...(jumps && { jumps }),
  }
}
