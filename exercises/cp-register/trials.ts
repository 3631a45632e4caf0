/**
 * What cp-register is tried on. Where every interleaving is looked at there is no clock: a message may take any time, which is what a
 * partition does, and a timer may fire at any moment. Whether clients are answered is looked at with clocks, and with replicas that nothing reaches.
 */
import type { AnyNodeDefinition, Crashes, Network, System } from '../../engine/actors/system.ts'
import { type NodeId, node } from '../../engine/api.ts'
import type { Answer } from '../../engine/exercise.ts'
import { type Plan, client, connected } from './clients.ts'
import type { Messages } from './messages.ts'
import { answered, available, history, isLinearizable, neverRefused, refused, roles } from './properties.ts'

export interface Trial {
  readonly replicas: readonly NodeId[]
  readonly clients: readonly Plan[]
  readonly network: Network
  readonly crashes?: Crashes
  /** With clocks. In random runs: nothing goes wrong after so many milliseconds. */
  readonly timed?: true | { readonly faultsUntil: number }
  /** Without clocks: the replicas whose timers fire, at any moment. The others’ take longer than everything else. Left out: all do. */
  readonly impatient?: readonly NodeId[]
  /** The pairs of replicas between which messages arrive, by their names. Left out: all. */
  readonly links?: readonly string[]
  /** With clocks: sides between which nothing arrives. Left out: all are on one. */
  readonly sides?: readonly (readonly NodeId[])[]
  /** With clocks: the sides are one again from so many milliseconds after the start on. Left out: they stay apart. */
  readonly healsAt?: number
  /** Replicas that have crashed and do not come back. */
  readonly down?: readonly NodeId[]
}

/** Milliseconds that a message takes; in random runs, anything from one to this. */
export const LATENCY = 10

/** What clocks show where none goes. No two agree, and none with the order of the names. */
const CLOCKS = [2_000, 3_000, 1_000]

/** In random runs clocks are wrong by as much, in milliseconds, and some go wrong by so many thousandths. */
const JUMPS = [-5_000, -300, 400, 5_000]
const DRIFT = [-50, 0, 80, 20, 0]

/** A replica that has crashed. */
const silent: AnyNodeDefinition = node<Record<string, never>, Messages>({ init: () => ({}), on: {} })

/** The answer in a trial. */
export function system(trial: Trial, { definition, probe }: Answer): System {
  const {
    replicas,
    clients,
    network,
    crashes = null,
    timed,
    impatient = [],
    links,
    sides = [],
    healsAt,
    down = [],
  } = trial
  const sideOf = (replica: NodeId): readonly NodeId[] =>
    sides.find((side) => side.includes(replica)) ?? replicas
  const isLinked = (one: NodeId, other: NodeId): boolean =>
    one === other || links === undefined || links.includes(one + other) || links.includes(other + one)
  const random = timed !== undefined && timed !== true ? timed : null
  const served = clients.filter(
    ({ at, pause = 0, from = 0 }) =>
      (sideOf(at).length * 2 > replicas.length || (healsAt !== undefined && from >= healsAt)) &&
      (random === null || pause > random.faultsUntil),
  )
  return {
    nodes: [
      ...replicas.map((id, index) => ({
        id,
        role: 'replica',
        definition: connected(down.includes(id) ? silent : definition, {
          cut: replicas.filter((other) => !sideOf(id).includes(other) || !isLinked(id, other)),
          ...(healsAt !== undefined && { healsAt }),
          ...(random === null && { clock: CLOCKS[index % CLOCKS.length]! }),
          ...(timed === undefined && { timers: impatient.includes(id) ? 'once' : 'never' }),
        }),
        probe: down.includes(id) ? null : probe,
      })),
      ...clients.map((plan) => ({
        id: plan.id,
        role: 'client',
        definition: client(
          plan,
          clients.filter(({ after = [] }) => after.includes(plan.id)).map(({ id }) => id),
          timed !== undefined,
        ),
      })),
    ],
    roles,
    network,
    crashes,
    ...(timed === true && { time: { latencies: [LATENCY] } }),
    ...(random && {
      time: {
        latencies: [LATENCY],
        spread: { kind: 'uniform', from: 1, to: LATENCY },
        readers: ['replica'],
        drift: Object.fromEntries(replicas.map((id, index) => [id, DRIFT[index % DRIFT.length]!])),
        jumps: { roles: ['replica'], milliseconds: JUMPS, limit: 3 },
        faultsUntil: random.faultsUntil,
      },
    }),
    history,
    properties: [
      isLinearizable,
      refused,
      ...(timed === undefined ? [] : [answered]),
      ...(timed === undefined || served.length === 0
        ? []
        : [random || healsAt !== undefined ? neverRefused(served) : available(served)]),
    ],
  }
}

