/**
 * Raft as nodes with handlers, after Figure 2 of D. Ongaro, J. Ousterhout, "In Search of an Understandable Consensus
 * Algorithm (Extended Version)", 2014: for the benchmarks, and for tests that need handlers of the size of a real
 * protocol's. Without membership changes and snapshots.
 *
 * `broken` leaves out one rule. Each such bug has been made by somebody: the tests see how soon it is found.
 */
import { boolean, fields, list, number, record, string } from '../actors/fields.ts'
import type {
  AnyNodeDefinition,
  Crashes,
  Network,
  Role,
  SentMessage,
  System,
  SystemProperty,
  View,
  Violation,
} from '../actors/system.ts'
import { type Context, node } from '../api.ts'

interface Entry {
  term: number
  command: string
}

interface Messages {
  requestVote: { term: number; lastLogIndex: number; lastLogTerm: number }
  vote: { term: number; granted: boolean }
  appendEntries: {
    term: number
    prevLogIndex: number
    prevLogTerm: number
    entries: Entry[]
    leaderCommit: number
  }
  /** `matchIndex`: the last entry that is known to agree; answers overtake one another, so each says what it is about. */
  appended: { term: number; success: boolean; matchIndex: number }
  /** From a client; a server that is not the leader ignores it. */
  command: { command: string }
  /** To the client: the command is committed at this index. */
  done: { command: string; index: number }
}

/** What survives a crash: the first three variables of Figure 2. */
interface Disk {
  currentTerm: number
  votedFor: string | null
  log: Entry[]
}

interface ServerState extends Disk {
  role: 'follower' | 'candidate' | 'leader'
  commitIndex: number
  /** Who has granted this candidate's request, itself included; sorted. */
  votes: string[]
  /** Of each other server, while this one leads. */
  nextIndex: { [server: string]: number }
  matchIndex: { [server: string]: number }
}

/** The rule that is left out. */
export type RaftBug =
  /** `votedFor` is not written to the disk: a server that crashes may vote twice in one term. */
  | 'forgets-vote'
  /** The vote is sent before it is written to the disk. */
  | 'votes-before-persisting'
  /** Votes are granted to candidates whose logs are behind. */
  | 'ignores-log'
  /** Entries of earlier terms are committed by counting replicas: Figure 8 of the paper. */
  | 'commits-old-terms'
  /** An AppendEntries shortens the log even where nothing conflicts: one that comes late takes entries away. */
  | 'always-truncates'
  /** A leader that is refused tries again with the same entries: a follower that is behind never catches up. */
  | 'never-backs-up'
  /** A command that stands in the log is not entered again, even if it can't be committed as it stands. */
  | 'never-enters-again'
  /** A server that hears of a new term resets its election timeout, though it neither votes nor follows a leader. */
  | 'waits-anew'

export interface RaftOptions {
  /** How many commands the client asks for; 0: no client. */
  readonly commands?: number
  /** No server stands for election once it has reached this term. Left out: terms have no bound. */
  readonly termMax?: number
  /** Does a leader go on sending AppendEntries? Left out: it does. */
  readonly heartbeats?: boolean
  readonly network?: Network
  readonly crashes?: Crashes | null
  readonly broken?: RaftBug | null
}

type ServerContext = Context<Messages, Disk>

