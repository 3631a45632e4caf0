/**
 * What raft-election is tried on. Safety is looked at without a clock, where a timer may fire at any moment; whether there is a leader
 * in time, and whether it stays, is looked at with one.
 */
import { fields } from '../../engine/actors/fields.ts'
import { type Observed, observed } from '../../engine/actors/observed.ts'
import type {
  AnyNodeDefinition,
  Crashes,
  Network,
  System,
  SystemEvent,
  SystemHistory,
  SystemProperty,
  View,
  Violation,
} from '../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../engine/api.ts'
import type { Answer } from '../../engine/exercise.ts'
import type { Messages, Seen } from './messages.ts'
import {
  NOTHING_DONE,
  type ServerSeen,
  electionMessages,
  electionSafety,
  elects,
  hasLed,
  leaderOfAll,
  majority,
  observeServer,
  oneLeader,
  seen,
  serverHistory,
  serversIn,
  termsLed,
} from './properties.ts'

/** What is tried without a clock. Every interleaving of it is looked at. */
export interface Trial {
  readonly servers: readonly NodeId[]
  /** A server whose term is as large lets no election begin, so that a search comes to an end. */
  readonly terms: number
  /** The servers that may stand. Left out: all. */
  readonly standing?: readonly NodeId[]
  /** How often a server may send heartbeats because its timer fired, from each start. Left out: never. */
  readonly heartbeats?: number
  readonly duplicates?: number
  /** How often servers may crash in one run, all together. */
  readonly crashes?: number
  readonly statesMax: number
}

/** What is tried without a clock on one server alone, A: the others, B and C, are the course’s. */
export interface Directed {
  readonly others: { readonly B: AnyNodeDefinition; readonly C: AnyNodeDefinition }
  /** As in `Trial`; of A. */
  readonly terms: number
  readonly goal: SystemProperty
  readonly statesMax: number
}

/** What is tried with a clock: random runs. Times are milliseconds. */
export interface TimedTrial {
  readonly servers: readonly NodeId[]
  readonly runs: number
  readonly network?: Network
  readonly crashes?: Crashes
  /** When the last fault may come. Left out: there is none. */
  readonly faultsUntil?: number
  /** So long after the last fault there has to be a leader. */
  readonly within: number
  /** A server that has stood in the second term and is gone, and whose messages of the first term still come. */
  readonly old?: NodeId
  /** How long a message takes: any of these. */
  readonly latencies: readonly number[]
}

/** Election timeouts are drawn from this range; see section 9.3 of the paper. */
export const ELECTION_TIMEOUT = [150, 300] as const
export const HEARTBEAT_INTERVAL = 50

/** So long a run goes on after there had to be a leader, to see whether it stays. */
export const STAYS = 1_000

/** The node that looks at the clock; it takes no part. */
const WATCH = 'W'

type AnyContext = Context<Record<string, unknown>>

/**
 * An answer that asks before it stands, and hears within the same step that everybody would vote for it. Whether a server asks makes
 * no difference to what is safe, and with all those questions on their way a search would not come to an end.
 */
export function grantedAtOnce(definition: AnyNodeDefinition): AnyNodeDefinition {
  const { on, timers = {} } = definition
  const told = on.preVoteReply
  if (!told) return definition
  const asking = (ctx: AnyContext, handle: (ctx: AnyContext) => void, state: unknown): void => {
    const asked: { readonly to: NodeId; readonly term: number }[] = []
    const isQuestion = (type: string, to: readonly NodeId[], fields: unknown): boolean => {
      if (type === 'preVote')
        for (const one of to) asked.push({ to: one, ...(fields as Messages['preVote']) })
      return type === 'preVote'
    }
    const noting: AnyContext = {
      ...ctx,
      send: (to, type, fields) => void (isQuestion(type, [to], fields) || ctx.send(to, type, fields)),
      broadcast: (role, type, fields) => {
        const others = ctx.nodes(role).filter((id) => id !== ctx.self)
        if (!isQuestion(type, others, fields)) ctx.broadcast(role, type, fields)
      },
    }
    handle(noting)
    for (const { to: from, term } of asked.splice(0)) {
      const reply: AnyContext['reply'] = (type, fields) => noting.send(from, type, fields)
      told(state, { term, voteGranted: true }, { ...noting, from, reply })
    }
  }
  return {
    ...definition,
    on: Object.fromEntries(
      Object.entries(on).map(([type, handle]) => [
        type,
        (state: unknown, message: unknown, ctx: AnyContext) =>
          asking(ctx, (noting) => handle!(state, message, noting), state),
      ]),
    ),
    timers: Object.fromEntries(
      Object.entries(timers).map(([name, handle]) => [
        name,
        (state: unknown, ctx: AnyContext) => asking(ctx, (noting) => handle(state, noting), state),
      ]),
    ),
  }
}

