/**
 * What the exercises on two-phase commit look at: what `observe` shows of each node, which votes were sent, and the properties that
 * textbooks ask of atomic commitment.
 * Reference: P. A. Bernstein, V. Hadzilacos, N. Goodman, "Concurrency Control and Recovery in Database Systems", 1987, chapter 7.
 */
import { boolean, fields, oneOf } from '../../engine/actors/fields.ts'
import type { Observed } from '../../engine/actors/observed.ts'
import type {
  FieldCheck,
  NodeStep,
  Role,
  SentMessage,
  SystemProperty,
  View,
  Violation,
} from '../../engine/actors/system.ts'
import type { NodeId } from '../../engine/api.ts'
import type { CoordinatorSeen, Messages, ParticipantSeen } from './messages.ts'

export type Phase = ParticipantSeen['phase']

/** What a participant has said and shown, whether or not it remembers. */
export interface ParticipantHistory {
  /** It has voted yes. */
  readonly yes: boolean
  /** It has shown that it committed. A crash makes no difference. */
  readonly hasCommitted: boolean
  /** What it showed last; null where it is about to start. */
  readonly phase: Phase | null
  /** Since it started it has shown one outcome and then something else; the first such change. */
  readonly turned: { readonly from: Phase; readonly to: Phase } | null
  /**
   * Its part can't be done: it was told so since it started, while it was working. Null: it was not. `lied`: it has voted yes after
   * that.
   */
  readonly failed: 'silent' | 'lied' | null
}

const NOTHING_DONE: ParticipantHistory = {
  yes: false,
  hasCommitted: false,
  phase: null,
  turned: null,
  failed: null,
}

const isYes = ({ type, fields: message }: SentMessage): boolean =>
  type === 'vote' && (message as Messages['vote']).yes

const isOutcome = (phase: Phase | null): phase is 'committed' | 'aborted' =>
  phase === 'committed' || phase === 'aborted'

function participantHistory(
  history: ParticipantHistory,
  sent: readonly SentMessage[],
  _self: NodeId,
  { event, state }: NodeStep,
): ParticipantHistory {
  const votesYes = sent.some(isYes)
  const yes = history.yes || votesYes
  // What it was before a crash binds it only as far as it has said so, or has committed.
  const before = event.kind === 'restart' ? { ...history, ...FORGOTTEN } : history
  if (state === null) return { ...before, ...FORGOTTEN, yes }
  const { phase } = (state as Observed<ParticipantSeen>).seen
  const isTold = event.kind === 'message' && event.type === 'fail' && before.phase === 'working'
  const failed = before.failed ?? (isTold ? 'silent' : null)
  return {
    yes,
    hasCommitted: before.hasCommitted || phase === 'committed',
    phase,
    turned:
      before.turned ??
      (isOutcome(before.phase) && phase !== before.phase ? { from: before.phase, to: phase } : null),
    failed: failed !== null && votesYes ? 'lied' : failed,
  }
}

/** What a crash ends. */
const FORGOTTEN = { phase: null, turned: null, failed: null }

/** What properties see of a participant. */
export interface ParticipantView extends ParticipantHistory {
  /** Null while it is down. */
  readonly now: Phase | null
}

/** What properties see of the coordinator; null while it is down. */
export type CoordinatorView = CoordinatorSeen | null

/** What `observe` has to give. */
export const coordinatorSeen: FieldCheck = fields({ decision: oneOf('commit', 'abort', null) })
export const participantSeen: FieldCheck = fields({
  phase: oneOf('working', 'prepared', 'committed', 'aborted'),
})

const nothing = fields({})
const decision = fields({ commit: boolean })

/** The roles of two-phase commit. */
export const roles = {
  coordinator: {
    sends: { prepare: nothing, decision, inquire: nothing },
    observe: ({ state }): CoordinatorView => (state as Observed<CoordinatorSeen> | null)?.seen ?? null,
  },
  participant: {
    sends: { vote: fields({ yes: boolean }), decision, acknowledge: nothing, inquire: nothing },
    history: { initial: NOTHING_DONE, after: participantHistory },
    observe: ({ state, history }): ParticipantView => ({
      ...(history as ParticipantHistory),
      now: (state as Observed<ParticipantSeen> | null)?.seen.phase ?? null,
    }),
  },
} satisfies Record<string, Role>

export interface ParticipantIn {
  readonly id: NodeId
  readonly seen: ParticipantView
}

/** The participants, each with what is seen of it. */
export function participantsIn(view: View): readonly ParticipantIn[] {
  return view.filter(({ role }) => role === 'participant') as readonly ParticipantIn[]
}

/** A participant that has aborted although some participant, perhaps itself before a crash, has committed. */
export function split(view: View): Violation | null {
  const participants = participantsIn(view)
  const committed = participants.find(({ seen }) => seen.hasCommitted)
  const aborted = participants.find(({ seen }) => seen.now === 'aborted')
  return committed && aborted ? { committed: committed.id, aborted: aborted.id } : null
}

/** Somebody has committed, or decides to, and a participant has not voted yes. */
export function notUnanimous(view: View): Violation | null {
  const participants = participantsIn(view)
  const missing = participants.find(({ seen }) => !seen.yes)
  if (!missing) return null
  const decides = view.find(
    ({ role, seen }) => role === 'coordinator' && (seen as CoordinatorView)?.decision === 'commit',
  )
  const node = decides ?? participants.find(({ seen }) => seen.hasCommitted)
  return node ? { node: node.id, missing: missing.id } : null
}

/** A participant that shows another outcome than it has shown before, without a crash in between. */
export function turnedBack(view: View): Violation | null {
  for (const { id, seen } of participantsIn(view)) if (seen.turned) return { participant: id, ...seen.turned }
  return null
}

/** A participant that votes yes although it has been told that its part can't be done. */
export function insincere(view: View): Violation | null {
  const one = participantsIn(view).find(({ seen }) => seen.failed === 'lied')
  return one ? { participant: one.id } : null
}

/** What atomic commitment never does. */
export const safety: readonly SystemProperty[] = [
  { id: 'agreement', kind: 'always', violated: split },
  { id: 'unanimous', kind: 'always', violated: notUnanimous },
  { id: 'final', kind: 'always', violated: turnedBack },
]

export const sincere: SystemProperty = { id: 'sincere', kind: 'always', violated: insincere }

/** All have committed. */
export const commits: SystemProperty = {
  id: 'commits',
  kind: 'eventually',
  reached: (view) => participantsIn(view).every(({ seen }) => seen.now === 'committed'),
}

/**
 * Nobody is in doubt, and if somebody has committed, all have. Who has not voted is bound by nothing, and need not hear of an abort.
 */
export function isSettled(view: View): boolean {
  const participants = participantsIn(view)
  if (participants.some(({ seen }) => seen.now === 'prepared' || seen.now === null)) return false
  return (
    participants.every(({ seen }) => seen.now === 'committed') ||
    participants.every(({ seen }) => !seen.hasCommitted)
  )
}