function server({ termMax = Infinity, heartbeats = true, broken = null }: RaftOptions): AnyNodeDefinition {
  const persist = (state: ServerState, ctx: ServerContext): void =>
    ctx.persist({
      currentTerm: state.currentTerm,
      votedFor: broken === 'forgets-vote' ? null : state.votedFor,
      log: state.log,
    })

  const lastTerm = ({ log }: ServerState): number => (log.length === 0 ? 0 : log[log.length - 1]!.term)

  /** Waits for the election timeout, where there is another term to stand for. */
  const awaitElection = (state: Disk, ctx: ServerContext): void => {
    if (state.currentTerm < termMax) ctx.setTimer('election')
    else ctx.cancelTimer('election')
  }

  /** "If RPC request or response contains term T > currentTerm: set currentTerm = T, convert to follower." */
  const observeTerm = (state: ServerState, term: number, ctx: ServerContext): boolean => {
    if (term <= state.currentTerm) return false
    state.currentTerm = term
    state.votedFor = null
    follow(state, ctx)
    return true
  }

  /** A leader begins to wait; any other server goes on waiting: only a vote or a leader resets its election timeout. */
  const follow = (state: ServerState, ctx: ServerContext): void => {
    const waits = state.role !== 'leader' && broken !== 'waits-anew' && state.currentTerm < termMax
    if (!waits) awaitElection(state, ctx)
    state.role = 'follower'
    state.votes = []
    state.nextIndex = {}
    state.matchIndex = {}
    ctx.cancelTimer('heartbeat')
  }

  const append = (state: ServerState, to: string, ctx: ServerContext): void => {
    const next = state.nextIndex[to]!
    ctx.send(to, 'appendEntries', {
      term: state.currentTerm,
      prevLogIndex: next - 1,
      prevLogTerm: next > 1 ? state.log[next - 2]!.term : 0,
      entries: state.log.slice(next - 1),
      leaderCommit: state.commitIndex,
    })
  }

  const lead = (state: ServerState, ctx: ServerContext): void => {
    state.role = 'leader'
    state.votes = []
    for (const other of ctx.nodes('server')) {
      if (other === ctx.self) continue
      state.nextIndex[other] = state.log.length + 1
      state.matchIndex[other] = 0
    }
    ctx.cancelTimer('election')
    for (const other of ctx.nodes('server')) if (other !== ctx.self) append(state, other, ctx)
    if (heartbeats) ctx.setTimer('heartbeat')
  }

  /** "If there exists an N > commitIndex, a majority of matchIndex[i] ≥ N, and log[N].term = currentTerm: set it." */
  const advanceCommit = (state: ServerState, ctx: ServerContext): void => {
    const servers = ctx.nodes('server')
    for (let index = state.log.length; index > state.commitIndex; index--) {
      if (state.log[index - 1]!.term !== state.currentTerm && broken !== 'commits-old-terms') return
      let replicas = 1
      for (const other of servers) if (other !== ctx.self && state.matchIndex[other]! >= index) replicas++
      if (replicas * 2 <= servers.length) continue
      for (let done = state.commitIndex + 1; done <= index; done++) {
        for (const client of ctx.nodes('client'))
          ctx.send(client, 'done', { command: state.log[done - 1]!.command, index: done })
      }
      state.commitIndex = index
      return
    }
  }

  return node<ServerState, Messages, Disk>({
    init(ctx) {
      const disk: Disk = { currentTerm: 0, votedFor: null, log: [] }
      awaitElection(disk, ctx)
      return started(disk)
    },

    restart(disk, ctx) {
      const known = disk ?? { currentTerm: 0, votedFor: null, log: [] }
      awaitElection(known, ctx)
      return started(known)
    },

    on: {
      requestVote(state, { term, lastLogIndex, lastLogTerm }, ctx) {
        const newTerm = observeTerm(state, term, ctx)
        const upToDate =
          broken === 'ignores-log' ||
          lastLogTerm > lastTerm(state) ||
          (lastLogTerm === lastTerm(state) && lastLogIndex >= state.log.length)
        const free = state.votedFor === null || state.votedFor === ctx.from
        const granted = term === state.currentTerm && free && upToDate
        const changed = newTerm || (granted && state.votedFor === null)
        if (granted) {
          state.votedFor = ctx.from
          awaitElection(state, ctx)
        }
        if (broken === 'votes-before-persisting') ctx.reply('vote', { term: state.currentTerm, granted })
        if (changed) persist(state, ctx)
        if (broken !== 'votes-before-persisting') ctx.reply('vote', { term: state.currentTerm, granted })
      },

      vote(state, { term, granted }, ctx) {
        if (observeTerm(state, term, ctx)) persist(state, ctx)
        if (state.role !== 'candidate' || term !== state.currentTerm || !granted) return
        if (!state.votes.includes(ctx.from)) state.votes = [...state.votes, ctx.from].sort()
        if (state.votes.length * 2 > ctx.nodes('server').length) lead(state, ctx)
      },

      appendEntries(state, { term, prevLogIndex, prevLogTerm, entries, leaderCommit }, ctx) {
        let changed = observeTerm(state, term, ctx)
        if (term < state.currentTerm) {
          ctx.reply('appended', { term: state.currentTerm, success: false, matchIndex: 0 })
          return
        }
        if (state.role === 'candidate') follow(state, ctx)
        awaitElection(state, ctx)
        const agrees =
          prevLogIndex === 0 ||
          (state.log.length >= prevLogIndex && state.log[prevLogIndex - 1]!.term === prevLogTerm)
        if (!agrees) {
          if (changed) persist(state, ctx)
          ctx.reply('appended', { term, success: false, matchIndex: 0 })
          return
        }
        if (broken === 'always-truncates' && state.log.length > prevLogIndex) {
          state.log.length = prevLogIndex
          changed = true
        }
        for (let index = 0; index < entries.length; index++) {
          const position = prevLogIndex + index
          const own = state.log[position]
          if (own !== undefined && own.term === entries[index]!.term) continue
          state.log.length = position
          state.log.push(entries[index]!)
          changed = true
        }
        const last = prevLogIndex + entries.length
        if (leaderCommit > state.commitIndex) {
          state.commitIndex = Math.max(state.commitIndex, Math.min(leaderCommit, last))
        }
        if (changed) persist(state, ctx)
        ctx.reply('appended', { term, success: true, matchIndex: last })
      },

      appended(state, { term, success, matchIndex }, ctx) {
        if (observeTerm(state, term, ctx)) persist(state, ctx)
        if (state.role !== 'leader' || term !== state.currentTerm) return
        const { from } = ctx
        if (success) {
          if (matchIndex <= state.matchIndex[from]!) return
          state.matchIndex[from] = matchIndex
          state.nextIndex[from] = Math.max(state.nextIndex[from]!, matchIndex + 1)
          advanceCommit(state, ctx)
          if (state.nextIndex[from]! <= state.log.length) append(state, from, ctx)
        } else if (state.nextIndex[from]! > state.matchIndex[from]! + 1) {
          if (broken !== 'never-backs-up') state.nextIndex[from]!--
          append(state, from, ctx)
        }
      },

      command(state, { command }, ctx) {
        if (state.role !== 'leader') return
        // A client that asks again is not to have its command carried out twice. But an entry of an earlier term can
        // be committed only together with one of this term: unless there is a new one, it would wait for ever.
        const known = state.log.findIndex(
          (entry, index) =>
            entry.command === command &&
            (index < state.commitIndex ||
              entry.term === state.currentTerm ||
              broken === 'never-enters-again'),
        )
        if (known >= 0) {
          if (known < state.commitIndex) ctx.reply('done', { command, index: known + 1 })
          return
        }
        state.log.push({ term: state.currentTerm, command })
        persist(state, ctx)
        for (const other of ctx.nodes('server')) {
          if (other === ctx.self || state.nextIndex[other] !== state.log.length) continue
          append(state, other, ctx)
        }
        advanceCommit(state, ctx)
      },
    },

    timers: {
      election(state, ctx) {
        state.role = 'candidate'
        state.currentTerm++
        state.votedFor = ctx.self
        state.votes = [ctx.self]
        persist(state, ctx)
        awaitElection(state, ctx)
        if (ctx.nodes('server').length === 1) return lead(state, ctx)
        ctx.broadcast('server', 'requestVote', {
          term: state.currentTerm,
          lastLogIndex: state.log.length,
          lastLogTerm: lastTerm(state),
        })
      },

      heartbeat(state, ctx) {
        for (const other of ctx.nodes('server')) if (other !== ctx.self) append(state, other, ctx)
        ctx.setTimer('heartbeat')
      },
    },
  })
}