/** The answer, looked at through `observe`; bounded where there is no clock. */
function bounded(
  definition: AnyNodeDefinition,
  { terms, standing, heartbeats = 0 }: Pick<Trial, 'terms' | 'standing' | 'heartbeats'>,
): AnyNodeDefinition {
  return observed<Seen>(grantedAtOnce(definition), {
    shows: seen,
    mayFire: (timer, fired, now, self) => {
      if (timer === 'heartbeat') return fired < heartbeats
      if (timer !== 'election') return fired < terms
      return fired < terms && now.term < terms && (standing?.includes(self) ?? true)
    },
  })
}

/** What is seen of a server, and whether the bounds of its trial keep it from standing again. */
interface Spent extends ServerSeen {
  readonly spent: boolean
}

const roles = {
  server: {
    sends: electionMessages,
    history: { initial: NOTHING_DONE, after: serverHistory },
    observe: observeServer,
  },
  watch: {
    sends: { calm: fields({}) },
    observe: ({ state }: { state: unknown }) => ({ time: (state as Watch | null)?.time }),
  },
}

/** The roles, where properties ask whether a server may still stand. @param terms as in `Trial` */
function showing(terms: number): System['roles'] {
  const observe: typeof observeServer = (node) => {
    const now = (node.state as Observed<Seen> | null) ?? null
    const spent = now?.seen !== undefined && (now.seen.term >= terms || (now.fired.election ?? 0) >= terms)
    return { ...observeServer(node), spent } satisfies Spent
  }
  return { ...roles, server: { ...roles.server, observe } }
}

/** Without a leader, somebody stands again. */
const goesOn: SystemProperty = {
  id: 'goes-on',
  kind: 'eventually',
  reached: (view) => serversIn<Spent>(view).some(({ seen }) => hasLed(seen) || seen.spent),
}

/**
 * Two leaders of a term are seen in small trials. In larger ones it is looked at whether somebody leads with too few votes: it takes
 * one server that stands to see that, and not two.
 */
function propertiesOf(servers: number): readonly SystemProperty[] {
  if (servers === 2) return [oneLeader, goesOn]
  return servers === 3 ? [...electionSafety, elects] : [...electionSafety, majority, elects]
}

/** The answer as every server of a trial without a clock. */
export function system(trial: Trial, answer: Answer): System {
  const { servers, terms, duplicates = 0, crashes = 0 } = trial
  return {
    nodes: servers.map((id) => ({
      id,
      role: 'server',
      definition: bounded(answer.definition, trial),
      probe: answer.probe,
    })),
    roles: servers.length > 2 ? roles : showing(terms),
    network: { duplicates, drops: 0 },
    crashes: crashes > 0 ? { roles: ['server'], limit: crashes, restart: 'at once' } : null,
    properties: propertiesOf(servers.length),
  }
}

const ARRIVES_ONCE: Network = { duplicates: 0, drops: 0 }

/** The term in which B stands. */
const SECOND = 2

