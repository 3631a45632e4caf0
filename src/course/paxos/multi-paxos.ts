/**
 * Multi-Paxos: a log, each place of which is an instance of Paxos. Every server is a proposer, an acceptor and a learner in
 * one; a leader runs the first phase once, for all places from the first that it does not know.
 * Reference: L. Lamport, "Paxos Made Simple", 2001, section 3.
 */
import { fields, list, number, record, string } from '../../../engine/actors/fields.ts'
import type {
  AnyNodeDefinition,
  Crashes,
  Network,
  Role,
  SentMessage,
  System,
  View,
  Violation,
} from '../../../engine/actors/system.ts'
import { RELIABLE } from '../../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../../engine/api.ts'

/** The command that does nothing: it fills a place in which nothing was chosen. */
export const NO_OP = 'no-op'

/** What a server has accepted in a place of the log. */
export interface Vote {
  place: number
  n: number
  command: string
}

export interface Messages {
  /** Client to server: "have this command chosen". */
  command: { command: string }
  /** "Promise to accept nothing numbered below `n` in any place from `from` on; what have you accepted there?" */
  prepare: { n: number; from: number }
  promise: { n: number; votes: Vote[] }
  accept: { n: number; place: number; command: string }
  /** "I have accepted", to whoever asked. */
  accepted: { n: number; place: number; command: string }
  /** "This command is chosen in this place", to all servers. */
  chosen: { place: number; command: string }
}

/** What a server must not forget. */
interface Disk {
  /** Invariant: it accepts nothing numbered below, in no place. */
  promised: number
  /** By place: the latest vote. */
  votes: { [place: string]: Vote }
}

interface State extends Disk {
  /** The number of its own ballot; 0 while it has none. */
  n: number
  /** A majority has promised `n`. */
  leads: boolean
  /** The first place that its prepare asked about. */
  from: number
  /** Who has promised `n`, and the votes that were reported. */
  promises: { [server: string]: Vote[] }
  /** By place: the command that it has asked for under `n`, and who has accepted it. */
  asked: { [place: string]: { command: string; by: NodeId[] } }
  /** Commands of clients that it has not asked for yet. */
  waiting: string[]
  /** By place: the command that is chosen, as far as it knows. */
  chosen: { [place: string]: string }
  /** So many places, from the first on, it has carried out. Invariant: all of them are chosen. */
  done: number
}

/** How a server works. The wrong ways are the chapter's tests' and show what each part of the rule is for. */
export interface Rules {
  /** Both phases for each command, instead of the first phase once. */
  readonly eachPhase?: boolean
  /** A new leader asks for its own commands where others were reported. Wrong. */
  readonly ignoresReports?: boolean
  /** A new leader leaves gaps as they are. Safe, and what lies behind them is never carried out. */
  readonly leavesGaps?: boolean
  /** The servers that may ask to lead; left out: all. */
  readonly candidates?: readonly NodeId[]
}

type Ctx = Context<Messages, Disk>

const EMPTY: Disk = { promised: 0, votes: {} }

const starting = ({ promised, votes }: Disk): State => ({
  promised,
  votes,
  n: 0,
  leads: false,
  from: 1,
  promises: {},
  asked: {},
  waiting: [],
  chosen: {},
  done: 0,
})

