/**
 * The systems of the pages on two-phase commit: the course's coordinator and participants, the note's, and one that gives up. What
 * is shown of a participant is what its database would say: how far it is, and what it has locked and for how long.
 * Reference: P. A. Bernstein, V. Hadzilacos, N. Goodman, "Concurrency Control and Recovery in Database Systems", 1987, chapter 7.
 */
import { boolean, fields } from '../../../engine/actors/fields.ts'
import type {
  AnyNodeDefinition,
  Crashes,
  Network,
  System,
  SystemProperty,
  Time,
} from '../../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../../engine/api.ts'
import type { Messages, ParticipantSeen } from '../../../exercises/two-phase-commit/messages.ts'
import solution from '../../../exercises/two-phase-commit/solution.ts'
import { agreement, allCommitted, allDecided, namesIn, phasesIn } from './outcomes.ts'

export type Phase = ParticipantSeen['phase']
type Decision = 'commit' | 'abort'

/** The course's nodes, which follow the rules. */
export const coordinator = solution.coordinator as AnyNodeDefinition
export const participant = solution.participant as AnyNodeDefinition

export const C = 'C'
export const TWO = ['orders', 'stock'] as const
export const THREE = ['orders', 'stock', 'payment'] as const

/** What the transaction changes at each participant, and so locks there. */
const LOCKED: Readonly<Record<NodeId, string>> = { orders: 'order-1', stock: 'book', payment: 'account' }

/** The note's coordinator: it asks, and tells what comes of it. It has no disk and no timers. */
const notedCoordinator = node<{ yes: NodeId[]; decision: Decision | null }, Messages>({
  init(ctx) {
    ctx.broadcast('participant', 'prepare', {})
    return { yes: [], decision: null }
  },
  on: {
    vote(state, { yes }, ctx) {
      if (state.decision !== null) return
      if (yes && !state.yes.includes(ctx.from)) state.yes.push(ctx.from)
      if (yes && state.yes.length < ctx.nodes('participant').length) return
      state.decision = yes ? 'commit' : 'abort'
      ctx.broadcast('participant', 'decision', { commit: yes })
    },
  },
})

/** The note's participant: it has carried out its part when it answers, and waits for what it is told. */
const notedParticipant = node<{ phase: Phase }, Messages>({
  init: () => ({ phase: 'working' }),
  on: {
    prepare(state, _message, ctx) {
      state.phase = 'prepared'
      ctx.persist(state)
      ctx.reply('vote', { yes: true })
    },
    decision(state, { commit }, ctx) {
      state.phase = commit ? 'committed' : 'aborted'
      ctx.persist(state)
    },
  },
  restart: (disk) => disk ?? { phase: 'working' },
})

type State = { phase: Phase }
type Ctx = Context<Messages, Phase>
const handlerOf = (type: keyof Messages) =>
  participant.on[type] as (state: State, message: unknown, ctx: Ctx) => void

/** A participant whose part can't be done: there is no book left. */
const unable: AnyNodeDefinition = {
  ...participant,
  on: {
    ...participant.on,
    prepare: (state: State, _message: unknown, ctx: Ctx) => handlerOf('fail')(state, {}, ctx),
  },
}

/** A participant that waits for no longer than its patience, and then aborts on its own: a heuristic decision. */
const givesUp: AnyNodeDefinition = {
  ...participant,
  on: {
    ...participant.on,
    prepare(state: State, message: unknown, ctx: Ctx) {
      handlerOf('prepare')(state, message, ctx)
      if (state.phase === 'prepared') ctx.setTimer('giveUp')
    },
    decision(state: State, message: unknown, ctx: Ctx) {
      ctx.cancelTimer('giveUp')
      handlerOf('decision')(state, message, ctx)
    },
  },
  timers: {
    ...participant.timers,
    giveUp(state: State, ctx: Ctx) {
      if (state.phase !== 'prepared') return
      state.phase = 'aborted'
      ctx.persist(state.phase)
      ctx.cancelTimer('inquire')
    },
  },
}

/** A participant that aborts alone if it waits too long for being asked, before it has promised anything. */
const impatient: AnyNodeDefinition = {
  ...participant,
  init(ctx: Ctx) {
    ctx.setTimer('giveUp')
    return participant.init(ctx)
  },
  on: {
    ...participant.on,
    prepare(state: State, message: unknown, ctx: Ctx) {
      ctx.cancelTimer('giveUp')
      handlerOf('prepare')(state, message, ctx)
    },
  },
  timers: {
    ...participant.timers,
    giveUp: (state: State, ctx: Ctx) => handlerOf('fail')(state, {}, ctx),
  },
}

