/**
 * What two-phase-commit is tried on. Where every interleaving is looked at and anything may fail there is no clock, and a timer may fire
 * at any moment; that all commit when nothing fails is looked at with one, for a timeout that comes too soon is a failure too.
 */
import { fields } from '../../engine/actors/fields.ts'
import { observed } from '../../engine/actors/observed.ts'
import type {
  AnyNodeDefinition,
  Crashes,
  Network,
  System,
  SystemProperty,
  View,
} from '../../engine/actors/system.ts'
import { type NodeId, node } from '../../engine/api.ts'
import type { RolesAnswer } from '../../engine/exercise.ts'
import type { CoordinatorSeen, Messages, ParticipantSeen } from './messages.ts'
import { commits, coordinatorSeen, isSettled, participantSeen, roles, safety, sincere } from './properties.ts'

export interface Trial {
  readonly participants: readonly NodeId[]
  /** The course's own coordinator in place of the answer's. */
  readonly coordinator?: AnyNodeDefinition
  /** The participants whose part can't be done, of which they are told at any moment. */
  readonly failing?: readonly NodeId[]
  readonly network: Network
  readonly crashes?: Crashes
  /** With clocks: every timer takes far longer than any message. */
  readonly timed?: true
  /**
   * Whether everything is settled in the end is asked too, and looked at from a moment on that may be any. With clocks that moment comes
   * long after the first timers, and whether all commit is not asked.
   */
  readonly settles?: true
}

const COORDINATOR = 'C'
const DATABASE = 'D'
const WATCH = 'W'

/** Milliseconds. All messages of a transaction together take far less than any timer. */
export const LATENCY = 1
export const TIMER = 1_000
const LOOKS_AFTER = 10 * TIMER

/**
 * At some moment it begins to look. A goal that counts only from then on has to be reached however late that is; and so it holds in the
 * end, once faults have stopped, and not only at some time before.
 */
const watch: AnyNodeDefinition = node<{ looks: boolean }, Messages>({
  init(ctx) {
    ctx.setTimer('look', LOOKS_AFTER)
    return { looks: false }
  },
  on: {},
  timers: {
    look(state) {
      state.looks = true
    },
  },
})

const looks = (view: View): boolean => view.some(({ role, seen }) => role === 'watch' && seen === true)

const settled: SystemProperty = {
  id: 'settled',
  kind: 'eventually',
  reached: (view) => looks(view) && isSettled(view),
}

/** The database under some participants, which can't do their part. */
const database = (failing: readonly NodeId[]): AnyNodeDefinition =>
  node<Record<string, never>, Messages>({
    init(ctx) {
      for (const participant of failing) ctx.send(participant, 'fail', {})
      return {}
    },
    on: {},
  })

/** An answer whose timers all take the same time, whatever it says of it. */
function slow(definition: AnyNodeDefinition): AnyNodeDefinition {
  type Handler = (...parameters: unknown[]) => unknown
  const slowed =
    (handle: Handler): Handler =>
    (...parameters) => {
      const ctx = parameters.pop() as { setTimer(name: string, milliseconds: number): void }
      return handle(...parameters, { ...ctx, setTimer: (name: string) => ctx.setTimer(name, TIMER) })
    }
  const all = (handlers: object): object =>
    Object.fromEntries(Object.entries(handlers).map(([name, handle]) => [name, slowed(handle as Handler)]))
  const { init, on, timers = {}, restart } = definition
  return {
    ...definition,
    init: slowed(init as Handler),
    on: all(on),
    timers: all(timers),
    ...(restart && { restart: slowed(restart as Handler) }),
  } as AnyNodeDefinition
}

/**
 * A coordinator that never crashes and waits for every vote. As soon as all have acknowledged it forgets, and who asks then is told to
 * abort: it presumes that nobody would ask after a commit.
 */
const forgetful: AnyNodeDefinition = node<
  { yes: NodeId[]; acknowledged: NodeId[]; decision: CoordinatorSeen['decision']; forgotten: boolean },
  Messages
