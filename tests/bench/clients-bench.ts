/**
 * How fast clients' code with `await` is explored and run again. `node tests/bench/clients-bench.ts` prints JSON.
 *
 * `systems`: clients that take turns with a lock in Redis, for ever, explored as an exercise's would be: what a process does
 * in a state is worked out once. `naive`: clients of a toy server, with the plainest breadth-first search there is, in which every
 * process is run again in every state. `resumed`: one event for a process that has had so many. Seconds are those of the wall;
 * of several measurements, after two that are not counted, the median is told.
 */
import { ASKING, compiled } from '../../engine/testing/clients/compiled.ts'
import { RETRYING, explore } from '../../engine/testing/clients/lock-clients.ts'
import { type LockOptions, lockClients } from '../../engine/testing/redis-lock.ts'
import { UNBOUNDED, toEnd } from '../../engine/testing/search.ts'
import { exploreReduced } from '../../engine/drivers/reduce.ts'
import { resume, start } from '../../engine/clients/process.ts'
import type { ProcessEvent, ProcessState } from '../../engine/clients/process-state.ts'

export interface ClientsMeasurement {
  readonly systems: readonly {
    readonly clients: number
    readonly clocks: boolean
    readonly states: number
    readonly steps: number
    readonly seconds: number
    readonly statesPerSecond: number
    /** How often a process or the server was brought an event further, for one state. */
    readonly callsPerState: number
  }[]
  readonly naive: readonly {
    readonly clients: number
    readonly states: number
    readonly seconds: number
    readonly statesPerSecond: number
    /** Processes brought one event further, each by running it again from its start, for one state. */
    readonly resumedPerState: number
  }[]
  /** One event for a process that has had so many, in microseconds. */
  readonly resumed: readonly { readonly history: number; readonly microseconds: number }[]
}

const WARM = 2
const MEASURED = 7
const NAMES = ['A', 'B', 'C', 'D', 'E']
const STATES_MAX = 1_000_000

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1]!
}

/** Runs something several times and gives the median of its seconds. */
function secondsOf(run: () => void): number {
  const seconds: number[] = []
  for (let number = 0; number < WARM + MEASURED; number++) {
    const begin = performance.now()
    run()
    if (number >= WARM) seconds.push((performance.now() - begin) / 1_000)
  }
  return median(seconds)
}

const CLIENT = `
export async function main({ service: { ask } }: any) {
  let last = 0
  while (!(await ask(last))) await sleep(50)
  try { await ask('work') } finally { await ask('release') }
}
`

/** The next turn of the retry loop. */
function nextOf(state: ProcessState): ProcessEvent {
  return state.requests.length > 0
    ? { kind: 'answer', request: 1, answer: { value: false } }
    : { kind: 'timer', timer: 1 }
}

function measureSystem(clients: number, options: LockOptions): ClientsMeasurement['systems'][number] {
  const search = () => toEnd(exploreReduced(lockClients(clients, options), UNBOUNDED))
  const { states, steps, complete, model } = search()
  if (!complete) throw new Error(`${clients} clients were not explored completely`)
  const seconds = secondsOf(search)
  return {
    clients,
    clocks: options.time !== undefined,
    states,
    steps,
    seconds,
    statesPerSecond: Math.round(states / seconds),
    callsPerState: Math.round((model.handlerCalls / states) * 1_000) / 1_000,
  }
}

export function measureClients(): ClientsMeasurement {
  const systems = [{}, { time: { latencies: [1] } }].flatMap((options) =>
    [3, 4, 5].map((clients) => measureSystem(clients, options)),
  )
  const locking = compiled(RETRYING)
  const naive = [3, 4, 5].map((clients) => {
    const names = NAMES.slice(0, clients)
    const { states, resumed } = explore(locking, names, STATES_MAX)
    const seconds = secondsOf(() => explore(locking, names, STATES_MAX))
    return {
      clients,
      states,
      seconds,
      statesPerSecond: Math.round(states / seconds),
      resumedPerState: Math.round((resumed / states) * 100) / 100,
    }
  })
  const program = compiled(CLIENT)
  const resumed = [1, 4, 16, 64].map((history) => {
    let { state } = start(program, 'main', [], ASKING)
    while (state.history.length < history) ({ state } = resume(program, state, nextOf(state), ASKING))
    // A copy: no process stands there any more, so that it is run again from its start.
    const copied = structuredClone(state)
    const event = nextOf(copied)
    const TIMES = 500
    const seconds = secondsOf(() => {
      for (let time = 0; time < TIMES; time++) resume(program, copied, event, ASKING)
    })
    return { history, microseconds: Math.round((seconds / TIMES) * 1e7) / 10 }
  })
  return { systems, naive, resumed }
}

if (import.meta.main) console.log(JSON.stringify(measureClients(), null, 2))
