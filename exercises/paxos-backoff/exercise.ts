/**
 * paxos-backoff: the learner is given a proposer that is safe and fights duels, and makes it wait; the client, the acceptors
 * and the learner of Paxos around it are the course's. Safety is looked at without a clock, where a wait may be over at any
 * moment; whether it decides in time is looked at with one.
 */
import { fields, number, orNull, record } from '../../engine/actors/fields.ts'
import type {
  AnyNodeDefinition,
  Crashes,
  Network,
  Role,
  System,
  SystemHistory,
  SystemProperty,
  View,
  Violation,
} from '../../engine/actors/system.ts'
import { type Context, node } from '../../engine/api.ts'
import type { Answer, Exercise } from '../../engine/exercise.ts'
import { acceptor as refusing } from '../duel/acceptor.ts'
import { agreementViolated, chosen, learner as silent } from '../paxos-acceptor/exercise.ts'
import {
  type Acceptor,
  type ProposerHistory,
  acceptor,
  acceptorHistory,
  inventedValue,
  proposerHistory,
  proposersIn,
  sharedNumber,
  twoValues,
} from '../paxos-proposer/exercise.ts'
import type { Messages, Proposal } from './messages.ts'

/** A proposer and the value that its client wants. */
interface Wish {
  readonly proposer: string
  readonly v: number
  /** How often it is asked, where there is no clock. Left out: once. */
  readonly times?: number
  /** So many attempts of it are looked at, where a trial is `bounded`. Left out: one. */
  readonly attempts?: number
}

interface ClientState {
  /** From this the next seed is made; it depends on when the proposers before were asked. */
  mix: number
  /** Is the time up? */
  over: boolean
}

/** Seeds are smaller than this, times the number of proposers. */
const MIX_MAX = 1_000_000

/**
 * Asks each proposer once, at a moment that is drawn for it, and ends its patience at the deadline. The seeds follow from those
 * moments, so that they are others in each run.
 */
function timedClient(wishes: readonly Wish[], deadline: number): AnyNodeDefinition {
  return node<ClientState, Messages>({
    init(ctx) {
      for (const { proposer } of wishes) ctx.setTimer(`ask:${proposer}`)
      ctx.setTimer('deadline', deadline)
      return { mix: 1, over: false }
    },
    on: {},
    timers: {
      ask(state, ctx) {
        const index = wishes.findIndex(({ proposer }) => proposer === ctx.about)
        state.mix = (state.mix * 61 + ctx.now() + 1) % MIX_MAX
        ctx.send(ctx.about, 'propose', { v: wishes[index]!.v, seed: state.mix * wishes.length + index + 1 })
      },
      deadline(state) {
        state.over = true
      },
    },
  })
}

/** Asks all at once. */
function client(wishes: readonly Wish[]): AnyNodeDefinition {
  return node<ClientState, Messages>({
    init(ctx) {
      wishes.forEach(({ proposer, v, times = 1 }, index) => {
        for (let time = 0; time < times; time++) ctx.send(proposer, 'propose', { v, seed: index + 1 })
      })
      return { mix: 1, over: false }
    },
    on: {},
  })
}

/** Tells all proposers of every proposal that is chosen. */
const learner: AnyNodeDefinition = node<{ votes: { [n: number]: string[] } }, Messages>({
  init: () => ({ votes: {} }),
  on: {
    accepted({ votes }, { n, v }, ctx) {
      const voters = (votes[n] ??= [])
      if (voters.includes(ctx.from)) return
      voters.push(ctx.from)
      const majority = Math.floor(ctx.nodes('acceptor').length / 2) + 1
      if (voters.length === majority) ctx.broadcast('proposer', 'chosen', { v })
    },
  },
})

/** What `limited` keeps beside the state of the answer. */
interface Limited {
  answer: object
  /** How often it has begun to send, since it started. */
  efforts: number
}