>({
  init(ctx) {
    ctx.broadcast('participant', 'prepare', {})
    ctx.setTimer('again')
    return { yes: [], acknowledged: [], decision: null, forgotten: false }
  },
  on: {
    vote(state, { yes }, ctx) {
      if (state.forgotten) return ctx.reply('decision', { commit: false })
      if (state.decision !== null) return
      if (yes && !state.yes.includes(ctx.from)) state.yes = [...state.yes, ctx.from].sort()
      const all = ctx.nodes('participant').length
      if (!yes) state.decision = 'abort'
      else if (state.yes.length === all) state.decision = 'commit'
      if (state.decision === null) return
      ctx.broadcast('participant', 'decision', { commit: state.decision === 'commit' })
    },
    acknowledge(state, _message, ctx) {
      if (state.decision === null || state.acknowledged.includes(ctx.from)) return
      state.acknowledged = [...state.acknowledged, ctx.from].sort()
      if (state.acknowledged.length < ctx.nodes('participant').length) return
      Object.assign(state, { yes: [], acknowledged: [], decision: null, forgotten: true })
      ctx.cancelTimer('again')
    },
    inquire(state, _message, ctx) {
      if (state.forgotten) ctx.reply('decision', { commit: false })
      else if (state.decision !== null) ctx.reply('decision', { commit: state.decision === 'commit' })
    },
  },
  timers: {
    again(state, ctx) {
      if (state.decision === null) ctx.broadcast('participant', 'prepare', {})
      else ctx.broadcast('participant', 'decision', { commit: state.decision === 'commit' })
      ctx.setTimer('again')
    },
  },
  observe: ({ decision }): CoordinatorSeen => ({ decision }),
})

/** The answer in a trial. */
export function system(trial: Trial, { definitions, probe }: RolesAnswer): System {
  const { participants, failing = [], network, crashes = null, timed, settles } = trial
  const paced = timed ? slow : (definition: AnyNodeDefinition) => definition
  const coordinator = observed<CoordinatorSeen>(paced(trial.coordinator ?? definitions['coordinator']!), {
    shows: coordinatorSeen,
  })
  const participant = observed<ParticipantSeen>(paced(definitions['participant']!), {
    shows: participantSeen,
  })
  return {
    nodes: [
      {
        id: COORDINATOR,
        role: 'coordinator',
        definition: coordinator,
        probe: trial.coordinator ? null : probe,
      },
      ...participants.map((id) => ({ id, role: 'participant', definition: participant, probe })),
      ...(failing.length > 0 ? [{ id: DATABASE, role: 'database', definition: database(failing) }] : []),
      ...(settles ? [{ id: WATCH, role: 'watch', definition: watch }] : []),
    ],
    roles: {
      ...roles,
      database: { sends: { fail: fields({}) }, observe: () => null },
      watch: { sends: {}, observe: ({ state }) => (state as { looks: boolean } | null)?.looks ?? false },
    },
    network,
    crashes,
    ...(timed && { time: { latencies: [LATENCY] } }),
    properties: [
      ...safety,
      ...(failing.length > 0 ? [sincere] : []),
      ...(timed && !settles ? [commits] : []),
      ...(settles ? [settled] : []),
    ],
  }
}

const ONCE: Network = { duplicates: 0, drops: 0 }
const REPEATING: Network = { duplicates: 'unlimited', drops: 0 }

const crashing = (...who: readonly string[]): Crashes => ({
  roles: who,
  limit: 'unlimited',
  restart: 'at once',
})
const ANYBODY = crashing('coordinator', 'participant')

const TWO = ['orders', 'stock']
const THREE = [...TWO, 'payment']

/** Trials of which every interleaving is looked at. */
export const explored: { readonly [id: string]: Trial & { readonly statesMax: number } } = {
  calm: { participants: THREE, network: ONCE, timed: true, statesMax: 100_000 },
  repeats: { participants: TWO, network: REPEATING, statesMax: 100_000 },
  // Nobody else could help, and there is room for any number of losses.
  alone: {
    participants: ['orders'],
    network: { ...REPEATING, drops: Infinity },
    crashes: ANYBODY,
    settles: true,
    statesMax: 50_000,
  },
  fails: { participants: TWO, failing: ['stock'], network: REPEATING, crashes: ANYBODY, statesMax: 200_000 },
  forgetful: {
    participants: TWO,
    coordinator: forgetful,
    network: REPEATING,
    crashes: crashing('participant'),
    statesMax: 100_000,
  },
  crashes: {
    participants: TWO,
    network: { ...REPEATING, drops: 1 },
    crashes: ANYBODY,
    settles: true,
    statesMax: 500_000,
  },
  three: { participants: THREE, network: REPEATING, crashes: ANYBODY, statesMax: 500_000 },
}

/** More losses, among more participants, than can be looked at in full. */
export const large: Trial = {
  participants: THREE,
  network: { duplicates: 2, drops: 12 },
  crashes: { ...ANYBODY, limit: 2 },
  timed: true,
  settles: true,
}