/** Who takes part, under which rule. */
const RULES: Readonly<Record<string, AnyNodeDefinition>> = {
  participant,
  unable,
  givesUp,
  impatient,
  noted: notedParticipant,
}
export type Rule = 'participant' | 'unable' | 'givesUp' | 'impatient' | 'noted'

/** What is kept beside a participant's state, so that it can be shown. */
interface Kept {
  inner: { phase: Phase }
  /** Milliseconds for which it has held its lock; null where it holds none. */
  held: number | null
}
interface Disk {
  readonly inner: unknown
  held: number | null
}

/**
 * A participant with what its database would show of it. A lock is taken with the work, held through a crash of the process, and
 * given back with the outcome.
 */
function withLock(definition: AnyNodeDefinition, id: NodeId, timed: boolean): AnyNodeDefinition {
  type AnyCtx = Context<Record<string, unknown>, unknown>
  const keeping = (kept: Pick<Kept, 'held'>, ctx: AnyCtx): AnyCtx => ({
    ...ctx,
    persist: (inner) =>
      ctx.persist({ inner, held: isPrepared(inner) ? (kept.held ?? 0) : null } satisfies Disk),
  })
  const settle = (kept: Kept): void => {
    kept.held = kept.inner.phase === 'prepared' ? (kept.held ?? 0) : null
  }
  const { init, on, timers = {}, restart } = definition
  return {
    init(ctx: AnyCtx): Kept {
      return { inner: init(ctx) as Kept['inner'], held: null }
    },
    on: Object.fromEntries(
      Object.entries(on).map(([type, handle]) => [
        type,
        (kept: Kept, message: unknown, ctx: AnyCtx) => {
          handle!(kept.inner, message as never, keeping(kept, ctx))
          settle(kept)
        },
      ]),
    ),
    timers: Object.fromEntries(
      Object.entries(timers).map(([name, handle]) => [
        name,
        (kept: Kept, ctx: AnyCtx) => {
          handle(kept.inner, keeping(kept, ctx))
          settle(kept)
        },
      ]),
    ),
    restart(disk: Disk | null, ctx: AnyCtx): Kept {
      const kept: Kept = { inner: { phase: 'working' }, held: disk?.held ?? null }
      kept.inner = restart!(disk?.inner ?? null, keeping(kept, ctx)) as Kept['inner']
      settle(kept)
      return kept
    },
    elapse(state, disk, milliseconds) {
      for (const one of [state, disk] as (Kept | Disk | null)[])
        if (one !== null && one.held !== null) one.held += milliseconds
    },
    show(state) {
      const { inner, held } = state as Kept
      const locked = timed ? `${LOCKED[id]} ${held} ms` : LOCKED[id]!
      return { phase: inner.phase, lock: held === null ? null : locked }
    },
    properties: (state) => (state as Kept).inner,
  }
}

const isPrepared = (disk: unknown): boolean =>
  disk === 'prepared' || (disk as { phase?: unknown } | null)?.phase === 'prepared'

export interface TwoPhase {
  /** By name, the rule that each follows. Left out: two that follow the course's. */
  readonly participants?: Readonly<Record<NodeId, Rule>>
  /** The note's coordinator instead of the course's. */
  readonly noted?: boolean
  readonly network?: Network
  readonly crashes?: Crashes | null
  readonly time?: Partial<Time>
  /**
   * Nobody asks or tells again, and the coordinator waits for votes as long as it takes: what may still happen is on its way, or is
   * somebody's giving up. It keeps a search without clocks finite where each message arrives once.
   */
  readonly still?: boolean
}

/** A node that never sets these timers. */
function without(definition: AnyNodeDefinition, names: readonly string[]): AnyNodeDefinition {
  type AnyCtx = Context<Record<string, unknown>>
  const never = (ctx: AnyCtx): AnyCtx => ({
    ...ctx,
    setTimer: (name, milliseconds) => {
      if (!names.includes(name)) ctx.setTimer(name, milliseconds)
    },
  })
  const { init, on, timers = {}, restart } = definition
  return {
    ...definition,
    init: (ctx) => init(never(ctx)),
    on: Object.fromEntries(
      Object.entries(on).map(([type, handle]) => [
        type,
        (state: unknown, message: unknown, ctx: AnyCtx) => handle!(state, message as never, never(ctx)),
      ]),
    ),
    timers: Object.fromEntries(
      Object.entries(timers).map(([name, handle]) => [
        name,
        (state: unknown, ctx: AnyCtx) => handle(state, never(ctx)),
      ]),
    ),
    ...(restart && { restart: (disk: unknown, ctx: AnyCtx) => restart(disk, never(ctx)) }),
  }
}

