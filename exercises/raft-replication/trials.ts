/**
 * What the exercises on Raft's log try: servers, clients and what has happened before, without a clock and with one. The exercise on
 * safety tries the same and more.
 */
import { fields, string } from '../../engine/actors/fields.ts'
import { observed } from '../../engine/actors/observed.ts'
import type {
  AnyNodeDefinition,
  Crashes,
  FieldCheck,
  Network,
  Role,
  System,
  SystemNode,
  SystemProperty,
  View,
} from '../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../engine/api.ts'
import { Run } from '../../engine/drivers/run.ts'
import type { Answer } from '../../engine/exercise.ts'
import { Fault } from '../../engine/fault.ts'
import type { Action } from '../../engine/model.ts'
import { copy } from '../../engine/plain.ts'
import { ELECTION_TIMEOUT, HEARTBEAT_INTERVAL } from '../raft-election/exercise.ts'
import { electionSafety, majority } from '../raft-election/properties.ts'
import { grantedAtOnce, oldServer } from '../raft-election/trials.ts'
import type { Entry, Messages, Seen } from './messages.ts'
import {
  type Progress,
  allApplied,
  commitShown,
  logSafety,
  logsIn,
  progress,
  seen,
  someApplied,
} from './properties.ts'

/** What differs between the exercises: how servers ask for votes, and the course's own server. */
export interface Stage {
  /** Checks of the messages that ask for votes. */
  readonly requests: { readonly [type: string]: FieldCheck }
  /** What a request for votes says of an empty log. Left out: nothing. */
  readonly emptyLog?: object
  readonly role: Role
  /** Plays servers that are not the learner's. */
  readonly solution: AnyNodeDefinition
}

/** A server that is not the learner's: it runs the course's code and begins with a disk, and with messages that are on their way. */
export interface Other {
  readonly disk: {
    readonly currentTerm: number
    readonly votedFor: NodeId | null
    readonly log: readonly Entry[]
  }
  readonly says?: readonly {
    readonly [Type in keyof Messages]: {
      readonly to: NodeId
      readonly type: Type
      readonly fields: Messages[Type]
    }
  }[keyof Messages][]
  /** It takes no notice of messages of a later term than this. Left out: of all. */
  readonly hearsUpTo?: number
}

/** A command, and the servers that the client sends it to. */
export interface Request {
  readonly command: string
  readonly to: readonly NodeId[]
}

/** Something that has happened before a trial begins, as far as the answer lets it. */
export type Before =
  /** A server stands for election and these servers hear of each other until it leads. */
  | { readonly leads: NodeId; readonly with: readonly NodeId[] }
  /** The client's command reaches a server. */
  | { readonly command: string; readonly at: NodeId }
  /** These servers hear of each other, so many messages at most; left out: until nothing is on its way among them. */
  | { readonly among: readonly NodeId[]; readonly messages?: number }
  /** All that is on its way from one server to another arrives, and what is answered does not yet. */
  | { readonly from: NodeId; readonly to: NodeId }
  /** A server’s election timer fires, if it is set. */
  | { readonly fires: NodeId }
  /** What is on its way from one server to another is lost; with either left out, from or to any server. */
  | { readonly lost: { readonly from?: NodeId; readonly to?: NodeId } }

/** What is tried without a clock. Every interleaving of it is looked at, after what has happened before. */
export interface Trial {
  /** By name: the answer, or a server that is not the learner's. */
  readonly servers: { readonly [name: NodeId]: 'answer' | Other }
  readonly requests: readonly Request[]
  readonly before?: readonly Before[]
  /** A server whose term is as large begins no election, so that a search comes to an end. */
  readonly terms: number
  /** How often a server's election timer may fire, from each start. Left out: any server's, as long as `terms` allows it. */
  readonly standing?: { readonly [name: NodeId]: number }
  /** How often a leader may send heartbeats because its timer fired, from each start. Left out: never. */
  readonly heartbeats?: number
  readonly duplicates?: number
  readonly crashes?: number
  /**
   * What has to be possible: that all servers carry out all commands (`applied`), that one does (`committed`), or that somebody leads
   * in the last term (`elected`). Left out: that is not asked.
   */
  readonly goal?: 'applied' | 'committed' | 'elected'
  readonly statesMax: number
}

/** What is tried with a clock: random runs. Times are milliseconds. */
export interface TimedTrial {
  readonly servers: readonly NodeId[]
  /** The servers that may stand. Left out: all. */
  readonly standing?: readonly NodeId[]
  /** How many commands the client has, and how long it waits between them. */
  readonly commands: number
  readonly every: number
  readonly runs: number
  readonly network?: Network
  readonly crashes?: Crashes
  /** When the last fault may come. Left out: there is none. */
  readonly faultsUntil?: number
  /** A server that has stood in the second term and is gone, and whose messages of the first term still come. */
  readonly old?: NodeId
}