/** A server. Its timer `lead` is what makes it ask to be the leader: when that happens is not its own choice. */
export function server(rules: Rules = {}): AnyNodeDefinition {
  const begin = (ctx: Ctx): void => {
    if (rules.candidates?.includes(ctx.self) ?? true) ctx.setTimer('lead')
  }
  return node<State, Messages, Disk>({
    init(ctx) {
      begin(ctx)
      return starting(EMPTY)
    },

    on: {
      command(state, { command }, ctx) {
        state.waiting.push(command)
        if (state.leads) next(state, rules, ctx)
      },

      // Phase 1b, for all places at once.
      prepare(state, { n, from }, ctx) {
        if (n <= state.promised) return
        follow(state, n)
        write(state, ctx)
        ctx.reply('promise', { n, votes: votesFrom(state, from) })
      },

      promise(state, { n, votes }, ctx) {
        if (n !== state.n || state.leads) return
        state.promises[ctx.from] = votes
        if (isMajority(Object.keys(state.promises), ctx)) lead(state, rules, ctx)
      },

      // Phase 2b.
      accept(state, { n, place, command }, ctx) {
        if (n < state.promised) return
        if (n > state.promised) follow(state, n)
        state.votes[place] = { place, n, command }
        write(state, ctx)
        ctx.reply('accepted', { n, place, command })
      },

      accepted(state, { n, place }, ctx) {
        const asked = state.asked[place]
        if (n !== state.n || !asked || asked.by.includes(ctx.from)) return
        asked.by = [...asked.by, ctx.from].sort()
        if (!isMajority(asked.by, ctx)) return
        delete state.asked[place]
        learn(state, place, asked.command)
        ctx.broadcast('server', 'chosen', { place, command: asked.command })
        if (rules.eachPhase && state.waiting.length > 0) prepare(state, ctx)
      },

      chosen(state, { place, command }) {
        learn(state, place, command)
      },
    },

    timers: { lead: (state, ctx) => prepare(state, ctx) },

    restart(disk, ctx) {
      begin(ctx)
      return starting(disk ?? EMPTY)
    },
  })
}

/** Phase 1a: asks for promises, with a number of its own that is larger than any that it knows. */
function prepare(state: State, ctx: Ctx): void {
  const servers = ctx.nodes('server')
  const own = servers.indexOf(ctx.self) + 1
  const round = Math.max(0, Math.ceil((state.promised + 1 - own) / servers.length))
  const n = round * servers.length + own
  follow(state, n)
  state.n = n
  state.from = state.done + 1
  // Its own promise, to itself.
  state.promises = { [ctx.self]: votesFrom(state, state.from) }
  write(state, ctx)
  ctx.broadcast('server', 'prepare', { n, from: state.from })
}

/** A majority has promised: completes what was reported, fills what was not, and goes on with what is waiting. */
function lead(state: State, rules: Rules, ctx: Ctx): void {
  state.leads = true
  const reported = latest(Object.values(state.promises).flat())
  // They have served; a smaller state is a smaller search.
  state.promises = {}
  const known = Object.keys(state.chosen).map(Number)
  const last = Math.max(state.done, ...known, ...Object.keys(reported).map(Number))
  for (let place = state.from; place <= last; place++) {
    const own = rules.ignoresReports ? state.waiting.shift() : undefined
    const command = state.chosen[place] ?? own ?? reported[place]?.command
    if (command === undefined && rules.leavesGaps) continue
    ask(state, place, command ?? NO_OP, ctx)
  }
  next(state, rules, ctx)
}

/** Phase 2a for the commands that are waiting. */
function next(state: State, rules: Rules, ctx: Ctx): void {
  while (state.waiting.length > 0) {
    if (rules.eachPhase && Object.keys(state.asked).length > 0) return
    const places = [...Object.keys(state.votes), ...Object.keys(state.chosen)].map(Number)
    ask(state, Math.max(state.from - 1, ...places) + 1, state.waiting.shift()!, ctx)
  }
}

function ask(state: State, place: number, command: string, ctx: Ctx): void {
  const { n } = state
  state.asked[place] = { command, by: [ctx.self] }
  state.votes[place] = { place, n, command }
  write(state, ctx)
  ctx.broadcast('server', 'accept', { n, place, command })
}

/** Owes the larger number its promise, and leads no longer. */
function follow(state: State, n: number): void {
  state.promised = n
  // What it had asked for may still be chosen, and whoever leads now finds out.
  state.n = 0
  state.leads = false
  state.promises = {}
  state.asked = {}
}

function learn(state: State, place: number, command: string): void {
  state.chosen[place] = command
  while (state.chosen[state.done + 1] !== undefined) state.done++
}

function write({ promised, votes }: State, ctx: Ctx): void {
  ctx.persist({ promised, votes })
}

function votesFrom({ votes }: Disk, from: number): Vote[] {
  return Object.values(votes)
    .filter(({ place }) => place >= from)
    .sort((one, other) => one.place - other.place)
}

