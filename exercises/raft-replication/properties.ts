/**
 * What the exercises on Raft look at where there are logs: the properties of the paper that concern entries, and when what a
 * client asked for is carried out.
 * Reference: D. Ongaro, J. Ousterhout, "In Search of an Understandable Consensus Algorithm (Extended Version)", 2014, Figure 3.
 */
import { boolean, fields, list, number, record, string } from '../../engine/actors/fields.ts'
import type { Memo, Observed } from '../../engine/actors/observed.ts'
import type {
  FieldCheck,
  ObservedNode,
  Role,
  SentMessage,
  SystemProperty,
  View,
  Violation,
} from '../../engine/actors/system.ts'
import type { NodeId } from '../../engine/api.ts'
import {
  NOTHING_DONE,
  type ServerHistory,
  type ServerSeen,
  roleShown,
  serverHistory,
  serversIn,
} from '../raft-election/properties.ts'
import type { Entry, Messages, Seen } from './messages.ts'

/** A command that a server has carried out, and the latest term that it had spoken in by then: when it was committed, or later. */
export interface Applied {
  readonly index: number
  readonly command: string
  readonly term: number
}

/** What a server has done, as its messages show it, in all its lives. */
export interface LogHistory extends ServerHistory {
  /** The latest term that it has spoken in. */
  readonly term: number
  /** What it has carried out, each command in each place once, by place. */
  readonly applied: readonly Applied[]
}

export const NOTHING_APPLIED: LogHistory = { ...NOTHING_DONE, term: 0, applied: [] }

export function logHistory(history: LogHistory, sent: readonly SentMessage[], self: NodeId): LogHistory {
  let { term, applied } = history
  for (const { fields: message } of sent) {
    const spoken = (message as { term?: number }).term
    if (spoken !== undefined && spoken > term) term = spoken
  }
  for (const { type, fields: message } of sent) {
    if (type !== 'applied') continue
    const { index, command } = message as Messages['applied']
    if (applied.some((known) => known.index === index && known.command === command)) continue
    applied = [...applied, { index, command, term }].sort(
      (one, other) => one.index - other.index || (one.command < other.command ? -1 : 1),
    )
  }
  return { ...serverHistory(history, sent, self), term, applied }
}

/** What a server has carried out since it started. */
export interface Progress {
  /** Up to this place. */
  readonly applied: number
  /** Each time that it left places out: the place that it carried out, and the first that it left out, whose turn it was. */
  readonly skipped: readonly Turn[]
  /** The first thing that it carried out again, or after what stands behind it. */
  readonly disorder: Turn | null
}

/** A place that was carried out, and the place whose turn it was. */
interface Turn {
  readonly index: number
  readonly expected: number
}

export const progress: Memo<Progress> = {
  initial: { applied: 0, skipped: [], disorder: null },
  after(known, type, fields) {
    if (type !== 'applied') return known
    const { index } = fields as Messages['applied']
    const expected = known.applied + 1
    if (index < expected) return { ...known, disorder: known.disorder ?? { index, expected } }
    const skipped = index > expected ? [...known.skipped, { index, expected }] : known.skipped
    return { ...known, applied: index, skipped }
  },
}

/** What properties see of a server with a log. */
export interface LogSeen extends ServerSeen<Seen, LogHistory> {
  readonly progress: Progress | null
}

export function observeLog({ state, history }: ObservedNode): LogSeen {
  const kept = state as Observed<Seen, Progress> | null
  return { now: kept?.seen ?? null, progress: kept?.memory ?? null, past: history as LogHistory }
}

const entry = record({ term: number, command: string })

/** What `observe` has to give. */
export const seen: FieldCheck = fields({
  term: number,
  role: roleShown,
  log: list(entry),
  commitIndex: number,
})

/** What servers say, beside requests for votes. */
export const logMessages: Role['sends'] = {
  requestVoteReply: fields({ term: number, voteGranted: boolean }),
  appendEntries: fields({
    term: number,
    prevLogIndex: number,
    prevLogTerm: number,
    entries: list(entry),
    leaderCommit: number,
  }),
  appendEntriesReply: fields({ term: number, success: boolean, index: number }),
  applied: fields({ index: number, command: string }),
  preVoteReply: fields({ term: number, voteGranted: boolean }),
}

/** The role of a server, with these requests for votes. */
export const serverRole = (requests: Role['sends']): Role => ({
  sends: { ...requests, ...logMessages },
  history: { initial: NOTHING_APPLIED, after: logHistory },
  observe: observeLog,
})

export const logsIn = (view: View): { readonly id: NodeId; readonly seen: LogSeen }[] =>
  serversIn<LogSeen>(view)

/** Two logs with an entry of one term in one place, and with different entries there or before it. */
export function logsDiffer(view: View): Violation | null {
  const up = logsIn(view).filter(({ seen }) => seen.now !== null)
  for (const [number, { id: first, seen }] of up.entries()) {
    for (const { id: second, seen: other } of up.slice(number + 1)) {
      const violation = compared(seen.now!.log, other.now!.log)
      if (violation) return { first, second, ...violation }
    }
  }
  return null
}