function started({ currentTerm, votedFor, log }: Disk): ServerState {
  return {
    role: 'follower',
    currentTerm,
    votedFor,
    log,
    commitIndex: 0,
    votes: [],
    nextIndex: {},
    matchIndex: {},
  }
}

interface ClientState {
  /** The command that it waits for, counted from 1. */
  next: number
}

/** Asks for one command after the other, again and again until it hears that it is committed. */
function client(commands: number): AnyNodeDefinition {
  return node<ClientState, Messages, null>({
    init(ctx) {
      ctx.setTimer('ask')
      return { next: 1 }
    },
    on: {
      done(state, { command }, ctx) {
        if (command !== `c${state.next}`) return
        state.next++
        if (state.next > commands) ctx.cancelTimer('ask')
      },
    },
    timers: {
      ask(state, ctx) {
        ctx.broadcast('server', 'command', { command: `c${state.next}` })
        ctx.setTimer('ask')
      },
    },
  })
}

/** What a server did, as its messages show it; a crash doesn't undo it. */
interface ServerHistory {
  /** The terms in which it acted as leader. */
  readonly led: readonly number[]
  /** The commands of which it told the client that they are committed, by index − 1; null where it told nothing. */
  readonly told: readonly (string | null)[]
}

function serverHistory(history: ServerHistory, sent: readonly SentMessage[]): ServerHistory {
  let { led, told } = history
  for (const { type, fields: message } of sent) {
    if (type === 'appendEntries') {
      const { term } = message as Messages['appendEntries']
      if (!led.includes(term)) led = [...led, term].sort((one, other) => one - other)
    } else if (type === 'done') {
      const { command, index } = message as Messages['done']
      if (told[index - 1] === command) continue
      const longer = [...told]
      while (longer.length < index) longer.push(null)
      longer[index - 1] = command
      told = longer
    }
  }
  return led === history.led && told === history.told ? history : { led, told }
}