/** By place, the vote with the largest number. */
function latest(votes: readonly Vote[]): { [place: number]: Vote } {
  const found: { [place: number]: Vote } = {}
  for (const vote of votes) {
    const known = found[vote.place]
    if (!known || known.n < vote.n) found[vote.place] = vote
  }
  return found
}

function isMajority(who: readonly NodeId[], ctx: Ctx): boolean {
  return who.length * 2 > ctx.nodes('server').length
}

/** A client that hands each command to one server. */
export function client(commands: readonly (readonly [to: NodeId, command: string])[]): AnyNodeDefinition {
  return node<Record<string, never>, Messages>({
    init(ctx) {
      for (const [to, command] of commands) ctx.send(to, 'command', { command })
      return {}
    },
    on: {},
  })
}

/** The votes that a server has cast, for the properties: an accept is its sender's own vote. */
function cast(votes: readonly Vote[], sent: readonly SentMessage[]): readonly Vote[] {
  const added = sent
    .filter(({ type }) => type === 'accepted' || type === 'accept')
    .map((message) => {
      const { place, n, command } = message.fields as Vote
      return { place, n, command }
    })
    .filter((vote, index, all) => all.findIndex((other) => isSame(other, vote)) === index)
    .filter((vote) => !votes.some((known) => isSame(known, vote)))
  if (added.length === 0) return votes
  return [...votes, ...added].sort((one, other) => one.place - other.place || one.n - other.n)
}

function isSame(one: Vote, other: Vote): boolean {
  return one.place === other.place && one.n === other.n && one.command === other.command
}

const vote = record({ place: number, n: number, command: string })

const roles: Record<string, Role> = {
  client: { sends: { command: fields({ command: string }) }, observe: () => null },
  server: {
    sends: {
      prepare: fields({ n: number, from: number }),
      promise: fields({ n: number, votes: list(vote) }),
      accept: fields({ n: number, place: number, command: string }),
      accepted: fields({ n: number, place: number, command: string }),
      chosen: fields({ place: number, command: string }),
    },
    history: { initial: [] satisfies Vote[], after: cast },
    observe: ({ state, history }) => ({
      cast: history as readonly Vote[],
      chosen: (state as State | null)?.chosen ?? {},
    }),
  },
}

interface Seen {
  readonly cast: readonly Vote[]
  readonly chosen: { readonly [place: string]: string }
}

/** The commands that a majority has accepted under one number, by place. */
export function chosenIn(view: View): readonly Vote[] {
  const servers = view.filter(({ role }) => role === 'server').map(({ seen }) => seen as Seen)
  const all = servers.flatMap((one) => one.cast)
  return all.filter(
    (vote, index) =>
      all.findIndex((other) => isSame(other, vote)) === index &&
      servers.filter((one) => one.cast.some((other) => isSame(other, vote))).length * 2 > servers.length,
  )
}

function twoInOnePlace(view: View): Violation | null {
  const chosen = chosenIn(view)
  for (const first of chosen) {
    const second = chosen.find(({ place, command }) => place === first.place && command !== first.command)
    if (second) return { place: first.place, first: first.command, second: second.command }
  }
  return null
}

/** A server that takes a command for chosen which is not. */
function learntWrong(view: View): Violation | null {
  const chosen = chosenIn(view)
  for (const { id, role, seen } of view) {
    if (role !== 'server') continue
    for (const [place, command] of Object.entries((seen as Seen).chosen)) {
      if (!chosen.some((vote) => vote.place === Number(place) && vote.command === command))
        return { server: id, place: Number(place), command }
    }
  }
  return null
}

export const SERVERS = ['S1', 'S2', 'S3'] as const

/**
 * Three servers and a client.
 * @param commands which command goes to which server
 */
export function log(
  commands: readonly (readonly [to: NodeId, command: string])[],
  rules: Rules = {},
  network: Network = RELIABLE,
  crashes: Crashes | null = null,
): System {
  const definition = server(rules)
  return {
    nodes: [
      { id: 'K', role: 'client', definition: client(commands) },
      ...SERVERS.map((id) => ({ id, role: 'server', definition })),
    ],
    roles,
    network,
    crashes,
    properties: [
      { id: 'one-command', kind: 'always', violated: twoInOnePlace },
      { id: 'learnt', kind: 'always', violated: learntWrong },
    ],
  }
}
