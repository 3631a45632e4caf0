/**
 * The explorer, with and without its reductions, against a naive search on the same models in the same process, the
 * simulator, clients' code, and a grading by one process and by two: `npm run bench`. `npm run -s bench -- --json` gives the same as JSON. `--page` measures the explorer in a
 * worker of a browser as well. `--large` adds a model of ten million states, and what memory the process has then.
 *
 * - A *step* is one enabled action that is looked at, whether or not it leads to a new state or changes anything. Both
 *   searches count it in the same way, and the benchmark stops with an error where their counts differ.
 * - The naive search (engine/testing/naive.ts) copies the state with `structuredClone` for each step, calls the handler,
 *   and takes the JSON text of the result as its key. Of large models it sees only the first levels, and the explorer
 *   must have as many states and steps there.
 * - Seconds are those of the wall: the median of several runs, each with a new model; see `subjects.ts`.
 * - Bytes per state are those of the explorer's rows, parents and table.
 * - `naiveRatio`: how many times as long the naive search would take for the whole model, at the speed that it had.
 *   Without reductions that is the ratio of the steps per second.
 */
import { naiveSearch } from '../../engine/testing/naive.ts'
import { raft } from '../../engine/testing/raft.ts'
import { measureClients } from './clients-bench.ts'
import { measurePool } from './pool-bench.ts'
import { measureSimulation } from './simulate-bench.ts'
import { SUBJECTS, type Subject, type Timed, median, timed } from './subjects.ts'

interface Figures {
  readonly states: number
  readonly represented: number
  readonly steps: number
  readonly seconds: number
  readonly stepsPerSecond: number
  readonly bytesPerState: number
  readonly handlerCalls: number
  readonly naiveRatio: number
}

interface Measurement extends Figures {
  readonly reduced: Figures
  readonly naive: {
    readonly states: number
    readonly steps: number
    readonly seconds: number
    readonly stepsPerSecond: number
  }
  /** The same in a browser, where it was asked for. */
  page?: { readonly whole: Figures; readonly reduced: Figures }
}

function figures(run: Timed, naiveSeconds: number): Figures {
  const { states, represented, steps, seconds, bytes, handlerCalls } = run
  return {
    states,
    represented,
    steps,
    seconds,
    stepsPerSecond: steps / seconds,
    bytesPerState: bytes / states,
    handlerCalls,
    naiveRatio: naiveSeconds / seconds,
  }
}

function measure(subject: Subject): Measurement {
  const whole = median(subject, false)
  const reduced = median(subject, true)
  const naive = measureNaive(subject, whole)
  const naiveSeconds = whole.steps / naive.stepsPerSecond
  return { ...figures(whole, naiveSeconds), reduced: figures(reduced, naiveSeconds), naive }
}

function measureNaive(subject: Subject, whole: Timed): Measurement['naive'] {
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
    const prefix = timed(subject, false, states - 1)
    same(subject, 'states of the prefix', prefix.states, states)
    same(subject, 'depth of the prefix', prefix.depth, result.levels.length - 1)
  }
  return { states, steps: result.steps, seconds, stepsPerSecond: result.steps / seconds }
}

function same(subject: Subject, what: string, explorer: number, naive: number): void {
  if (explorer === naive) return
  throw new Error(`${subject.words}: the explorer has ${explorer} ${what}, the naive search ${naive}`)
}

const whole = (value: number): string => Math.round(value).toLocaleString('en')

function table(subjects: readonly Subject[], models: Record<string, Measurement>): string {
  const head = [
    'model',
    'states',
    'steps',
    'seconds',
    'steps/s',
    'bytes/state',
    'handler calls',
    'naive ÷ this',
  ]
  const line = (
    words: string,
    { states, steps, seconds, stepsPerSecond, bytesPerState, handlerCalls, naiveRatio }: Figures,
  ): string[] => [
    words,
    ...[states, steps].map(whole),
    seconds.toFixed(3),
    ...[stepsPerSecond, bytesPerState, handlerCalls].map(whole),
    `${whole(naiveRatio)} ×`,
  ]
  const rows = subjects.flatMap(({ name, words }) => {
    const model = models[name]!
    return [
      line(words, model),
      line('  reduced', model.reduced),
      ...(model.page
        ? [line('  in the page', model.page.whole), line('  in the page, reduced', model.page.reduced)]
        : []),
    ]
  })
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)))
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('  '),
    )
    .join('\n')
}

const flags = new Set(process.argv.slice(2))
const subjects = SUBJECTS.filter(({ large }) => !large || flags.has('--large'))
const models: Record<string, Measurement> = {}
for (const subject of subjects) models[subject.name] = measure(subject)
if (flags.has('--page')) {
  const { measureInPage } = await import('./in-page.ts')
  const measured = await measureInPage(subjects.map(({ name }) => name))
  for (const [name, { whole: all, reduced }] of Object.entries(measured)) {
    const model = models[name]!
    const naiveSeconds = all.steps / model.naive.stepsPerSecond
    model.page = { whole: figures(all, naiveSeconds), reduced: figures(reduced, naiveSeconds) }
  }
}
const simulation = { three: measureSimulation(raft(3)), five: measureSimulation(raft(5)) }
const clients = measureClients()
const memory = { residentBytesMax: process.resourceUsage().maxRSS * 1024 }
const pool = await measurePool()
if (flags.has('--json')) console.log(JSON.stringify({ models, simulation, clients, pool, memory }, null, 2))
else {
  console.log(table(subjects, models))
  for (const { clients: count, clocks, states, statesPerSecond, callsPerState } of clients.systems)
    console.log(
      `${count} clients of a lock${clocks ? ', with clocks' : ''}: ${whole(states)} states, ${whole(statesPerSecond)} states/s, ${callsPerState} calls a state`,
    )
  console.log(
    `\nsimulation of Raft: ${whole(simulation.three.stepsPerSecond)} steps/s with 3 servers, ${whole(simulation.five.stepsPerSecond)} with 5`,
  )
  const { exercise, cores, seconds, ratio } = pool
  console.log(
    `grading ${exercise}, ${cores} cores: ${seconds.one.toFixed(1)} s by one process, ${seconds.two.toFixed(1)} s by two, ratio ${ratio.toFixed(2)}`,
  )
  console.log(`memory of the process at most: ${whole(memory.residentBytesMax / 1e6)} MB`)
}