/** What properties see of a server. */
interface SeenServer {
  readonly history: ServerHistory
  /** Null while it is down. */
  readonly state: Pick<ServerState, 'role' | 'currentTerm' | 'log' | 'commitIndex'> | null
}

const entry = record({ term: number, command: string })

const roles: Record<string, Role> = {
  server: {
    sends: {
      requestVote: fields({ term: number, lastLogIndex: number, lastLogTerm: number }),
      vote: fields({ term: number, granted: boolean }),
      appendEntries: fields({
        term: number,
        prevLogIndex: number,
        prevLogTerm: number,
        entries: list(entry),
        leaderCommit: number,
      }),
      appended: fields({ term: number, success: boolean, matchIndex: number }),
      done: fields({ command: string, index: number }),
    },
    history: { initial: { led: [], told: [] } satisfies ServerHistory, after: serverHistory },
    observe({ state, history }): SeenServer {
      if (state === null) return { history: history as ServerHistory, state: null }
      const { role, currentTerm, log, commitIndex } = state as ServerState
      return { history: history as ServerHistory, state: { role, currentTerm, log, commitIndex } }
    },
  },
  client: {
    sends: { command: fields({ command: string }) },
    observe: ({ state }) => (state as ClientState | null)?.next ?? 0,
  },
}

/** Election Safety: at most one leader can be elected in a given term. */
function electionSafety(view: View): Violation | null {
  for (let index = 1; index < view.length; index++) {
    const { id, role, seen } = view[index]!
    if (role !== 'server') continue
    for (const term of (seen as SeenServer).history.led) {
      for (let other = 0; other < index; other++) {
        const { role: otherRole, seen: otherSeen } = view[other]!
        if (otherRole === 'server' && (otherSeen as SeenServer).history.led.includes(term))
          return { term, first: view[other]!.id, second: id }
      }
    }
  }
  return null
}

/** Log Matching: logs with an entry of the same index and term are identical up to there. */
function logMatching(view: View): Violation | null {
  for (let index = 1; index < view.length; index++) {
    const log = logOf(view, index)
    for (let other = 0; log !== null && other < index; other++) {
      const otherLog = logOf(view, other)
      if (otherLog === null) continue
      let position = Math.min(log.length, otherLog.length) - 1
      while (position >= 0 && log[position]!.term !== otherLog[position]!.term) position--
      for (; position >= 0; position--) {
        const own = log[position]!
        const others = otherLog[position]!
        if (own.term !== others.term || own.command !== others.command)
          return { index: position + 1, first: view[other]!.id, second: view[index]!.id }
      }
    }
  }
  return null
}

/**
 * State Machine Safety: no two servers take different commands as committed at one index. Counted are the commands that
 * a server applies now and those of which it has told the client, although it may have crashed since.
 */