/** Milliseconds that a message takes in the figures, and how long each waits. */
export const LATENCY = 10
export const TIMEOUTS = { timeout: [100], repeat: [100], inquire: [100], giveUp: [300] } as const

/** For figures. In explorations there are no clocks. */
export const CLOCKS: Pick<TwoPhase, 'time'> = { time: {} }

/** The coordinator may crash once, for good or until later. */
export const coordinatorCrashes = (restart: Crashes['restart']): Pick<TwoPhase, 'crashes'> => ({
  crashes: { roles: ['coordinator'], limit: 1, restart },
})

/** Messages may be late, lost or repeated. */
export const UNRELIABLE = { network: { duplicates: 'unlimited', drops: 0 } } as const

/** Everybody follows one rule. */
export const all = (ids: readonly NodeId[], rule: Rule): Readonly<Record<NodeId, Rule>> =>
  Object.fromEntries(ids.map((id) => [id, rule]))

const BOTH: Readonly<Record<NodeId, Rule>> = { orders: 'participant', stock: 'participant' }
const nothing = fields({})
const decided = fields({ commit: boolean })

export function twoPhase(of: TwoPhase = {}): System {
  const {
    participants = BOTH,
    noted = false,
    network = { duplicates: 0, drops: 0 },
    crashes = null,
    time,
    still = false,
  } = of
  const silent = (definition: AnyNodeDefinition): AnyNodeDefinition =>
    still ? without(definition, ['timeout', 'repeat', 'inquire']) : definition
  return {
    nodes: [
      {
        id: C,
        role: 'coordinator',
        definition: noted ? (notedCoordinator as AnyNodeDefinition) : silent(coordinator),
      },
      ...Object.entries(participants).map(([id, rule]) => ({
        id,
        role: 'participant',
        definition: withLock(silent(RULES[rule]!), id, time !== undefined),
      })),
    ],
    roles: {
      coordinator: {
        sends: { prepare: nothing, decision: decided },
        observe: ({ state }): Decision | 'down' | null =>
          state === null ? 'down' : (state as { decision: Decision | null }).decision,
      },
      participant: {
        sends: { vote: fields({ yes: boolean }), acknowledge: nothing, inquire: nothing },
        observe: ({ state }): Phase | null => (state as State | null)?.phase ?? null,
      },
    },
    network,
    crashes,
    ...(time && { time: { latencies: [LATENCY], timeouts: TIMEOUTS, ...time } }),
    properties,
  }
}

/** Nobody commits, and the coordinator does not decide to, unless all have said yes. */
const unanimous: SystemProperty = {
  id: 'all-said-yes',
  kind: 'always',
  violated(view) {
    const phases = phasesIn(view)
    const commits = phases.includes('committed') || view.some(({ id, seen }) => id === C && seen === 'commit')
    return commits && (phases.includes('working') || phases.includes('aborted')) ? {} : null
  },
}

/** Somebody has committed while another one is in doubt. */
const partly: SystemProperty = {
  id: 'partly-committed',
  kind: 'sometimes',
  reached: (view) => phasesIn(view).includes('committed') && phasesIn(view).includes('prepared'),
}

/** Nobody commits. */
const noCommit: SystemProperty = {
  id: 'nobody-commits',
  kind: 'always',
  violated: (view) =>
    phasesIn(view).includes('committed') ? { committed: namesIn(view, 'committed') } : null,
}

/** Those that are up have all aborted. */
const othersAborted: SystemProperty = {
  id: 'others-aborted',
  kind: 'sometimes',
  reached: (view) =>
    phasesIn(view).includes(null) && phasesIn(view).every((phase) => phase === null || phase === 'aborted'),
}

/** The coordinator is gone; one participant has aborted on its own, and another one waits. */
const abortedAlone: SystemProperty = {
  id: 'aborted-alone',
  kind: 'sometimes',
  reached: (view) =>
    view.some(({ seen }) => seen === 'down') &&
    phasesIn(view).includes('aborted') &&
    phasesIn(view).includes('prepared'),
}

/** Somebody aborts. */
const someAbort: SystemProperty = {
  id: 'some-abort',
  kind: 'sometimes',
  reached: (view) => phasesIn(view).includes('aborted'),
}

const properties = [
  agreement,
  unanimous,
  allDecided,
  partly,
  noCommit,
  allCommitted,
  othersAborted,
  abortedAlone,
  someAbort,
]