const CLIENT = 'K'

/**
 * So long after the last fault the client asks for one thing more: a leader commits what is left of earlier terms together with an entry
 * of its own. And so long after that everything has to be carried out everywhere.
 */
const LAST_AFTER = 2_000
const APPLIED_WITHIN = 2_000

/** Without a clock the client sends everything at once, and each message once. */
function client(requests: readonly Request[]): AnyNodeDefinition {
  return node<Record<string, never>, Messages>({
    init(ctx) {
      for (const { command, to } of requests)
        for (const server of to) ctx.send(server, 'command', { command })
      return {}
    },
    on: {},
  })
}

/** How long a client waits before it asks again. */
const ASKS_AGAIN = 150

interface ClientState {
  /** How many commands it has begun to ask for. */
  asked: number
  /** Those of which it has not heard that they were carried out. */
  open: string[]
  over: boolean
}

/** With a clock it asks all servers, since it does not know who leads, and asks again until it hears that it was done. */
function timedClient(commands: number, every: number, until: number): AnyNodeDefinition {
  return node<ClientState, Messages>({
    init(ctx) {
      ctx.setTimer('next', every)
      ctx.setTimer('last', until - APPLIED_WITHIN)
      ctx.setTimer('over', until)
      return { asked: 0, open: [], over: false }
    },
    on: {
      applied(state, { command }) {
        state.open = state.open.filter((one) => one !== command)
      },
    },
    timers: {
      next(state, ctx) {
        ask(state, `c${++state.asked}`, ctx)
        if (state.asked < commands) ctx.setTimer('next', every)
      },
      last(state, ctx) {
        ask(state, LAST, ctx)
      },
      again(state, ctx) {
        if (!state.open.includes(ctx.about)) return
        ctx.broadcast('server', 'command', { command: ctx.about })
        ctx.setTimer(`again:${ctx.about}`, ASKS_AGAIN)
      },
      over(state) {
        state.over = true
      },
    },
  })
}

const LAST = 'last'

function ask(state: ClientState, command: string, ctx: Context<Messages>): void {
  state.open.push(command)
  ctx.broadcast('server', 'command', { command })
  ctx.setTimer(`again:${command}`, ASKS_AGAIN)
}

/** A server of the course's, as it is when a trial begins. */
function other(
  solution: AnyNodeDefinition,
  { disk, says = [], hearsUpTo = Infinity }: Other,
): AnyNodeDefinition {
  const on = Object.entries(solution.on).map(([type, handle]) => [
    type,
    (state: unknown, message: { term?: number }, ctx: never) => {
      if ((message.term ?? 0) <= hearsUpTo) handle!(state as never, message as never, ctx)
    },
  ])
  return {
    ...solution,
    init(ctx) {
      ctx.persist(disk)
      for (const { to, type, fields: message } of says) ctx.send(to, type, message)
      return solution.restart!(copy(disk), ctx)
    },
    on: Object.fromEntries(on),
  }
}

/** Is it the timer of a leader that sends again, to all or, as in `heartbeat:B`, to one? */
const isHeartbeat = (timer: string): boolean => timer.split(':')[0] === 'heartbeat'

/** The answer or another server, looked at through `observe`; bounded so that a search comes to an end. */
function bounded(
  definition: AnyNodeDefinition,
  { terms, standing, heartbeats = 0 }: Trial,
): AnyNodeDefinition {
  return observed<Seen, Progress>(grantedAtOnce(definition), {
    shows: seen,
    memo: progress,
    mayFire: (timer, fired, now, self) => {
      if (isHeartbeat(timer)) return fired < heartbeats
      if (timer !== 'election') return fired <= terms
      return now.term < terms && fired < (standing ? (standing[self] ?? 0) : terms + 1)
    },
  })
}

const clientRole: Role = {
  sends: { command: fields({ command: string }) },
  observe: ({ state }) => ({ over: (state as ClientState | null)?.over ?? false }),
}

