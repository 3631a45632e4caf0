/**
 * The registers of this chapter: five replicas, or three, under the two rules between which one has to choose while the network is cut.
 * A replica is the solution of the exercise in which the learner writes it.
 */
import { fields, number, record, string } from '../../../engine/actors/fields.ts'
import { RELIABLE, type AnyNodeDefinition, type Role, type System } from '../../../engine/actors/system.ts'
import type { NodeId } from '../../../engine/api.ts'
import always from '../../../exercises/ap-register/solution.ts'
import majority from '../../../exercises/cp-register/solution.ts'
import { isLinearizable, roles } from '../../../exercises/cp-register/properties.ts'
import { ANSWERS, clientRole, clientsAt, history } from './clients.ts'

/** `majority`: no answer without a majority of the replicas. `always`: each replica answers by itself, and they tell each other. */
export type Rule = 'majority' | 'always'

export const RULES: readonly Rule[] = ['majority', 'always']

const DEFINITIONS: Readonly<Record<Rule, AnyNodeDefinition>> = { majority, always }

export const A_TO_E = ['A', 'B', 'C', 'D', 'E'] as const

/** Milliseconds that a message takes, and between two rounds in which the replicas of an always-answering register tell each other. */
export const LATENCY = 10
export const GOSSIP = 150

const stamp = record({ counter: number, writer: string })

/** What the replicas of both say. */
const replicaRole: Role = {
  sends: {
    ...roles.replica.sends,
    ...ANSWERS,
    gossip: fields({ news: record({ value: string, stamp }) }),
  },
  observe: ({ state }) => heldBy(state),
}

/** What a replica holds, under either rule: null for nothing. */
export function heldBy(state: unknown): string | null {
  const { held, version } = (state ?? {}) as {
    held?: { value: string | null }
    version?: { value: string } | null
  }
  return held?.value ?? version?.value ?? null
}

/** The fields in which a replica keeps it, for the views. */
export const HELD = { replica: ['held.value', 'version.value'] } as const

/** Replicas with clocks, and clients that one can use: each attached to a replica. */
export function registerOf(
  rule: Rule,
  attached: Readonly<Record<NodeId, NodeId>>,
  { replicas = A_TO_E, latency = LATENCY }: { replicas?: readonly NodeId[]; latency?: number } = {},
): System {
  return {
    nodes: [
      ...clientsAt(attached),
      ...replicas.map((id) => ({ id, role: 'replica', definition: DEFINITIONS[rule] })),
    ],
    roles: { client: clientRole, replica: replicaRole },
    network: { ...RELIABLE, drops: Infinity },
    crashes: { roles: ['replica'], limit: 'unlimited', restart: 'later' },
    history,
    properties: [isLinearizable],
    time: { latencies: [latency], timeouts: { gossip: [GOSSIP] } },
  }
}