function compared(one: readonly Entry[], other: readonly Entry[]): Violation | null {
  let last = Math.min(one.length, other.length) - 1
  while (last >= 0 && one[last]!.term !== other[last]!.term) last--
  for (let place = 0; place <= last; place++) {
    if (one[place]!.term === other[place]!.term && one[place]!.command === other[place]!.command) continue
    return { place: place + 1, same: last + 1, term: one[last]!.term }
  }
  return null
}

/** What any server has carried out, earliest term first. */
const everApplied = (view: View): readonly (Applied & { readonly server: NodeId })[] =>
  logsIn(view).flatMap(({ id, seen }) => seen.past.applied.map((one) => ({ ...one, server: id })))

/** Two different commands that were carried out in one place, by two servers or by one in two lives. */
export function appliedDiffer(view: View): Violation | null {
  const known = new Map<number, Applied & { readonly server: NodeId }>()
  for (const one of everApplied(view)) {
    const other = known.get(one.index)
    if (other && other.command !== one.command)
      return {
        index: one.index,
        first: other.server,
        firstCommand: other.command,
        second: one.server,
        secondCommand: one.command,
      }
    known.set(one.index, one)
  }
  return null
}

/** A leader without an entry that was carried out somewhere in an earlier term, and so was committed before its own. */
export function leaderLacks(view: View): Violation | null {
  const all = everApplied(view)
  for (const { id, seen } of logsIn(view)) {
    if (seen.now?.role !== 'leader') continue
    const { term, log } = seen.now
    for (const { server, index, command, term: then } of all)
      if (then < term && log[index - 1]?.command !== command)
        return { leader: id, term, index, command, server }
  }
  return null
}

/** An entry that was carried out and is no longer, or never was, in the logs of a majority. Who is down may have it. */
export function fewHave(view: View): Violation | null {
  const servers = logsIn(view)
  for (const { server, index, command } of everApplied(view)) {
    const holders = servers.filter(
      ({ seen }) => seen.now === null || seen.now.log[index - 1]?.command === command,
    ).length
    if (holders * 2 <= servers.length) return { server, index, command, holders, servers: servers.length }
  }
  return null
}

/** A server that takes more of its log for committed than is in the logs of a majority, or than it has. Who is down may have it. */
export function committedTooMuch(view: View): Violation | null {
  const servers = logsIn(view)
  for (const { id, seen } of servers) {
    if (seen.now === null || seen.now.commitIndex === 0) continue
    const { log, commitIndex: index } = seen.now
    const own = log[index - 1]
    // By commands, not by terms: a leader may give what it takes over a term of its own.
    const holders =
      own === undefined
        ? 0
        : servers.filter(({ seen: { now } }) => now === null || now.log[index - 1]?.command === own.command)
            .length
    if (holders * 2 <= servers.length)
      return { server: id, index, length: log.length, holders, servers: servers.length }
  }
  return null
}

/** What a leader may put into its log of itself. Whether it is carried out makes no difference. */
const NOTHING_TO_DO = ''

/** Something that was carried out twice, or before what stands before it. */
export function outOfOrder(view: View): Violation | null {
  for (const { id, seen } of logsIn(view)) {
    if (!seen.progress) continue
    const { disorder, skipped } = seen.progress
    const log = seen.now!.log
    const left = skipped.find(({ index, expected }) =>
      log.slice(expected - 1, index - 1).some(({ command }) => command !== NOTHING_TO_DO),
    )
    const turn = disorder ?? left
    if (turn) return { server: id, ...turn }
  }
  return null
}

const always = (id: string, violated: (view: View) => Violation | null): SystemProperty => ({
  id,
  kind: 'always',
  violated,
})

/** What holds of logs and of what is carried out, whatever is lost and whoever crashes. */
export const logSafety: readonly SystemProperty[] = [
  always('log-matching', logsDiffer),
  always('in-order', outOfOrder),
  always('on-majority', fewHave),
  always('leader-completeness', leaderLacks),
  always('state-machine', appliedDiffer),
]

/** What `observe` says of itself is true. Asked last: most who commit too early carry out too early as well, and that run says more. */
export const commitShown: SystemProperty = always('commit-index', committedTooMuch)

/** Has every server that is up carried out these commands, and nothing that another has not? */
export function allApplied(view: View, commands: readonly string[]): boolean {
  const servers = logsIn(view)
  const up = servers.filter(({ seen }) => seen.now !== null)
  const places = Math.max(...up.map(({ seen }) => seen.progress!.applied))
  const known = new Set(everApplied(view).map(({ command }) => command))
  return (
    up.every(({ seen }) => seen.progress!.applied === places) &&
    commands.every((command) => known.has(command))
  )
}

/** Has some server carried out these commands? */
export function someApplied(view: View, commands: readonly string[]): boolean {
  return logsIn(view).some(({ seen }) =>
    commands.every((command) => seen.past.applied.some((one) => one.command === command)),
  )
}
