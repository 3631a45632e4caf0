/**
 * RunRecord: a run worked out in full, with every state, message and source line, as plain data. The views draw it,
 * the transcript puts it into words, and it can be posted from the sandbox to the page.
 */
import type { NodeClock } from '../actors/execute.ts'
import type { NodeId } from '../api.ts'
import type { ConsoleLine } from '../compile/console.ts'
import type { Action, MessageData } from '../model.ts'

/** One message in one run. */
export interface MessageRecord {
  /** Unique in the run: the step that sent it and its place among that step's messages, as `4.1`; `0.k` before the first step. */
  readonly id: string
  readonly from: NodeId
  readonly to: NodeId
  readonly type: string
  readonly fields: unknown
  /** The line of the learner's file that sent it; 0 where unknown. */
  readonly line: number
  /** The number of the step that sent it; 0 when it was sent as its node started. */
  readonly sentAt: number
  /** The receiver has no handler for it: it arrives at once and changes nothing. */
  readonly absorbed: boolean
  /** Milliseconds until it arrives, in a timed system; 0: it is due. */
  readonly arrivesIn?: number
}

/** A node at one moment. */
export interface NodeRecord {
  readonly id: NodeId
  readonly role: string
  readonly up: boolean
  readonly paused: boolean
  /** Null while the node is down. */
  readonly state: Readonly<Record<string, unknown>> | null
  readonly disk: unknown
  readonly timers: readonly string[]
  /** What of it depends on time, in a timed system; `left` goes with `timers`. */
  readonly clock?: NodeClock
}

/** The whole system at one moment. */
export interface Frame {
  readonly nodes: readonly NodeRecord[]
  /** Messages that were sent and have not arrived yet, oldest first. */
  readonly inFlight: readonly MessageRecord[]
  /** Who can talk to whom while the network is cut; null while it is whole. */
  readonly groups: readonly (readonly NodeId[])[] | null
  /** Milliseconds since the start, in a timed system. */
  readonly now?: number
}

/** One step: an action and its effects. */
export interface StepRecord {
  /** Counts from 1; `frames[number]` is the state after it. */
  readonly number: number
  readonly action: Action
  /** Where it happened; null for a partition, for its healing, and where time passed. */
  readonly node: NodeId | null
  /** The message that arrived or was lost. */
  readonly received: MessageRecord | null
  /** Messages that left, in their order. */
  readonly sent: readonly MessageRecord[]
  /** Lines of `ctx.persist` calls that took effect; 0 where unknown. */
  readonly persisted: readonly number[]
  /** Effects that a crash in the middle of the handler undid: their kinds and, for a message, its type. */
  readonly lost: readonly string[]
  /** A message arrived and the node neither changed nor answered. */
  readonly ignored: boolean
  /** Lines of the learner's file that ran, ascending; empty where the node is the course's own. */
  readonly lines: readonly number[]
  /** What the learner's handlers wrote to the console; left out where they wrote nothing. */
  readonly output?: readonly ConsoleLine[]
  /** Fields of the node that this step changed: paths such as `promised` or `accepted.n`, `disk` in front for the disk. */
  readonly changed: readonly string[]
  /** This step changed what properties see of the node. */
  readonly observed: boolean
  /**
   * Steps that this one follows from directly: the one that sent the message, and the one before it at the same
   * node. 0 stands for the start. Together they give happened-before.
   * Reference: L. Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", 1978.
   */
  readonly causes: readonly number[]
}

/** A run worked out. */
export interface RunRecord {
  /** One more than there are steps: `frames[0]` is the initial state. */
  readonly frames: readonly Frame[]
  readonly steps: readonly StepRecord[]
  /** Messages sent as the nodes started. */
  readonly started: readonly MessageRecord[]
  /** What the learner's handlers wrote to the console as the nodes started; left out where they wrote nothing. */
  readonly output?: readonly (ConsoleLine & { readonly node: NodeId })[]
  /** The number of the step from which on the steps repeat for ever; left out where the run ends. */
  readonly loopFrom?: number
}

/** The steps that happened before a step, itself included: its causal past. */
export function causalPast(record: RunRecord, number: number): Set<number> {
  const past = new Set<number>()
  const open = [number]
  while (open.length > 0) {
    const next = open.pop()!
    if (next === 0 || past.has(next)) continue
    past.add(next)
    open.push(...(record.steps[next - 1]?.causes ?? []))
  }
  return past
}

/** The message as an action names it. */
export function dataOf(message: MessageRecord): MessageData {
  return { from: message.from, type: message.type, fields: message.fields }
}

/**
 * The steps that a failure at the end of a run rests on: what led to the last step, and at each node to the last
 * change of what properties see of it. A cut of the network is among them: it concerns every node, by what did not arrive.
 */
export function failurePast(record: RunRecord): Set<number> {
  const last = new Map<NodeId, number>()
  for (const step of record.steps) if (step.node !== null && step.observed) last.set(step.node, step.number)
  const past = new Set<number>()
  for (const number of [...last.values(), record.steps.length]) {
    for (const step of causalPast(record, number)) past.add(step)
  }
  for (const { action, number } of record.steps)
    if (action.kind === 'partition' || action.kind === 'heal') past.add(number)
  return past
}
