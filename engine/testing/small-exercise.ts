/** An exercise of a few states, for tests of grading: A asks B twice, and B may not answer three times. */
import type { AnyNodeDefinition, Role, System, SystemProperty, View } from '../actors/system.ts'
import type { Configuration, Exercise } from '../exercise.ts'
import type { Report } from '../report.ts'
import { gradeToEnd, type GradeOptions } from '../grade.ts'
import { openRole, pinger, seen, small } from './small-systems.ts'

/** B is the answer. A pings it twice; both may come in any order, and be repeated. */
export function system(
  definition: AnyNodeDefinition,
  properties: readonly SystemProperty[] = PROPERTIES,
): System {
  const twice: AnyNodeDefinition = {
    ...pinger,
    init(ctx) {
      for (const number of [1, 2]) ctx.send('B', 'ping', { number })
      return { pongs: 0 }
    },
  }
  const declared = small({ A: twice, B: definition }, { network: { duplicates: 1, drops: 0 }, properties })
  return { ...declared, roles: { node: counting } }
}

/** Counts the answers as they are sent, for what arrives may have been repeated on its way. */
const counting: Role = {
  ...openRole('ping', 'pong'),
  history: {
    initial: 0,
    after: (sent: number, now) => sent + now.filter(({ type }) => type === 'pong').length,
  },
  observe: ({ state, history }) => ({
    pongs: (state as { pongs?: number } | null)?.pongs ?? null,
    sent: history,
  }),
}

const pongs = (view: View): number => Number(seen(view, 'A')['pongs'])
const sent = (view: View): number => Number(seen(view, 'B')['sent'])

export const PROPERTIES: readonly SystemProperty[] = [
  { id: 'at-most-two', kind: 'always', violated: (view) => (sent(view) > 2 ? { pongs: sent(view) } : null) },
  { id: 'one', kind: 'sometimes', reached: (view) => pongs(view) === 1 },
  { id: 'answered', kind: 'eventually', reached: (view) => pongs(view) > 0 },
]

export const EXPLORED: Configuration = {
  id: 'every',
  driver: 'explore',
  statesMax: 10_000,
  system: ({ definition }) => system(definition),
}

export const SIMULATED: Configuration = {
  id: 'random',
  driver: 'simulate',
  runs: 200,
  stepsMax: 20,
  system: ({ definition }) => system(definition),
}

export function exercise(...configurations: Configuration[]): Exercise {
  return { id: 'small', kind: 'build', version: 1, file: 'answer.ts', configurations }
}

/** Grades an answer that was not compiled. */
export function graded(
  definition: AnyNodeDefinition,
  configurations: readonly Configuration[] = [EXPLORED, SIMULATED],
  options: GradeOptions = {},
): Report {
  return gradeToEnd(exercise(...configurations), { definition, probe: null }, options)
}

/** Answers each number once: right. */
export const right: AnyNodeDefinition = {
  init: () => ({ answered: [] }),
  on: {
    ping(state, { number }, ctx) {
      if (state.answered.includes(number)) return
      state.answered = [...state.answered, number].sort()
      ctx.reply('pong', { number })
    },
  },
}

/** Answers every message: three pongs where a ping is repeated. */
export const eager: AnyNodeDefinition = {
  init: () => ({}),
  on: { ping: (_state, { number }, ctx) => ctx.reply('pong', { number }) },
}

/** Never answers. */
export const silent: AnyNodeDefinition = { init: () => ({}), on: { ping: () => undefined } }