function stateMachineSafety(view: View): Violation | null {
  const applied: string[] = []
  for (const { id, role, seen } of view) {
    if (role !== 'server') continue
    const { history, state } = seen as SeenServer
    const { told } = history
    const count = Math.max(told.length, state?.commitIndex ?? 0)
    for (let index = 0; index < count; index++) {
      for (let source = 0; source < 2; source++) {
        const command =
          source === 0
            ? told[index]
            : state !== null && index < state.commitIndex
              ? state.log[index]?.command
              : null
        // A server that has committed an entry which is no longer in its log breaks this too.
        if (command === undefined && source === 1)
          return { index: index + 1, first: '', second: '', server: id }
        if (command === null || command === undefined) continue
        const known = (applied[index] ??= command)
        if (known !== command) return { index: index + 1, first: known, second: command, server: id }
      }
    }
  }
  return null
}

/** Leader Completeness: what the client was told of is in the log of the leader of the newest term. */
function leaderCompleteness(view: View): Violation | null {
  let newest = 0
  for (const { role, seen } of view) {
    if (role !== 'server') continue
    const { led } = (seen as SeenServer).history
    if (led.length > 0) newest = Math.max(newest, led[led.length - 1]!)
  }
  for (const { id, role, seen } of view) {
    const leader = role === 'server' ? (seen as SeenServer).state : null
    if (leader === null || leader.role !== 'leader' || leader.currentTerm !== newest) continue
    for (const { role: otherRole, seen: otherSeen } of view) {
      if (otherRole !== 'server') continue
      const { told } = (otherSeen as SeenServer).history
      for (let index = 0; index < told.length; index++) {
        if (told[index] !== null && leader.log[index]?.command !== told[index])
          return { leader: id, term: newest, index: index + 1, command: told[index]! }
      }
    }
  }
  return null
}

function logOf(view: View, index: number): readonly Entry[] | null {
  const { role, seen } = view[index]!
  return role === 'server' ? ((seen as SeenServer).state?.log ?? null) : null
}

function hasLeader(view: View): boolean {
  return view.some(({ role, seen }) => role === 'server' && (seen as SeenServer).state?.role === 'leader')
}

const ELECTION: SystemProperty = { id: 'election-safety', kind: 'always', violated: electionSafety }

/**
 * So many servers and, where commands are asked for, a client.
 * Every message may be lost or repeated and every server may crash, if nothing else is said.
 */
export function raft(servers: number, options: RaftOptions = {}): System {
  const {
    commands = 10,
    network = { duplicates: Infinity, drops: Infinity },
    crashes = { roles: ['server'], limit: 'unlimited', restart: 'later' },
  } = options
  const definition = server(options)
  return {
    nodes: [
      ...Array.from({ length: servers }, (_, index) => ({ id: `S${index + 1}`, role: 'server', definition })),
      ...(commands > 0 ? [{ id: 'C', role: 'client', definition: client(commands) }] : []),
    ],
    roles,
    network,
    crashes,
    properties: [
      ELECTION,
      { id: 'log-matching', kind: 'always', violated: logMatching },
      { id: 'state-machine-safety', kind: 'always', violated: stateMachineSafety },
      { id: 'leader-completeness', kind: 'always', violated: leaderCompleteness },
      ...(commands > 0 ? [served(commands)] : []),
    ],
  }
}

/** The client has heard that its last command is committed. */
function served(commands: number): SystemProperty {
  return {
    id: 'served',
    kind: 'eventually',
    reached: (view) => view.some(({ role, seen }) => role === 'client' && (seen as number) > commands),
  }
}

export interface RaftElectionOptions extends Omit<RaftOptions, 'commands' | 'heartbeats'> {
  readonly termMax?: number
}

/**
 * Leader election alone: no client and so no entries, and a leader sends AppendEntries once. Without a bound on terms
 * the search would not end. Two terms are the fewest in which a term is left for the next one, with votes, requests and
 * leaders of the old term still about; three servers have 1,279,461 states then (5,111,557 with a crash), and with a
 * third term more than fit in memory. Messages stay in the network and may arrive any number of times, as in most
 * specifications of Raft in TLA+: arriving once each, they have more states, for it then matters which are left.
 */
export function raftElection(servers: number, options: RaftElectionOptions = {}): System {
  const {
    termMax = 2,
    network = { duplicates: 'unlimited', drops: 0 },
    crashes = null,
    broken = null,
  } = options
  return {
    ...raft(servers, { commands: 0, heartbeats: false, termMax, network, crashes, broken }),
    properties: [ELECTION, { id: 'elected', kind: 'sometimes', reached: hasLeader }],
  }
}
