/**
 * Seeded runs of Raft with clocks, losses, crashes and partitions, in which the properties of the paper’s Figure 3 are looked at after
 * each step. There are too many of them for a build: `count.ts` counts them ahead, and a test counts the first of them again.
 */
import { Repetition, SPARSE } from '../../../engine/actors/repetition.ts'
import type { AnyNodeDefinition, System } from '../../../engine/actors/system.ts'
import type { NodeId } from '../../../engine/api.ts'
import { chooserOf } from '../../../engine/drivers/simulate.ts'
import { LiveSystem } from '../../../engine/drivers/simulate-live.ts'
import { electionSafety } from '../../../exercises/raft-election/properties.ts'
import { logSafety, logsIn } from '../../../exercises/raft-replication/properties.ts'
import { timedSystem } from '../../../exercises/raft-replication/trials.ts'
import { stage } from '../../../exercises/raft-safety/exercise.ts'
import countsOlderTerms from '../../../exercises/raft-safety/mutants/commits-older-terms-by-counting.ts'
import checksNoLog from '../../../exercises/raft-safety/mutants/no-check-of-the-log.ts'
import { A_TO_C, A_TO_E, raft } from './systems.ts'

/** How many runs are counted ahead of the build, how many of them a test counts again, and the milliseconds of each. */
export const RUNS = 10_000
export const SAMPLE = 20
export const MILLISECONDS = 2_000

/** What is looked at after each step. */
export const LOOKED_AT = [...electionSafety, ...logSafety]

/** The servers, and a client that asks all of them for a command again and again. Faults may come until the end. */
export function harsh(servers: readonly NodeId[], definition: AnyNodeDefinition): System {
  const whole = timedSystem(
    {
      servers,
      commands: 8,
      every: 200,
      runs: RUNS,
      network: {
        duplicates: 0,
        drops: 60,
        partitions: { roles: ['server'], limit: 2, milliseconds: [100, 600] },
      },
      crashes: { roles: ['server'], limit: 4, restart: 'at once' },
    },
    { definition, probe: null },
    stage,
  )
  return { ...whole, properties: LOOKED_AT }
}

const wrong = { checksNoLog, countsOlderTerms } as Readonly<Record<string, AnyNodeDefinition>>

/** The systems whose runs are counted, by the name under which `seeded-runs.json` keeps what came out. */
export const seeded: Readonly<Record<string, System>> = {
  three: harsh(A_TO_C, raft),
  five: harsh(A_TO_E, raft),
  'three-no-check': harsh(A_TO_C, wrong['checksNoLog']!),
  'three-figure-8': harsh(A_TO_C, wrong['countsOlderTerms']!),
}

/** What came out of a number of runs; faults, terms and commands are those of all runs together. */
export type Counted = {
  readonly runs: number
  readonly steps: number
  readonly losses: number
  readonly crashes: number
  readonly partitions: number
  /** Terms in which somebody stood. */
  readonly terms: number
  /** Terms in which somebody led. */
  readonly led: number
  /** Runs in which several servers have led. */
  readonly changes: number
  /** Places of the log that were carried out. */
  readonly applied: number
  /** Runs in which a property was violated. */
  readonly violations: number
}

/** @param from the seed of the first run; those of the others follow */
export function countRuns(system: System, from: number, runs: number): Counted {
  const repetition = new Repetition(system, SPARSE)
  const always = (1 << system.properties.length) - 1
  const counted = {
    runs,
    steps: 0,
    losses: 0,
    crashes: 0,
    partitions: 0,
    terms: 0,
    led: 0,
    changes: 0,
    applied: 0,
    violations: 0,
  }
  for (let seed = from; seed < from + runs; seed++) {
    const live = new LiveSystem(system, repetition, { recorded: true })
    const chooser = chooserOf(live, seed)
    let holds = true
    while (holds && live.time!.now < MILLISECONDS && chooser.step())
      if (live.observed) holds = live.inspect(always) === always
    const kinds = (kind: string): number => live.actions!.filter((one) => one.kind === kind).length
    const servers = logsIn(live.view).map(({ seen }) => seen)
    const led = servers.flatMap(({ past }, index) => past.led.map((term) => ({ term, index })))
    counted.steps += live.steps
    counted.losses += kinds('drop')
    counted.crashes += kinds('crash')
    counted.partitions += kinds('partition')
    counted.terms += new Set(servers.flatMap(({ past }) => Object.keys(past.voted))).size
    counted.led += new Set(led.map(({ term }) => term)).size
    counted.changes += new Set(led.map(({ index }) => index)).size > 1 ? 1 : 0
    counted.applied += Math.max(0, ...servers.flatMap(({ past }) => past.applied.map(({ index }) => index)))
    counted.violations += holds ? 0 : 1
  }
  repetition.verify()
  return counted
}

/** Of one batch of runs and of another. */
export function together(one: Counted, other: Counted): Counted {
  const names = Object.keys(one) as (keyof Counted)[]
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as Counted
}