/**
 * The answer, whose timers stand still and which hears no refusal once it has begun to send so often, asked or not. A
 * proposer may try again for ever; so that a search comes to an end, it may not do so here. Going on after a promise is
 * no new effort.
 */
function limited(definition: AnyNodeDefinition, efforts: number): AnyNodeDefinition {
  type Handler = (answer: object, ctx: Context<Messages>) => void
  const counted = (kept: Limited, ctx: Context<Messages>, handle: Handler): void => {
    let sends = false
    const noting: Context<Messages> = {
      ...ctx,
      send: (...message) => ((sends = true), ctx.send(...message)),
      reply: (...message) => ((sends = true), ctx.reply(...message)),
      broadcast: (...message) => ((sends = true), ctx.broadcast(...message)),
    }
    handle(kept.answer, noting)
    if (sends) kept.efforts++
  }
  const started = (start: (ctx: Context<Messages>) => object, ctx: Context<Messages>): Limited => {
    const kept: Limited = { answer: {}, efforts: 0 }
    counted(kept, ctx, (_, noting) => void (kept.answer = start(noting)))
    return kept
  }
  const { init, on, timers = {}, restart } = definition
  return {
    init: (ctx) => started((noting) => init(noting), ctx),
    on: mapped(on, (handle, type) => (kept: Limited, message: unknown, ctx: Context<Messages>) => {
      if (type === 'promise') return handle!(kept.answer, message as never, ctx)
      if (type === 'nack' && kept.efforts >= efforts) return
      counted(kept, ctx, (answer, noting) => handle!(answer, message as never, noting))
    }),
    timers: mapped(timers, (handle) => (kept: Limited, ctx: Context<Messages>) => {
      if (kept.efforts < efforts) counted(kept, ctx, (answer, noting) => handle(answer, noting))
    }),
    restart: (disk: unknown, ctx) =>
      started((noting) => (restart ? restart(disk, noting) : init(noting)), ctx),
    show: (state) => (state as Limited).answer,
  }
}

function mapped<T, R>(record: { readonly [key: string]: T }, change: (value: T, key: string) => R) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}

/** What the properties see of a proposer. */
interface ProposerSeen extends ProposerHistory {
  readonly up: boolean
}

const roles: Record<string, Role> = {
  client: {
    sends: { propose: fields({ v: number, seed: number }) },
    observe: ({ state }) => ({ over: (state as ClientState | null)?.over ?? false }),
  },
  proposer: {
    sends: {
      propose: fields({ v: number, seed: number }),
      prepare: fields({ n: number }),
      accept: fields({ n: number, v: number }),
    },
    history: { initial: { numbers: [], proposed: [] } satisfies ProposerHistory, after: proposerHistory },
    observe: ({ state, history }) => ({ ...(history as ProposerHistory), up: state !== null }),
  },
  acceptor: {
    sends: {
      promise: fields({ n: number, accepted: orNull(record({ n: number, v: number })) }),
      accepted: fields({ n: number, v: number }),
      nack: fields({ n: number, promised: number }),
    },
    history: { initial: [] satisfies readonly Proposal[], after: acceptorHistory },
    observe: ({ history }) => ({ accepted: history }),
  },
  learner: { sends: { chosen: fields({ v: number }) }, observe: () => null },
}

/** The proposers that a request has reached; one that is lost obliges nobody. */
const requested: SystemHistory = {
  initial: [],
  record: ({ node: name, role, received }) =>
    role === 'proposer' && received?.type === 'propose' ? { name } : null,
  after: (names: readonly string[], { name }: { name: string }) =>
    names.includes(name) ? names : [...names, name],
}

/**
 * The time is up, nothing is chosen, and there is a proposer that was asked and is up.
 * @param asked the names of those that were asked
 * @param deadline in milliseconds
 */
function undecided(view: View, asked: readonly string[], deadline: number): Violation | null {
  const over = view.some(({ role, seen }) => role === 'client' && (seen as { over: boolean }).over)
  const obliged = proposersIn(view).some(({ id, seen }) => (seen as ProposerSeen).up && asked.includes(id))
  if (!over || !obliged || isDecided(view)) return null
  return { milliseconds: deadline, attempts: attemptsIn(view) }
}