/** At some moment stands in the second term; with a majority it leads, and says so, once. Before that it may vote for A. */
function successor(grants: boolean): AnyNodeDefinition {
  interface State {
    term: number
    role: 'follower' | 'candidate' | 'leader'
  }
  return node<State, Messages>({
    init(ctx) {
      ctx.setTimer('election')
      return { term: 0, role: 'follower' }
    },
    on: {
      requestVote(state, { term: asked }, ctx) {
        const waiting = state.role === 'follower'
        // Until it has stood it leaves unanswered what it is going to refuse.
        if (waiting && (!grants || asked >= SECOND)) return
        if (waiting) state.term = Math.max(state.term, asked)
        ctx.reply('requestVoteReply', { term: state.term, voteGranted: waiting && asked === state.term })
      },
      requestVoteReply(state, { term, voteGranted }, ctx) {
        if (state.role !== 'candidate' || term !== SECOND || !voteGranted) return
        state.role = 'leader'
        ctx.broadcast('server', 'appendEntries', { term })
      },
      appendEntries(state, { term }, ctx) {
        state.term = Math.max(state.term, term)
        ctx.reply('appendEntriesReply', { term: state.term, success: term === state.term })
      },
      preVote(state, _message, ctx) {
        ctx.reply('preVoteReply', { term: state.term, voteGranted: state.role !== 'leader' })
      },
    },
    timers: {
      election(state, ctx) {
        state.term = SECOND
        state.role = 'candidate'
        ctx.broadcast('server', 'requestVote', { term: SECOND })
      },
    },
  })
}

/**
 * Has stood in the second term, and nobody has heard of that. Now it hears heartbeats of a term that is over, and says so: its answers
 * are all that tells others of its term.
 */
const cutOff: AnyNodeDefinition = node<Record<string, never>, Messages>({
  init: () => ({}),
  on: {
    appendEntries(_state, { term }, ctx) {
      ctx.reply('appendEntriesReply', { term: SECOND, success: term >= SECOND })
    },
  },
})

/** Is in the second term, and asks nobody: that it refuses its vote is all that tells others of its term. */
const refuser: AnyNodeDefinition = node<Record<string, never>, Messages>({
  init: () => ({}),
  on: {
    requestVote(_state, { term }, ctx) {
      if (term < SECOND) ctx.reply('requestVoteReply', { term: SECOND, voteGranted: false })
    },
  },
})

/** Votes for one server, once it asks. What the other asks of it is late for ever. */
const backerOf = (candidate: NodeId): AnyNodeDefinition =>
  node<Record<string, never>, Messages>({
    init: () => ({}),
    on: {
      requestVote(_state, { term }, ctx) {
        if (ctx.from === candidate) ctx.reply('requestVoteReply', { term, voteGranted: true })
      },
    },
  })

const gone: AnyNodeDefinition = node<Record<string, never>, Messages>({ init: () => ({}), on: {} })

/** The answer as A, with B and C of the course. */
export function directedSystem({ others, terms, goal }: Directed, answer: Answer): System {
  const definition = bounded(answer.definition, { terms, heartbeats: 1 })
  return {
    nodes: [
      { id: 'A', role: 'server', definition, probe: answer.probe },
      { id: 'B', role: 'server', definition: others.B },
      { id: 'C', role: 'server', definition: others.C },
    ],
    roles,
    network: ARRIVES_ONCE,
    crashes: null,
    properties: [...electionSafety, goal],
  }
}

interface Watch {
  time: 'before' | 'calm' | 'elected'
}

/** So long after the last fault all that was sent before has arrived. */
const CALM_AFTER = 50

/** Looks at the clock, and says when there are no faults any more, and when there has to be a leader. */
function watch(faultsUntil: number | undefined, within: number): AnyNodeDefinition {
  return node<Watch, { calm: Record<string, never> }>({
    init(ctx) {
      if (faultsUntil !== undefined) ctx.setTimer('calm', faultsUntil + CALM_AFTER)
      ctx.setTimer('elected', (faultsUntil ?? 0) + within)
      return { time: 'before' }
    },
    on: {},
    timers: {
      calm(state, ctx) {
        state.time = 'calm'
        ctx.send(WATCH, 'calm', {})
      },
      elected(state) {
        state.time = 'elected'
      },
    },
  })
}

/** How often the old server is heard of: more often than any election timeout is over. */
export const OLD_EVERY = 140

/**
 * A server that has led in the first term, and asked for votes in the second: what it sent in the first arrives again and again.
 * @param more what its messages say besides the term
 */
export function oldServer(
  more: { readonly requestVote: object; readonly appendEntries: object } = {
    requestVote: {},
    appendEntries: {},
  },
): AnyNodeDefinition {
  return node<{ seen: null }, Messages>({
    init(ctx) {
      ctx.broadcast('server', 'requestVote', { term: 2, ...more.requestVote })
      ctx.setTimer('again', OLD_EVERY)
      return { seen: null }
    },
    on: {},
    timers: {
      again(_state, ctx) {
        ctx.broadcast('server', 'requestVote', { term: 1, ...more.requestVote })
        ctx.broadcast('server', 'appendEntries', { term: 1, ...more.appendEntries })
        ctx.setTimer('again', OLD_EVERY)
      },
    },
  })
}

