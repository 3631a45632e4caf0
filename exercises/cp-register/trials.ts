/**
 * What cp-register is tried on. Where every interleaving is looked at there is no clock: a message may take any time, which is what a
 * partition does, and a timer may fire at any moment. Whether clients are answered is looked at with clocks, and with replicas that nothing reaches.
 */
import type { Crashes, Network, System, SystemProperty } from '../../engine/actors/system.ts'
import type { NodeId } from '../../engine/api.ts'
import type { Answer } from '../../engine/exercise.ts'
import { type Plan, client, connected } from './clients.ts'
import { answered, available, history, isLinearizable, refused, roles } from './properties.ts'

export interface Trial {
  readonly replicas: readonly NodeId[]
  readonly clients: readonly Plan[]
  readonly network: Network
  readonly crashes?: Crashes
  /** With clocks. */
  readonly timed?: true
  /** With clocks: sides between which nothing arrives. Left out: all are on one. */
  readonly sides?: readonly (readonly NodeId[])[]
}

/** Milliseconds that a message takes. */
export const LATENCY = 10

/** What clocks show where none goes. No two agree, and none with the order of the names. */
const CLOCKS = [2_000, 3_000, 1_000]

/** The answer in a trial. */
export function system(trial: Trial, { definition, probe }: Answer): System {
  const { replicas, clients, network, crashes = null, timed = false, sides = [] } = trial
  const sideOf = (replica: NodeId): readonly NodeId[] =>
    sides.find((side) => side.includes(replica)) ?? replicas
  const properties: SystemProperty[] = [isLinearizable, refused]
  if (timed) {
    const connectedTo = clients.filter(({ at }) => sideOf(at).length * 2 > replicas.length)
    const operations = connectedTo.reduce((sum, { does }) => sum + does.length, 0)
    properties.push(answered)
    if (operations > 0)
      properties.push(
        available(
          connectedTo.map(({ id }) => id),
          operations,
        ),
      )
  }
  return {
    nodes: [
      ...replicas.map((id, index) => ({
        id,
        role: 'replica',
        definition: connected(definition, {
          cut: replicas.filter((other) => !sideOf(id).includes(other)),
          clock: CLOCKS[index % CLOCKS.length]!,
        }),
        probe,
      })),
      ...clients.map((plan) => ({
        id: plan.id,
        role: 'client',
        definition: client(
          plan,
          clients.filter(({ after = [] }) => after.includes(plan.id)).map(({ id }) => id),
          timed,
        ),
      })),
    ],
    roles,
    network,
    crashes,
    ...(timed && { time: { latencies: [LATENCY] } }),
    history,
    properties,
  }
}

const ONCE: Network = { duplicates: 0, drops: 0 }
const REPEATING: Network = { duplicates: 'unlimited', drops: 0 }
const CRASH: Crashes = { roles: ['replica'], limit: 1, restart: 'at once' }
const OFTEN: Crashes = { ...CRASH, limit: 'unlimited' }

const A_TO_C = ['A', 'B', 'C']

/** Trials of which every interleaving is looked at. */
export const explored: { readonly [id: string]: Trial & { readonly statesMax: number } } = {
  'one-client': {
    replicas: A_TO_C,
    clients: [{ id: 'K1', at: 'A', does: ['x', null] }],
    network: REPEATING,
    crashes: OFTEN,
    statesMax: 1_000_000,
  },
  inversion: {
    replicas: A_TO_C,
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'B', does: [null] },
      { id: 'K3', at: 'C', does: [null], after: ['K2'] },
    ],
    network: REPEATING,
    statesMax: 1_000_000,
  },
  writers: {
    replicas: A_TO_C,
    clients: [
      { id: 'K1', at: 'B', does: ['x'] },
      { id: 'K2', at: 'A', does: ['y'], after: ['K1'] },
      { id: 'K3', at: 'C', does: [null], after: ['K2'] },
    ],
    network: REPEATING,
    statesMax: 1_000_000,
  },
  ties: {
    replicas: A_TO_C,
    clients: [
      { id: 'K1', at: 'A', does: ['x', null] },
      { id: 'K2', at: 'B', does: ['y', null] },
    ],
    network: REPEATING,
    statesMax: 1_000_000,
  },
  together: {
    replicas: A_TO_C,
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'A', does: ['y'] },
      { id: 'K3', at: 'B', does: [null], after: ['K1', 'K2'] },
    ],
    network: REPEATING,
    statesMax: 1_000_000,
  },
  crash: {
    replicas: A_TO_C,
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'B', does: [null], after: ['K1'] },
    ],
    network: REPEATING,
    crashes: OFTEN,
    statesMax: 1_000_000,
  },
  again: {
    replicas: A_TO_C,
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'A', does: ['y'] },
      { id: 'K3', at: 'B', does: [null], after: ['K2'] },
      { id: 'K4', at: 'C', does: [null], after: ['K3'] },
    ],
    network: REPEATING,
    crashes: CRASH,
    statesMax: 1_000_000,
  },
  calm: {
    replicas: A_TO_C,
    clients: [
      { id: 'K1', at: 'A', does: ['x', null] },
      { id: 'K2', at: 'B', does: ['y'] },
    ],
    network: ONCE,
    timed: true,
    statesMax: 1_000_000,
  },
  minority: {
    replicas: A_TO_C,
    sides: [['A'], ['B', 'C']],
    clients: [
      { id: 'K1', at: 'A', does: ['x', null] },
      { id: 'K2', at: 'B', does: ['y'] },
      { id: 'K3', at: 'C', does: [null], after: ['K2'] },
    ],
    network: ONCE,
    timed: true,
    statesMax: 1_000_000,
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
    statesMax: 1_000_000,
  },
  'three-of-five': {
    replicas: ['A', 'B', 'C', 'D', 'E'],
    sides: [['A', 'B', 'C'], ['D'], ['E']],
    clients: [
      { id: 'K1', at: 'A', does: ['x'] },
      { id: 'K2', at: 'C', does: [null], after: ['K1'] },
    ],
    network: ONCE,
    timed: true,
    statesMax: 1_000_000,
  },
}