/** The answer as the servers of a trial without a clock. */
export function system(trial: Trial, answer: Answer, { role, solution }: Stage): System {
  const { servers, requests, before = [], duplicates = 0, crashes = 0, goal, terms } = trial
  const commands = requests.map(({ command }) => command)
  const nodes: SystemNode[] = Object.entries(servers).map(([id, one]) =>
    one === 'answer'
      ? { id, role: 'server', definition: bounded(answer.definition, trial), probe: answer.probe }
      : { id, role: 'server', definition: bounded(other(solution, one), trial) },
  )
  const reached: { readonly [goal in NonNullable<Trial['goal']>]: (view: View) => boolean } = {
    applied: (view) => allApplied(view, commands),
    committed: (view) => someApplied(view, commands),
    elected: (view) => logsIn(view).some(({ seen: { now } }) => now?.role === 'leader' && now.term === terms),
  }
  const whole: System = {
    nodes: [{ id: CLIENT, role: 'client', definition: client(requests) }, ...nodes],
    roles: { client: clientRole, server: role },
    network: { duplicates, drops: 0 },
    crashes: crashes > 0 ? { roles: ['server'], limit: crashes, restart: 'at once' } : null,
    properties: [...electionSafety, ...logSafety, commitShown],
  }
  const { actions, asMeant } = begun(whole, before)
  // What is lost before a trial begins counts, and no more is lost in it.
  const drops = actions.filter(({ kind }) => kind === 'drop').length
  // With fewer, whoever counts too few votes is found out by a second leader.
  const many = Object.keys(servers).length > 3 && Object.values(servers).every((one) => one === 'answer')
  const goals: SystemProperty[] =
    goal && asMeant ? [{ id: goal, kind: 'sometimes', reached: reached[goal] }] : []
  return {
    ...whole,
    network: { duplicates, drops },
    properties: [...whole.properties, ...(many ? [majority] : []), ...goals],
    ...(actions.length > 0 && { before: actions }),
  }
}

/** So many times somebody tries to lead before a trial begins. */
const ATTEMPTS_MAX = 3
/** An answer whose servers never stop to talk is stopped. */
const MESSAGES_MAX = 200

/** What has happened before a trial begins. */
export interface Begun {
  readonly actions: readonly Action[]
  /** Has everybody led who was to, but for the first? Else there is no telling what has to be possible afterwards. */
  readonly asMeant: boolean
}

/** Brings about what has happened before, as far as the answer lets it. */
export function begun(system: System, before: readonly Before[]): Begun {
  let run: Run
  try {
    run = new Run(system)
  } catch (error) {
    // An answer that can't even begin, or none at all, where only the names of a trial's parts are asked for.
    if (!(error instanceof Fault)) throw error
    return { actions: [], asMeant: true }
  }
  const actions: Action[] = []
  const take = (action: Action | undefined): boolean => {
    if (!action) return false
    run.take(action)
    actions.push(action)
    return true
  }
  const deliver = (among: readonly NodeId[]): boolean =>
    take(
      run
        .enabled()
        .find((one) => one.kind === 'deliver' && among.includes(one.to) && among.includes(one.message.from)),
    )
  const fire = (id: NodeId, counts: (timer: string) => boolean): boolean =>
    take(run.enabled().find((one) => one.kind === 'fire' && one.node === id && counts(one.timer)))
  const leads = (id: NodeId): boolean =>
    logsIn(run.view).some((one) => one.id === id && one.seen.now?.role === 'leader')
  const lead = (id: NodeId, among: readonly NodeId[]): boolean => {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      // Those that have heard of a leader may want to wait before they vote, by a timer of their own.
      for (const voter of among)
        if (!leads(voter)) fire(voter, (timer) => timer !== 'election' && !isHeartbeat(timer))
      fire(id, (timer) => timer === 'election')
      for (let count = 0; count < MESSAGES_MAX && !leads(id); count++) if (!deliver(among)) break
      if (leads(id)) return true
    }
    return false
  }
  let elections = 0
  let asMeant = true
  try {
    for (const one of before) {
      if ('leads' in one) {
        const led = lead(one.leads, [one.leads, ...one.with])
        if (elections++ > 0 && !led) asMeant = false
      } else if ('fires' in one) fire(one.fires, (timer) => timer === 'election')
      else if ('from' in one)
        for (const action of run.enabled()) {
          if (action.kind === 'deliver' && action.to === one.to && action.message.from === one.from)
            take(action)
        }
      else if ('lost' in one) {
        const { from, to } = one.lost
        const lost = run
          .handActions()
          .filter(
            (action) =>
              action.kind === 'drop' &&
              action.message.from !== CLIENT &&
              action.message.from === (from ?? action.message.from) &&
              action.to === (to ?? action.to),
          )
        lost.forEach(take)
      } else if ('command' in one)
        take(
          run
            .enabled()
            .find(
              (action) =>
                action.kind === 'deliver' &&
                action.to === one.at &&
                action.message.type === 'command' &&
                (action.message.fields as Messages['command']).command === one.command,
            ),
        )
      else for (let count = 0; count < (one.messages ?? MESSAGES_MAX); count++) if (!deliver(one.among)) break
    }
  } catch (error) {
    // What throws here throws in the trial as well, which tells of it.
    if (!(error instanceof Fault)) throw error
  }
  return { actions, asMeant }
}