const ONCE: Network = { duplicates: 0, drops: 0 }
const REPEATING: Network = { duplicates: 'unlimited', drops: 0 }
const CRASH: Crashes = { roles: ['replica'], limit: 1, restart: 'at once' }
const OFTEN: Crashes = { ...CRASH, limit: 'unlimited' }

const A_TO_C = ['A', 'B', 'C']
const A_TO_E = [...A_TO_C, 'D', 'E']
const A_TO_G = [...A_TO_E, 'F', 'G']

const FAULTS_UNTIL = 4_000

/** So many reads, one after the other. */
const reads = (times: number): null[] => Array.from({ length: times }, () => null)

const PLANS: readonly (readonly (string | null)[])[] = [
  ['p', null, 'q', null],
  [null, 'r', null, 's'],
  ['t', null, null, 'u'],
  [null, null, 'v', null],
  ['w', null, 'x', null],
]

/** Trials of which every interleaving is looked at. */
export const explored: { readonly [id: string]: Trial & { readonly statesMax: number } } = {
  'one-client': {
    replicas: A_TO_C,
    clients: [{ id: 'K1', at: 'A', does: ['x', null] }],
    network: REPEATING,
    impatient: A_TO_C,
    crashes: OFTEN,
    statesMax: 200_000,
  },
  writers: {
    replicas: A_TO_C,
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'B', does: ['y'], after: ['K1'] },
      { id: 'K3', at: 'A', does: ['z'], after: ['K2'] },
      { id: 'K4', at: 'C', does: [null], after: ['K3'] },
    ],
    network: REPEATING,
    statesMax: 200_000,
  },
  crash: {
    replicas: A_TO_C,
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'B', does: [null], after: ['K1'] },
    ],
    network: REPEATING,
    crashes: OFTEN,
    statesMax: 200_000,
  },
  late: {
    replicas: A_TO_C,
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'B', does: [null, null] },
    ],
    network: REPEATING,
    impatient: A_TO_C,
    statesMax: 200_000,
  },
  between: {
    replicas: A_TO_C,
    links: ['AB', 'AC'],
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'C', does: [null, 'y', null] },
    ],
    network: ONCE,
    statesMax: 200_000,
  },
  'given-up': {
    replicas: A_TO_C,
    links: ['AC'],
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'C', does: [null, 'y', null] },
    ],
    network: ONCE,
    impatient: ['A'],
    statesMax: 200_000,
  },
  apart: {
    replicas: A_TO_G,
    sides: [A_TO_C, ['D', 'E', 'F', 'G']],
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'D', does: [null], after: ['K1'] },
    ],
    network: REPEATING,
    statesMax: 200_000,
  },
  five: {
    replicas: A_TO_E,
    // A and B share a majority with D, and C another, which has nothing but D in common with it.
    links: ['AB', 'AD', 'BD', 'CD', 'CE'],
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'B', does: [null] },
      { id: 'K3', at: 'C', does: [null], after: ['K2'] },
    ],
    network: REPEATING,
    statesMax: 200_000,
  },
  inversion: {
    replicas: A_TO_C,
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'B', does: [null] },
      { id: 'K3', at: 'C', does: [null], after: ['K2'] },
    ],
    network: REPEATING,
    statesMax: 200_000,
  },
  ties: {
    replicas: A_TO_C,
    links: ['AC', 'BC'],
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'B', does: ['y'] },
      { id: 'K3', at: 'C', does: [null], after: ['K2'] },
      { id: 'K4', at: 'B', does: [null], after: ['K3'] },
    ],
    network: REPEATING,
    statesMax: 200_000,
  },
  again: {
    replicas: A_TO_C,
    links: ['AB', 'AC'],
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'A', does: ['y'] },
      { id: 'K3', at: 'B', does: [null], after: ['K2'] },
      { id: 'K4', at: 'C', does: [null], after: ['K3'] },
    ],
    network: REPEATING,
    crashes: CRASH,
    statesMax: 200_000,
  },
  calm: {
    replicas: A_TO_C,
    clients: [
      { id: 'K1', at: 'A', does: ['x', null] },
      { id: 'K2', at: 'B', does: ['y'] },
      { id: 'K3', at: 'A', does: [null] },
    ],
    network: ONCE,
    timed: true,
    statesMax: 200_000,
  },
  minority: {
    replicas: A_TO_C,
    sides: [['A'], ['B', 'C']],
    clients: [
      { id: 'K1', at: 'A', does: ['x', null] },
      { id: 'K2', at: 'B', does: ['y'] },
      { id: 'K3', at: 'C', does: [null], after: ['K2'] },
      { id: 'K4', at: 'A', does: [null], pause: 300 },
      { id: 'K5', at: 'A', does: [null], pause: 600 },
      { id: 'K6', at: 'A', does: [null], pause: 900 },
    ],
    network: ONCE,
    timed: true,
    statesMax: 200_000,
  },
  // Whatever fires at A once it is connected again fires while a read is under way.
  healing: {
    replicas: A_TO_C,
    sides: [['A'], ['B', 'C']],
    healsAt: 450,
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'A', does: reads(9), from: 455 },
      { id: 'K3', at: 'A', does: reads(9), from: 485 },
    ],
    network: ONCE,
    timed: true,
    statesMax: 200_000,
  },
  'healing-soon': {
    replicas: A_TO_C,
    sides: [['A'], ['B', 'C']],
    healsAt: 15,
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'A', does: reads(8), from: 20 },
      { id: 'K3', at: 'A', does: reads(8), from: 50 },
    ],
    network: ONCE,
    timed: true,
    statesMax: 200_000,
  },
  halves: {
    replicas: ['A', 'B', 'C', 'D'],
    sides: [
      ['A', 'B'],
      ['C', 'D'],
    ],
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'C', does: [null], after: ['K1'] },
    ],
    network: ONCE,
    timed: true,
    statesMax: 200_000,
  },
  'four-of-seven': {
    replicas: A_TO_G,
    down: ['E', 'F', 'G'],
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'C', does: [null], after: ['K1'] },
    ],
    network: ONCE,
    timed: true,
    statesMax: 200_000,
  },
}

/** More operations, more replicas and more faults than can be looked at in full. */
export const random: {
  readonly [id: string]: Trial & {
    readonly runs: number
    readonly stepsMax: number
    readonly milliseconds?: number
  }
} = {
  partitions: {
    replicas: A_TO_E,
    clients: [
      ...A_TO_E.map((at, index) => ({
        id: `K${index + 1}`,
        at,
        does: PLANS[index]!,
        pause: 200 + 70 * index,
      })),
      { id: 'K6', at: 'B', does: ['z'], pause: FAULTS_UNTIL + 1_000 },
      { id: 'K7', at: 'D', does: [null], after: ['K6'], pause: FAULTS_UNTIL + 1_000 },
    ],
    network: { ...ONCE, partitions: { roles: ['replica'], limit: 3, milliseconds: [100, 1_500] } },
    timed: { faultsUntil: FAULTS_UNTIL },
    runs: 24,
    stepsMax: 5_000,
    milliseconds: 20_000,
  },
}
