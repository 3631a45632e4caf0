/**
 * Three-phase commit: between the votes and the commit all are told that all have voted yes. Whoever waits too long asks the
 * others, and those that it can reach decide among themselves. That never blocks while messages come in time, and it goes wrong
 * where the network is cut.
 * Reference: D. Skeen, "Nonblocking Commit Protocols", 1981; P. A. Bernstein, V. Hadzilacos, N. Goodman, "Concurrency Control and
 * Recovery in Database Systems", 1987, section 7.5.
 */
import { boolean, fields, oneOf } from '../../../engine/actors/fields.ts'
import type { AnyNodeDefinition, Crashes, System } from '../../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../../engine/api.ts'
import { type Phase, agreement, survivorsDecided } from './outcomes.ts'

interface Messages {
  prepare: Record<string, never>
  vote: { yes: boolean }
  /** "All have voted yes." */
  preCommit: Record<string, never>
  acknowledge: Record<string, never>
  decision: { commit: boolean }
  /** Participant to the others: "how far are you?" */
  inquire: Record<string, never>
  state: { phase: Phase }
}

interface CoordinatorState {
  yes: NodeId[]
  acknowledged: NodeId[]
  decision: 'precommit' | 'commit' | 'abort' | null
}

const coordinator = node<CoordinatorState, Messages>({
  init(ctx) {
    ctx.broadcast('participant', 'prepare', {})
    ctx.setTimer('timeout')
    return { yes: [], acknowledged: [], decision: null }
  },
  on: {
    vote(state, { yes }, ctx) {
      if (state.decision !== null) return
      if (!yes) return decide(state, 'abort', ctx)
      if (!state.yes.includes(ctx.from)) state.yes = [...state.yes, ctx.from].sort()
      if (state.yes.length < ctx.nodes('participant').length) return
      state.decision = 'precommit'
      ctx.broadcast('participant', 'preCommit', {})
      ctx.setTimer('timeout')
    },
    acknowledge(state, _message, ctx) {
      if (state.decision !== 'precommit') return
      if (!state.acknowledged.includes(ctx.from))
        state.acknowledged = [...state.acknowledged, ctx.from].sort()
      if (state.acknowledged.length === ctx.nodes('participant').length) decide(state, 'commit', ctx)
    },
  },
  timers: {
    /** Whoever has not acknowledged has crashed, and finds out when it recovers. So it is thought. */
    timeout: (state, ctx) => decide(state, state.decision === null ? 'abort' : 'commit', ctx),
  },
})

function decide(state: CoordinatorState, decision: 'commit' | 'abort', ctx: Context<Messages>): void {
  if (state.decision === 'commit' || state.decision === 'abort') return
  ctx.cancelTimer('timeout')
  state.decision = decision
  ctx.broadcast('participant', 'decision', { commit: decision === 'commit' })
}

const PHASES: readonly Phase[] = ['working', 'prepared', 'precommitted', 'committed', 'aborted']

interface ParticipantState {
  /** Precommitted: it knows that all have voted yes. */
  phase: Phase
  /** What those that answer have said since it asked. */
  heard: Phase[]
}

const participant = node<ParticipantState, Messages>({
  init: () => ({ phase: 'working', heard: [] }),
  on: {
    prepare(state, _message, ctx) {
      if (state.phase !== 'working') return
      state.phase = 'prepared'
      ctx.reply('vote', { yes: true })
      ctx.setTimer('alone')
    },
    preCommit(state, _message, ctx) {
      if (state.phase === 'prepared') state.phase = 'precommitted'
      if (state.phase === 'precommitted') ctx.setTimer('alone')
      ctx.reply('acknowledge', {})
    },
    decision(state, { commit }, ctx) {
      end(state, commit, ctx)
    },
    inquire(state, _message, ctx) {
      ctx.reply('state', { phase: state.phase })
    },
    state(state, { phase }) {
      state.heard = [...state.heard, phase].sort()
    },
  },
  timers: {
    /** Nobody has told it anything for too long: it asks the others. */
    alone(state, ctx) {
      state.heard = []
      ctx.broadcast('participant', 'inquire', {})
      ctx.setTimer('enough')
    },
    /**
     * All that answer have answered. If any of them knows that all have voted yes, they commit, else nobody can have committed, and
     * they abort: the termination rule.
     */
    enough(state, ctx) {
      const known = [state.phase, ...state.heard]
      if (known.includes('aborted')) return end(state, false, ctx)
      end(state, known.includes('precommitted') || known.includes('committed'), ctx)
    },
  },
})

/** An outcome; what was decided before stays. */
function end(state: ParticipantState, commit: boolean, ctx: Context<Messages>): void {
  ctx.cancelTimer('alone')
  ctx.cancelTimer('enough')
  state.heard = []
  if (state.phase !== 'committed' && state.phase !== 'aborted') state.phase = commit ? 'committed' : 'aborted'
}

/** Milliseconds: a message takes no longer, and each waits until what is on its way must have arrived. */
const LATENCY = 10
const TIMEOUTS = { timeout: [50], alone: [100], enough: [50] }

/** @param timed do messages come in time? Else they take as long as they like, as they do while the network is cut */
export function threePhase(
  participants: readonly NodeId[],
  { timed, crashes = null }: { readonly timed: boolean; readonly crashes?: Crashes | null },
): System {
  const nothing = fields({})
  return {
    nodes: [
      { id: 'C', role: 'coordinator', definition: coordinator as AnyNodeDefinition },
      ...participants.map((id) => ({
        id,
        role: 'participant',
        definition: participant as AnyNodeDefinition,
      })),
    ],
    roles: {
      coordinator: {
        sends: { prepare: nothing, preCommit: nothing, decision: fields({ commit: boolean }) },
        observe: () => null,
      },
      participant: {
        sends: {
          vote: fields({ yes: boolean }),
          acknowledge: nothing,
          inquire: nothing,
          state: fields({ phase: oneOf(...PHASES) }),
        },
        observe: ({ state }): Phase | null => (state as ParticipantState | null)?.phase ?? null,
      },
    },
    network: { duplicates: 0, drops: 0 },
    crashes,
    ...(timed && { time: { latencies: [LATENCY], timeouts: TIMEOUTS } }),
    properties: [agreement, survivorsDecided],
  }
}