const ARRIVES_ONCE: Network = { duplicates: 0, drops: 0 }
const NEAR = [5, 8, 10, 12, 15]

/** Besides the term, the heartbeat of a leader that has nothing in its log. */
const HEARTBEAT = { prevLogIndex: 0, prevLogTerm: 0, entries: [], leaderCommit: 0 }

/** How long a timed trial takes. */
export function lasts({ commands, every, faultsUntil = 0 }: TimedTrial): number {
  return Math.max(faultsUntil, commands * every) + LAST_AFTER + APPLIED_WITHIN
}

/** The answer as every server of a trial with a clock. */
export function timedSystem(trial: TimedTrial, answer: Answer, { emptyLog = {}, role }: Stage): System {
  const {
    servers,
    standing,
    commands,
    every,
    network = ARRIVES_ONCE,
    crashes = null,
    faultsUntil,
    old,
  } = trial
  const asked = [...Array.from({ length: commands }, (_, number) => `c${number + 1}`), LAST]
  const definition = observed<Seen, Progress>(answer.definition, {
    shows: seen,
    memo: progress,
    ...(standing && {
      mayFire: (timer, _fired, _now, self) => timer !== 'election' || standing.includes(self),
    }),
  })
  const inTime: SystemProperty = {
    id: 'in-time',
    kind: 'always',
    violated: (view) => {
      const over = view.some(
        ({ role: of, seen: what }) => of === 'client' && (what as { over: boolean }).over,
      )
      return over && !allApplied(view, asked) ? { milliseconds: APPLIED_WITHIN } : null
    },
  }
  return {
    nodes: [
      { id: CLIENT, role: 'client', definition: timedClient(commands, every, lasts(trial)) },
      ...servers.map((id) =>
        id === old
          ? { id, role: 'server', definition: oldServer({ requestVote: emptyLog, appendEntries: HEARTBEAT }) }
          : { id, role: 'server', definition, probe: answer.probe },
      ),
    ],
    roles: { client: clientRole, server: role },
    network,
    crashes,
    time: {
      latencies: NEAR,
      timeouts: { election: ELECTION_TIMEOUT, heartbeat: [HEARTBEAT_INTERVAL] },
      ...(faultsUntil !== undefined && { faultsUntil }),
    },
    properties: [...electionSafety, ...logSafety, commitShown, inTime],
  }
}

const P: Entry = { term: 1, command: 'p' }
const T: Entry = { term: 1, command: 't' }
const Q: Entry = { term: 2, command: 'q' }

const append = (message: Messages['appendEntries']) =>
  ({ to: 'B', type: 'appendEntries', fields: message }) as const
const applied = (index: number, { command }: Entry) =>
  ({ to: CLIENT, type: 'applied', fields: { index, command } }) as const

/**
 * C led in the first term and has told B of p and t. Then A led, and has p and q, as C has by now: both are committed, and A has
 * carried them out. What A says is on its way to B, in any order.
 */
export const otherLeader: Trial = {
  servers: {
    A: {
      disk: { currentTerm: 2, votedFor: 'A', log: [P, Q] },
      says: [
        applied(1, P),
        applied(2, Q),
        append({ term: 2, prevLogIndex: 1, prevLogTerm: 1, entries: [], leaderCommit: 2 }),
        append({ term: 2, prevLogIndex: 2, prevLogTerm: 2, entries: [], leaderCommit: 2 }),
        append({ term: 2, prevLogIndex: 1, prevLogTerm: 1, entries: [Q], leaderCommit: 2 }),
      ],
    },
    B: 'answer',
    C: {
      disk: { currentTerm: 2, votedFor: 'A', log: [P, Q] },
      says: [append({ term: 1, prevLogIndex: 0, prevLogTerm: 0, entries: [P, T], leaderCommit: 0 })],
    },
  },
  requests: [],
  before: [{ among: ['B', 'C'], messages: 1 }],
  terms: 0,
  statesMax: 500_000,
}

/** A server of the course's, from the beginning; and one that is gone after the second term. */
export const NEW: Other = { disk: { currentTerm: 0, votedFor: null, log: [] } }
export const UP_TO_TWO: Other = { ...NEW, hearsUpTo: 2 }