/** What is known of the latest term once there are no faults any more, and who stood for election last. */
interface Calm {
  readonly calm: boolean
  /** The largest term in which somebody has asked for votes. */
  readonly latest: number
  /** Who leads in it, and who has heard of that since it is calm, the leader among them. */
  readonly leader: NodeId | null
  readonly heard: readonly NodeId[]
  readonly stood: {
    readonly server: NodeId
    readonly leader: NodeId
    readonly heard: readonly NodeId[]
  } | null
}

/** One step, as far as it matters to `Calm`. */
interface Noted {
  readonly calm?: true
  readonly server: NodeId
  /** The leader of whom it hears, and in which term. */
  readonly leader?: NodeId
  readonly led?: number
  /** The term in which it asks for votes. */
  readonly asked?: number
}

/** @param old of this one nothing is noted */
const calmHistory = (faults: boolean, old: NodeId | undefined): SystemHistory => ({
  initial: { calm: !faults, latest: 0, leader: null, heard: [], stood: null } satisfies Calm,
  record({ node: server, role, received, sent }: SystemEvent): Noted | null {
    if (role === 'watch') return sent.length > 0 ? { calm: true, server } : null
    if (server === old) return null
    const request = sent.find(({ type }) => type === 'requestVote')
    const heartbeat = received?.type === 'appendEntries' && received.from !== old ? received : null
    if (!request && !heartbeat) return null
    return {
      server,
      ...(request && { asked: (request.fields as Messages['requestVote']).term }),
      ...(heartbeat && {
        leader: heartbeat.from,
        led: (heartbeat.fields as Messages['appendEntries']).term,
      }),
    }
  },
  after(known: Calm, { calm, server, leader, led, asked }: Noted): Calm {
    let next = known
    if (calm) next = { ...next, calm: true, leader: null, heard: [] }
    if (leader !== undefined && next.calm && led! >= next.latest) {
      const heard = next.leader === leader ? next.heard : [leader]
      next = { ...next, leader, heard: heard.includes(server) ? heard : [...heard, server] }
    }
    if (asked === undefined) return next
    const stood = next.leader === null ? next.stood : { server, leader: next.leader, heard: next.heard }
    return { ...next, latest: Math.max(next.latest, asked), leader: null, heard: [], stood }
  },
})

/** A server stood for election although all that are up had heard of the leader of the latest term. */
function restless(view: View, history: unknown): Violation | null {
  const { stood } = history as Calm
  if (stood === null) return null
  const up = serversIn(view).filter(({ seen }) => seen.now !== null)
  const { server, leader, heard } = stood
  return up.every(({ id }) => heard.includes(id)) ? { server, leader } : null
}

/** There has to be a leader by now, and there is none that all are up with. */
function leaderless(within: number): (view: View) => Violation | null {
  return (view) => {
    const { time } = view.find(({ id }) => id === WATCH)!.seen as Watch
    return time === 'elected' && leaderOfAll(view) === null ? { milliseconds: within } : null
  }
}

/** The answer as every server of a trial with a clock but the old one. */
export function timedSystem(trial: TimedTrial, answer: Answer): System {
  const { servers, network = ARRIVES_ONCE, crashes = null, faultsUntil, within, old, latencies } = trial
  const definition = observed<Seen>(answer.definition, { shows: seen })
  return {
    nodes: [
      ...servers.map((id) =>
        id === old
          ? { id, role: 'server', definition: oldServer() }
          : { id, role: 'server', definition, probe: answer.probe },
      ),
      { id: WATCH, role: 'watch', definition: watch(faultsUntil, within) },
    ],
    roles,
    network,
    crashes,
    history: calmHistory(faultsUntil !== undefined, old),
    time: {
      latencies,
      timeouts: { election: ELECTION_TIMEOUT, heartbeat: [HEARTBEAT_INTERVAL] },
      ...(faultsUntil !== undefined && { faultsUntil }),
    },
    properties: [
      ...electionSafety,
      { id: 'in-time', kind: 'always', violated: leaderless(within) },
      { id: 'stays', kind: 'always', violated: restless },
    ],
  }
}