/** Nothing is chosen after so many attempts that nothing will be: an answer that begins them in no time would never end. */
function tooManyAttempts(view: View): Violation | null {
  const attempts = attemptsIn(view)
  return attempts <= ATTEMPTS_MAX || isDecided(view) ? null : { attempts }
}

export const ATTEMPTS_MAX = 500

function attemptsIn(view: View): number {
  return proposersIn(view).reduce((sum, { seen }) => sum + seen.numbers.length, 0)
}

function isDecided(view: View): boolean {
  return chosen(view).length > 0
}

/** What is tried in a configuration. */
interface Trial {
  readonly wishes: readonly Wish[]
  readonly acceptors: { readonly [name: string]: Acceptor }
  readonly network?: Network
  readonly crashes?: Crashes
  /** Is every interleaving looked at? Then attempts are limited, acceptors refuse as they say, and nobody hears of a choice. */
  readonly bounded?: true
  /** Properties beside those that always hold. */
  readonly goals?: readonly 'reachable'[]
  /** Left out: there is no clock. */
  readonly clock?: {
    /** How long a message takes, in milliseconds: one of these, each as likely as the others. */
    readonly latencies: readonly number[]
    /** By then a value has to be chosen, in milliseconds. */
    readonly deadline: number
  }
}

/** Each proposer is asked so many milliseconds after the start: anything from the first to the second. */
const ASKED: readonly [number, number] = [0, 60]

/** The answer as every proposer of a trial, with the client, the acceptors and the learner around it. */
export function system(trial: Trial, answer: Answer): System {
  const { wishes, acceptors, network = RELIABLE, crashes = null, bounded, goals = [], clock } = trial
  const wanted = new Set([
    ...wishes.map(({ v }) => v),
    ...Object.values(acceptors).flatMap(({ accepted }) => (accepted ? [accepted.v] : [])),
  ])
  const always = (id: string, violated: (view: View) => Violation | null): SystemProperty => ({
    id,
    kind: 'always',
    violated,
  })
  const plain: System = {
    nodes: [
      { id: 'U', role: 'client', definition: clock ? timedClient(wishes, clock.deadline) : client(wishes) },
      ...wishes.map(({ proposer: id, attempts = 1 }) => ({
        id,
        role: 'proposer',
        definition: bounded ? limited(answer.definition, attempts) : answer.definition,
        probe: answer.probe,
      })),
      ...Object.entries(acceptors).map(([id, one]) => ({
        id,
        role: 'acceptor',
        definition: bounded ? acceptor(one) : refusing,
      })),
      { id: 'L', role: 'learner', definition: bounded ? silent : learner },
    ],
    roles,
    network,
    crashes,
    properties: [
      always('agreement', agreementViolated),
      always('unique', sharedNumber),
      always('one-value', twoValues),
      always('validity', (view) => inventedValue(view, wanted)),
      ...goals.map((id) => ({ id, kind: 'sometimes', reached: isDecided }) as const),
    ],
  }
  if (!clock) return plain
  const { latencies, deadline } = clock
  return {
    ...plain,
    history: requested,
    time: { latencies, timeouts: { ask: ASKED }, readers: ['client'] },
    properties: [
      ...plain.properties,
      {
        id: 'decides',
        kind: 'always',
        violated: (view, asked) => undecided(view, asked as readonly string[], deadline),
      },
      always('haste', tooManyAttempts),
    ],
  }
}

/** Every message arrives once at most, and none is lost. */
const RELIABLE: Network = { duplicates: 0, drops: 0 }

/** At most so many messages are lost in one run. */
const LOSSY: Network = { duplicates: 0, drops: 12 }

const NEAR = [10, 15, 20, 25, 30]
const FAR = [100, 150, 200, 250, 300]