/** A led in the first term and has x alone. Now C leads, which has y in its place, and A is to take it over. A server may crash. */
export const rewritten: Trial = {
  servers: { A: 'answer', B: 'answer', C: 'answer' },
  requests: [
    { command: 'x', to: ['A'] },
    { command: 'y', to: ['C'] },
  ],
  before: [
    { leads: 'A', with: ['B', 'C'] },
    { command: 'x', at: 'A' },
    { lost: {} },
    { leads: 'C', with: ['B'] },
    { command: 'y', at: 'C' },
    { lost: { from: 'C', to: 'B' } },
  ],
  terms: 2,
  standing: { A: 1, C: 1 },
  crashes: 1,
  statesMax: 500_000,
}

/** A has x alone from the first term. C has y in its place from the second, leads in the third, and asks A what stands before its end. */
export const contradicted: Trial = {
  servers: {
    A: 'answer',
    B: NEW,
    C: { disk: { currentTerm: 2, votedFor: 'C', log: [{ term: 2, command: 'y' }] } },
  },
  requests: [{ command: 'x', to: ['A', 'C'] }],
  before: [
    { leads: 'A', with: ['B'] },
    { command: 'x', at: 'A' },
    { lost: {} },
    { leads: 'C', with: ['B'] },
    { lost: { to: 'B' } },
  ],
  terms: 3,
  standing: { A: 1, C: 1 },
  heartbeats: 1,
  goal: 'applied',
  statesMax: 500_000,
}

/** A and B have x, which is committed, and y is on its way to B. A server may crash. */
export const carriedOut: Trial = {
  servers: { A: 'answer', B: 'answer', C: 'answer' },
  requests: [
    { command: 'x', to: ['A'] },
    { command: 'y', to: ['A'] },
  ],
  before: [
    { leads: 'A', with: ['B'] },
    { lost: { to: 'C' } },
    { command: 'x', at: 'A' },
    { among: ['A', 'B'] },
    { command: 'y', at: 'A' },
    { lost: { to: 'C' } },
  ],
  terms: 1,
  standing: { A: 1 },
  heartbeats: 1,
  crashes: 1,
  statesMax: 500_000,
}

/** Of four servers A may stand twice; three are a majority. */
export const four: Trial = {
  servers: { A: 'answer', B: 'answer', C: 'answer', D: 'answer' },
  requests: [],
  terms: 2,
  standing: { A: 2 },
  statesMax: 500_000,
}

/**
 * In the first term A led and took x and w. B took x, and its answer is late. In the second C led, and B has z instead of x. A has yet to
 * hear of that, and may lead again in the third.
 */
export const oldAnswers: Trial = {
  servers: { A: 'answer', B: NEW, C: UP_TO_TWO, D: NEW, E: UP_TO_TWO },
  requests: [
    { command: 'x', to: ['A'] },
    { command: 'w', to: ['A'] },
    { command: 'z', to: ['C'] },
  ],
  before: [
    { leads: 'A', with: ['B', 'C'] },
    { command: 'x', at: 'A' },
    { from: 'A', to: 'B' },
    { command: 'w', at: 'A' },
    { lost: { from: 'A' } },
    { leads: 'C', with: ['D', 'E'] },
    { command: 'z', at: 'C' },
    { from: 'C', to: 'B' },
    { lost: { from: 'C', to: 'D' } },
    { lost: { from: 'C', to: 'E' } },
    { lost: { to: 'C' } },
  ],
  terms: 3,
  standing: { A: 2, C: 1 },
  statesMax: 2_000_000,
}

/**
 * In the first term A led and has told B of x and w, and knows that B has them. In the second C led, and A has y instead. A leads again
 * in the third, which C, D and E have heard of; C has y, D and E have nothing.
 */
export const leadsAfterOthers: Trial = {
  servers: { A: 'answer', B: UP_TO_TWO, C: NEW, D: NEW, E: UP_TO_TWO },
  requests: [
    { command: 'x', to: ['A'] },
    { command: 'w', to: ['A'] },
    { command: 'y', to: ['C'] },
    { command: 'z', to: ['A'] },
  ],
  before: [
    { leads: 'A', with: ['B', 'C'] },
    { command: 'x', at: 'A' },
    { command: 'w', at: 'A' },
    { from: 'A', to: 'B' },
    { from: 'B', to: 'A' },
    { lost: {} },
    { leads: 'C', with: ['D', 'E'] },
    { command: 'y', at: 'C' },
    { from: 'C', to: 'A' },
    { lost: {} },
    { leads: 'A', with: ['C', 'D'] },
    { lost: { to: 'B' } },
    { lost: { to: 'E' } },
  ],
  terms: 3,
  standing: { A: 2, C: 1 },
  statesMax: 500_000,
}
