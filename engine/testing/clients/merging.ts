/**
 * Looks for two states of a program that have the same identity though their histories differ, and for a future in which
 * they behave differently: there must be none.
 */
import { type Random } from '../../random.ts'
import { type Telling, resume, start } from '../../clients/process.ts'
import type { ProcessEvent, ProcessState, ProcessStep } from '../../clients/process-state.ts'
import type { Program } from '../../clients/program.ts'
import { ASKING } from './compiled.ts'

const ERROR = { name: 'ServiceError', code: 'LOST', message: 'lost' }

/** Everything that can happen next, in a fixed order. */
export function eventsOf({ requests, timers }: ProcessState): ProcessEvent[] {
  return [
    ...requests.flatMap(({ number }): ProcessEvent[] => [
      { kind: 'answer', request: number, answer: { value: 0 } },
      { kind: 'answer', request: number, answer: { value: 1 } },
      { kind: 'answer', request: number, answer: { error: ERROR } },
    ]),
    ...timers.map(({ number }): ProcessEvent => ({ kind: 'timer', timer: number })),
  ]
}

/** How far a search for states of equal identity goes. */
const DEPTH = 7
const STATES_MAX = 80

/** How many futures two such states are compared in, and how long these are. */
const FUTURES = 3
const FUTURE_LENGTH = 8

export interface Found {
  /** Pairs of states of equal identity and different history that were compared. */
  pairs: number
  differences: string[]
  byHistory: number
  states: number
}

/** Looks for states of one program that have the same identity, and for a future in which they differ. */
export function merge(program: Program, name: string, random: Random, telling: Telling, found: Found): void {
  const known = new Map<string, ProcessState>()
  let open = [start(program, name, [], ASKING, telling)]
  let states = 0
  for (let depth = 0; depth < DEPTH && open.length > 0; depth++) {
    const next: ProcessStep[] = []
    for (const { state, fault } of open) {
      if (fault || ++states > STATES_MAX) continue
      found.states++
      if (state.byHistory) found.byHistory++
      const twin = known.get(state.identity)
      if (twin === undefined) known.set(state.identity, state)
      else {
        found.pairs++
        const difference = compare(program, twin, state, random, telling)
        if (difference !== null) found.differences.push(`${name}: ${difference}`)
      }
      // From equal states too: their histories differ, and so do those of their successors.
      for (const event of eventsOf(state)) next.push(resume(program, state, event, ASKING, telling))
    }
    open = next
  }
}

function compare(
  program: Program,
  one: ProcessState,
  other: ProcessState,
  random: Random,
  telling: Telling,
): string | null {
  for (let future = 0; future < FUTURES; future++) {
    let states: [ProcessState, ProcessState] = [one, other]
    const past: string[] = []
    for (let step = 0; step < FUTURE_LENGTH; step++) {
      const seen = states.map(({ requests, timers, ended, byHistory }) =>
        JSON.stringify({ requests, timers, ended, byHistory }),
      )
      if (seen[0] !== seen[1]) return `${past.join(', ')}: ${seen.join(' and ')}`
      const events = eventsOf(states[0])
      if (events.length === 0) break
      const event = events[random.below(events.length)]!
      past.push(JSON.stringify(event))
      const steps = states.map((state) => resume(program, state, event, ASKING, telling))
      const [mine, its] = steps.map(({ effects, lines, fault }) =>
        JSON.stringify([effects, lines, fault?.code]),
      )
      if (mine !== its) return `${past.join(', ')}: ${mine} and ${its}`
      states = [steps[0]!.state, steps[1]!.state]
      if (steps[0]!.fault) break
      const [mineNow, itsNow] = states
      // By their histories they differ, of course.
      if (!mineNow.byHistory && mineNow.identity !== itsNow.identity)
        return `${past.join(', ')}: identities differ`
    }
  }
  return null
}