// The values don't rise with the places of the proposers.
const FIVE: readonly Wish[] = [
  { proposer: 'A', v: 8 },
  { proposer: 'B', v: 5 },
  { proposer: 'C', v: 7 },
  { proposer: 'D', v: 0 },
  { proposer: 'E', v: 6 },
]
const TWO = FIVE.slice(0, 2)
const THREE = FIVE.slice(0, 3)
const X_TO_Z = { X: {}, Y: {}, Z: {} }

const [A, B] = FIVE as readonly [Wish, Wish]

/** An acceptor that has accepted a proposal of a proposer that is gone. */
const has = (n: number, v: number): Acceptor => ({ promised: n, accepted: { n, v } })

/** Trials of which every interleaving is looked at. */
const small: { readonly [id: string]: Trial } = {
  refused: {
    bounded: true,
    wishes: [{ ...A, attempts: 2 }, B],
    acceptors: { X: { hears: ['B'] }, Y: { nacks: true }, Z: {} },
    goals: ['reachable'],
  },
  // The first number of A may be too small, and how many attempts it takes for a larger one is its own affair: no goal.
  'old-proposals': {
    bounded: true,
    wishes: [
      { ...A, attempts: 3 },
      { ...B, times: 0 },
    ],
    acceptors: { X: has(1, 7), Y: { promised: 2, nacks: true }, Z: has(2, 3) },
  },
  'crash-safe': {
    bounded: true,
    wishes: [A, { ...B, times: 2 }],
    acceptors: { X: { hears: ['B'] }, Y: {}, Z: {} },
    crashes: { roles: ['proposer'], limit: 1, restart: 'at once' },
    goals: ['reachable'],
  },
}

interface TimedTrial extends Trial {
  readonly clock: NonNullable<Trial['clock']>
  readonly runs: number
}

/** Trials with clocks, and how many runs of each. The deadlines are twice what the slowest of the right answers needs, and more. */
export const timed: { readonly [id: string]: TimedTrial } = {
  duel: { runs: 300, wishes: FIVE, acceptors: X_TO_Z, clock: { latencies: NEAR, deadline: 600 } },
  far: {
    runs: 100,
    wishes: FIVE,
    acceptors: { V: {}, W: {}, ...X_TO_Z },
    clock: { latencies: FAR, deadline: 10_000 },
  },
  losses: {
    runs: 200,
    wishes: TWO,
    acceptors: X_TO_Z,
    network: LOSSY,
    clock: { latencies: NEAR, deadline: 20_000 },
  },
  crash: {
    runs: 200,
    wishes: THREE,
    acceptors: X_TO_Z,
    network: LOSSY,
    crashes: { roles: ['proposer'], limit: 1, restart: 'never' },
    clock: { latencies: NEAR, deadline: 20_000 },
  },
}

/** A system too large for every interleaving, without a clock. */
const large: Trial = {
  wishes: THREE,
  acceptors: X_TO_Z,
  network: { duplicates: 3, drops: 0 },
  crashes: { roles: ['proposer'], limit: 2, restart: 'at once' },
}

const exercise: Exercise = {
  id: 'paxos-backoff',
  kind: 'build',
  version: 1,
  file: 'proposer.ts',
  configurations: [
    ...Object.entries(small).map(([id, trial]) => ({
      id,
      driver: 'explore' as const,
      statesMax: 500_000,
      system: (answer: Answer) => system(trial, answer),
    })),
    ...Object.entries(timed).map(([id, trial]) => ({
      id,
      driver: 'simulate' as const,
      runs: trial.runs,
      // The time ends a run, or else `haste` does: no run comes near to so many steps.
      stepsMax: 100_000,
      milliseconds: trial.clock.deadline + 1,
      system: (answer: Answer) => system(trial, answer),
    })),
    {
      id: 'any-order',
      driver: 'simulate',
      runs: 300,
      stepsMax: 150,
      system: (answer) => system(large, answer),
    },
  ],
}

export default exercise
