/**
 * The explorer against a naive search, on the same models in the same process: `npm run bench`; `npm run -s bench -- --json`.
 *
 * - A *step* is one enabled action that is looked at, whether or not it leads to a new state or changes anything. Both
 *   searches count it in the same way, and the benchmark stops with an error where their counts differ.
 * - The naive search (engine/testing/naive.ts) copies the state with `structuredClone` for each step, calls the handler,
 *   and takes the JSON text of the result as its key. Of large models it sees only the first levels, and the explorer
 *   must have as many states and steps there.
 * - Seconds are those of the wall. The explorer's are the median of its runs, each with a new model and so with empty
 *   tables, after one run that is not counted: before it, one measures how fast Node compiles.
 * - Bytes per state are those of the explorer's rows, parents and table.
 */
import type { System } from '../../engine/actors/system.ts'
import { ActorModel } from '../../engine/actors/actor-model.ts'
import type { Exploration } from '../../engine/drivers/explore.ts'
import { naiveSearch } from '../../engine/testing/naive.ts'
import { paxos } from '../../engine/testing/paxos.ts'
import { exploreToEnd } from '../../engine/testing/search.ts'
import { twoPhaseCommit } from '../../engine/testing/two-phase-commit.ts'

interface Subject {
  readonly name: string
  readonly words: string
  readonly system: () => System
  /** The explorer stops past so many states. */
  readonly statesMax: number
  /** The naive search stops after the level in which it has passed so many states. */
  readonly naiveStatesMax: number
}

const SUBJECTS: readonly Subject[] = [
  {
    name: 'twoPhaseCommit6',
    words: 'two-phase commit, 6 participants',
    system: () => twoPhaseCommit(6),
    statesMax: Infinity,
    naiveStatesMax: Infinity,
  },
  {
    name: 'twoPhaseCommit8',
    words: 'two-phase commit, 8 participants',
    system: () => twoPhaseCommit(8),
    statesMax: Infinity,
    naiveStatesMax: 5_000,
  },
  {
    name: 'paxos2',
    words: 'Paxos, 2 proposers, 3 acceptors',
    system: () => paxos(2),
    statesMax: Infinity,
    naiveStatesMax: Infinity,
  },
  {
    name: 'paxos3',
    words: 'Paxos, 3 proposers, 3 acceptors',
    system: () => paxos(3),
    statesMax: 2_000_000,
    naiveStatesMax: 10_000,
  },
]

/** The explorer is measured until it has run this often or this long. */
const RUNS_MAX = 7
const SECONDS_MAX = 6

interface Measurement {
  readonly states: number
  readonly steps: number
  readonly seconds: number
  readonly stepsPerSecond: number
  readonly statesPerSecond: number
  readonly bytesPerState: number
  readonly handlerCalls: number
  /** Steps per second of the explorer over those of the naive search. */
  readonly naiveRatio: number
  readonly naive: {
    readonly states: number
    readonly steps: number
    readonly seconds: number
    readonly stepsPerSecond: number
  }
}

interface Timed {
  readonly exploration: Exploration
  readonly handlerCalls: number
  readonly seconds: number
}

function timed(subject: Subject, statesMax: number): Timed {
  const start = performance.now()
  const model = new ActorModel(subject.system())
  const exploration = exploreToEnd(model, { statesMax })
  return { exploration, handlerCalls: model.handlerCalls, seconds: (performance.now() - start) / 1000 }
}

function measure(subject: Subject): Measurement {
  timed(subject, Math.min(subject.statesMax, 200_000))
  const runs: Timed[] = []
  for (let spent = 0; runs.length < RUNS_MAX && (runs.length === 0 || spent < SECONDS_MAX);) {
    const run = timed(subject, subject.statesMax)
    runs.push(run)
    spent += run.seconds
  }
  runs.sort((one, other) => one.seconds - other.seconds)
  const { exploration, handlerCalls, seconds } = runs[runs.length >> 1]!
  const naive = measureNaive(subject, exploration)
  const stepsPerSecond = exploration.steps / seconds
  return {
    states: exploration.states,
    steps: exploration.steps,
    seconds,
    stepsPerSecond,
    statesPerSecond: exploration.states / seconds,
    bytesPerState: exploration.bytes / exploration.states,
    handlerCalls,
    naiveRatio: stepsPerSecond / naive.stepsPerSecond,
    naive,
  }
}

function measureNaive(subject: Subject, whole: Exploration): Measurement['naive'] {
  naiveSearch(subject.system(), { statesMax: 300 })
  const start = performance.now()
  const result = naiveSearch(subject.system(), { statesMax: subject.naiveStatesMax })
  const seconds = (performance.now() - start) / 1000
  const states = result.keys.length
  if (result.complete) {
    same(subject, 'states', whole.states, states)
    same(subject, 'steps', whole.steps, result.steps)
  } else {
    // The explorer, stopped at the last state of the same level, has found as many and is as deep.
    const prefix = timed(subject, states - 1).exploration
    same(subject, 'states of the prefix', prefix.states, states)
    same(subject, 'depth of the prefix', prefix.depth, result.levels.length - 1)
  }
  return { states, steps: result.steps, seconds, stepsPerSecond: result.steps / seconds }
}

function same(subject: Subject, what: string, explorer: number, naive: number): void {
  if (explorer === naive) return
  throw new Error(`${subject.words}: the explorer has ${explorer} ${what}, the naive search ${naive}`)
}

function table(models: Record<string, Measurement>): string {
  const whole = (value: number): string => Math.round(value).toLocaleString('en')
  const head = [
    'model',
    'states',
    'steps',
    'seconds',
    'steps/s',
    'states/s',
    'bytes/state',
    'handler calls',
    'naive steps/s',
    'ratio',
  ]
  const rows = SUBJECTS.map(({ name, words }) => {
    const {
      states,
      steps,
      seconds,
      stepsPerSecond,
      statesPerSecond,
      bytesPerState,
      handlerCalls,
      naiveRatio,
      naive,
    } = models[name]!
    return [
      words,
      ...[states, steps].map(whole),
      seconds.toFixed(3),
      ...[stepsPerSecond, statesPerSecond, bytesPerState, handlerCalls, naive.stepsPerSecond].map(whole),
      `${whole(naiveRatio)} ×`,
    ]
  })
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
  return [line(head), ...rows.map(line)].join('\n')
}

const models: Record<string, Measurement> = {}
for (const subject of SUBJECTS) models[subject.name] = measure(subject)
console.log(process.argv.includes('--json') ? JSON.stringify({ models }, null, 2) : table(models))