const A_TO_C = ['A', 'B', 'C']
const A_TO_E = ['A', 'B', 'C', 'D', 'E']

export const trials: { readonly [id: string]: Trial } = {
  two: { servers: ['A', 'B'], terms: 2, heartbeats: 1, crashes: 2, statesMax: 100_000 },
  three: { servers: A_TO_C, terms: 2, statesMax: 500_000 },
  crash: { servers: A_TO_C, terms: 1, crashes: 2, statesMax: 500_000 },
  four: { servers: ['A', 'B', 'C', 'D'], terms: 2, standing: ['A'], statesMax: 200_000 },
  five: { servers: A_TO_E, terms: 1, standing: ['A'], duplicates: 1, statesMax: 200_000 },
}

const seenOf = (view: View, server: NodeId): ServerSeen =>
  serversIn(view).find(({ id }) => id === server)!.seen

export const directed: { readonly [id: string]: Directed } = {
  'second-term': {
    others: { B: successor(false), C: gone },
    terms: 1,
    goal: {
      id: 'votes-again',
      kind: 'eventually',
      reached: (view) => seenOf(view, 'A').past.voted[SECOND]?.includes('B') ?? false,
    },
    statesMax: 50_000,
  },
  rival: {
    others: { B: successor(true), C: backerOf('B') },
    terms: 2,
    goal: {
      id: 'follows',
      kind: 'eventually',
      reached: (view) => {
        const { now } = seenOf(view, 'A')
        return hasLed(seenOf(view, 'B')) && now?.term === SECOND && now.role === 'follower'
      },
    },
    statesMax: 50_000,
  },
  refused: {
    others: { B: refuser, C: gone },
    terms: 1,
    goal: {
      id: 'adopts',
      kind: 'eventually',
      reached: (view) => (seenOf(view, 'A').now?.term ?? 0) >= SECOND,
    },
    statesMax: 50_000,
  },
  'comes-back': {
    others: { B: cutOff, C: backerOf('A') },
    // Once more than it takes to meet the second term: who gives way in it needs a timer, so that it stands again.
    terms: SECOND + 1,
    goal: {
      id: 'catches-up',
      kind: 'eventually',
      reached: (view) => {
        const server = seenOf(view, 'A')
        return (server.now?.term ?? 0) > SECOND || termsLed(server).includes(SECOND)
      },
    },
    statesMax: 50_000,
  },
}

const NEAR = [5, 8, 10, 12, 15]
const LOSSY: Network = { duplicates: 0, drops: 30 }

export const timedTrials: { readonly [id: string]: TimedTrial } = {
  pair: { servers: ['A', 'B'], runs: 200, within: 1_000, latencies: [1] },
  old: { servers: A_TO_C, runs: 100, old: 'C', within: 1_000, latencies: [1] },
  together: { servers: A_TO_C, runs: 100, within: 3_000, latencies: NEAR },
  // Without a third server nobody makes up for one that has come to a standstill. That takes two losses at the right time; each crash is
  // one more occasion.
  'two-lossy': {
    servers: ['A', 'B'],
    runs: 200,
    network: LOSSY,
    crashes: { roles: ['server'], limit: 3, restart: 'at once' },
    faultsUntil: 2_000,
    within: 3_000,
    latencies: NEAR,
  },
  lossy: { servers: A_TO_C, runs: 100, network: LOSSY, faultsUntil: 1_500, within: 3_000, latencies: NEAR },
  'leader-gone': {
    servers: A_TO_E,
    runs: 100,
    crashes: { roles: ['server'], limit: 2, restart: 'never' },
    faultsUntil: 1_500,
    within: 3_000,
    latencies: NEAR,
  },
  comeback: {
    servers: A_TO_C,
    runs: 150,
    network: LOSSY,
    crashes: { roles: ['server'], limit: 3, restart: 'at once' },
    faultsUntil: 2_000,
    within: 3_000,
    latencies: NEAR,
  },
  healed: {
    servers: A_TO_C,
    runs: 150,
    network: { ...ARRIVES_ONCE, partitions: { roles: ['server'], limit: 1, milliseconds: [300, 1_000] } },
    faultsUntil: 1_500,
    within: 3_000,
    latencies: NEAR,
  },
}
