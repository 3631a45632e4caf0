/**
 * Process: the code of a client, run step by step, deterministically and without waiting. Its state is the history of what
 * it was told; to bring it further, it is run anew with that history. What can be told of two states is told by their
 * identity: see `identity.ts`.
 */
import type { Plain } from '../api.ts'
import { Fault } from '../fault.ts'
import { canonical } from '../plain.ts'
import { standsOf } from './coroutine.ts'
import type { Environment } from './environment.ts'
import { type Omitted, identityOf } from './identity.ts'
import { LiveProcess } from './live.ts'
import type {
  PendingRequest,
  PendingTimer,
  ProcessEvent,
  ProcessState,
  ProcessStep,
  Recorded,
} from './process-state.ts'
import type { Program } from './program.ts'

export type { Environment } from './environment.ts'

/** How states are told apart. */
export interface Telling {
  /** By the whole history alone. For tests. */
  readonly byHistory?: boolean
  readonly omitted?: Omitted
}

/**
 * Starts a process.
 * @param entry the name of an exported function; it is called with an object that holds the libraries of the services
 *   by name, `sleep` and `self` (the process's name), and then with `parameters`
 */
export function start(
  program: Program,
  entry: string,
  parameters: readonly Plain[],
  environment: Environment,
  telling: Telling = {},
): ProcessStep {
  const live = new LiveProcess(program, environment)
  live.start(entry, parameters, null)
  return stepOf(live, { process: environment.process, entry, arguments: parameters }, [], null, telling)
}

/**
 * Brings a process one event further. The state is left as it is.
 * @throws Error when the event can't happen: there is no such request or timer pending
 */
export function resume(
  program: Program,
  state: ProcessState,
  event: ProcessEvent,
  environment: Environment,
  telling: Telling = {},
): ProcessStep {
  let live: LiveProcess
  try {
    live = take(program, state, environment)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { state, effects: [], lines: [], fault: error }
  }
  live.handle(event, null)
  return stepOf(live, state, state.history, event, telling)
}

function stepOf(
  live: LiveProcess,
  of: Pick<ProcessState, 'process' | 'entry' | 'arguments'>,
  past: readonly Recorded[],
  event: ProcessEvent | null,
  telling: Telling,
): ProcessStep {
  const { effects, fault } = live
  const lines = live.probe.lines
  const reading = fault ? { identity: '', idle: [] } : identityOf(live, telling.omitted)
  for (const number of reading.idle) live.drop(number)
  const recorded: Recorded = {
    event,
    ...(live.clock.length > 0 && { clock: live.clock }),
    ...(live.ids.length > 0 && { ids: live.ids }),
    ...(reading.idle.length > 0 && { dropped: reading.idle }),
  }
  const history = [...past, recorded]
  const byHistory = telling.byHistory === true || reading.identity === null
  const state: ProcessState = {
    process: of.process,
    entry: of.entry,
    arguments: of.arguments,
    history,
    identity: byHistory
      ? `history ${history.map((one) => canonical(one, 'history')).join('\n')}`
      : reading.identity!,
    byHistory,
    requests: requestsOf(live),
    timers: timersOf(live),
    listens: [...live.clients.values()].some(
      (client) => client.notice !== undefined && (client.listens?.() ?? true),
    ),
    stands: live.ended || live.main === null ? [] : standsOf(live.main),
    ended: live.ended,
  }
  if (!fault && !state.ended) keep(live, state)
  return { state, effects, lines, fault }
}

function requestsOf(live: LiveProcess): PendingRequest[] {
  return [...live.requests.values()]
    .map(({ number, service, command }) => ({ number, service, command }))
    .sort((one, other) => one.number - other.number)
}

function timersOf(live: LiveProcess): PendingTimer[] {
  return [...live.timers.values()]
    .map(({ number, milliseconds }) => ({ number, milliseconds }))
    .sort((one, other) => one.number - other.number)
}

/**
 * Processes that still stand where they stood after their last step, by the states in which they do: they need not start anew. A run
 * that goes straight on takes the last one, and a search, which comes to a state long after it found it, an older one.
 */
const KEPT_MAX = 256
const kept = new Map<ProcessState, LiveProcess>()

function keep(live: LiveProcess, state: ProcessState): void {
  kept.set(state, live)
  if (kept.size <= KEPT_MAX) return
  const [oldest] = kept.keys()
  kept.delete(oldest!)
}

/** A process that stands in this state. @throws Fault `not-deterministic` when the same history leads elsewhere */
function take(program: Program, state: ProcessState, environment: Environment): LiveProcess {
  const live = kept.get(state)
  if (live === undefined || live.program !== program || live.environment !== environment)
    return again(program, state, environment)
  kept.delete(state)
  return live
}

/** Runs a process from the start with its history. */
function again(program: Program, state: ProcessState, environment: Environment): LiveProcess {
  const live = new LiveProcess(program, environment)
  for (const recorded of state.history) {
    if (recorded.event === null) live.start(state.entry, state.arguments, recorded)
    else if (isPending(live, recorded.event)) live.handle(recorded.event, recorded)
    else throw differs(live)
    for (const number of recorded.dropped ?? []) live.drop(number)
    if (live.fault) throw live.fault.code === 'not-deterministic' ? live.fault : differs(live)
  }
  const same =
    canonical([requestsOf(live), timersOf(live), live.ended], 'state') ===
    canonical([state.requests, state.timers, state.ended], 'state')
  if (!same) throw differs(live)
  return live
}

function isPending(live: LiveProcess, event: ProcessEvent): boolean {
  if (event.kind === 'answer') return live.requests.has(event.request)
  return event.kind === 'notice' || live.timers.has(event.timer)
}

function differs(live: LiveProcess): Fault {
  return new Fault('not-deterministic', {}, { line: Math.max(1, live.probe.line), column: 1 })
}
