/**
 * The cluster that one can use: three servers of Raft with a key-value store on them, and three clients. What it does under the right
 * rule, and what under two that are wrong.
 * Reference: D. Ongaro, "Consensus: Bridging Theory and Practice", 2014, sections 6.3 and 6.4.
 */
import type { AnyNodeDefinition, System } from '../../../engine/actors/system.ts'
import type { Action } from '../../../engine/model.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import type { Seen } from '../../../exercises/raft-safety/messages.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { ShownOperation } from '../../widgets/history/operations.ts'
import { type Moment, nodeOf, played } from '../services/script.ts'
import { CHOICES, clientRole, storeClient } from './store-clients.ts'
import { RIGHT, type Rule, type StoreMessages, serving, servingRole } from './store.ts'
import { A_TO_C, FEWER_HEARTBEATS, K, always, cluster } from './systems.ts'
import { type Own, takingAnswers } from './taking-answers.ts'

const L = 'L'
const M = 'M'
const CLIENTS = [K, L, M] as const

/** The rules that the figure can be run by. */
const RULES: Readonly<Record<string, Rule>> = {
  right: RIGHT,
  repeats: { ...RIGHT, repeats: 'unknown' },
  reads: { ...RIGHT, reads: 'at once' },
}

/** Three servers with a store, of which A leads first and of the others C is the first to miss it. */
export function storeSystem(rule: string, own: Own = {}): System {
  const whole = cluster({
    servers: A_TO_C,
    ...own,
    time: FEWER_HEARTBEATS,
    timeouts: { A: [150, ...always(290)], B: always(270), C: always(220) },
  })
  const known = new Map<AnyNodeDefinition, AnyNodeDefinition>()
  const withStore = (server: AnyNodeDefinition): AnyNodeDefinition => {
    const made = known.get(server) ?? serving(server, RULES[rule]!)
    known.set(server, made)
    return made
  }
  return {
    ...whole,
    nodes: [
      ...CLIENTS.map((id) => ({ id, role: 'client', definition: storeClient })),
      ...whole.nodes.map((one) => ({ ...one, definition: withStore(one.definition) })),
    ],
    roles: { client: clientRole, ...whole.roles, server: servingRole },
  }
}

const seenOf = (frame: Frame, id: string): Seen | null => nodeOf(frame, id).state as Seen | null
const leads = (frame: Frame, id: string): boolean => seenOf(frame, id)?.role === 'leader'
const operationsOf = (frame: Frame, client: string): readonly ShownOperation[] =>
  (nodeOf(frame, client).state?.['operations'] ?? []) as readonly ShownOperation[]
const answered = (frame: Frame, client: string, count: number): boolean =>
  operationsOf(frame, client).filter(({ done }) => done).length >= count

/** A client is made to do something, once something holds. */
const does = (client: string, choice: string, once: Moment['once'] = () => true): Moment => ({
  once,
  then: (actions: readonly Action[]) =>
    actions.find(
      (action) => action.kind === 'fire' && action.node === client && action.timer === `ask:${choice}`,
    ),
})
const cut = (once: Moment['once'], ...groups: readonly (readonly string[])[]): Moment => ({
  once,
  then: { kind: 'partition', groups },
})
const heal = (once: Moment['once']): Moment => ({ once, then: { kind: 'heal' } })
const aLeads = (frame: Frame): boolean => leads(frame, 'A')
const cLeads = (frame: Frame): boolean => leads(frame, 'C')

/** A with L on one side, the others on the other. */
const SIDES = [
  [L, 'A'],
  ['B', 'C', K, M],
] as const

/** L is cut off with A in the middle of an operation, and the others go on. It is done once the network is whole. */
const RIGHT_RUN: readonly Moment[] = [
  does(K, 'put x', aLeads),
  does(M, 'get x'),
  does(L, 'put y', (frame) => answered(frame, K, 1)),
  cut((frame) => answered(frame, L, 1) && answered(frame, M, 1), ...SIDES),
  does(L, 'append x'),
  does(M, 'get x', cLeads),
  does(K, 'append x', (frame) => answered(frame, M, 2)),
  heal((frame) => answered(frame, K, 2)),
  does(M, 'get x', (frame) => answered(frame, L, 2)),
]

/** A has carried K’s request out, and is cut off before K hears of it. K asks C, which carries it out again. */
const REPEATED: readonly Moment[] = [
  does(L, 'put x', aLeads),
  does(K, 'append x', (frame) => answered(frame, L, 1)),
  cut(
    ({ inFlight }) =>
      inFlight.some(
        ({ type, fields }) => type === 'answer' && (fields as StoreMessages['answer']).id === 'K1',
      ),
    ...SIDES,
  ),
  does(M, 'get x', (frame) => answered(frame, K, 1)),
]

/** A is cut off with L and takes itself for the leader still. K writes on the other side; then L reads at A. */
const STALE: readonly Moment[] = [
  does(L, 'put x', aLeads),
  does(M, 'get x', (frame) => answered(frame, L, 1)),
  cut((frame) => answered(frame, M, 1), ...SIDES),
  does(K, 'put x', cLeads),
  does(M, 'get x', (frame) => answered(frame, K, 1)),
  does(L, 'get x', (frame) => answered(frame, M, 2)),
]

const RUNS: Readonly<
  Record<string, { readonly moments: readonly Moment[]; readonly ends: (frame: Frame) => boolean }>
> = {
  right: { moments: RIGHT_RUN, ends: (frame) => answered(frame, M, 3) },
  repeats: { moments: REPEATED, ends: (frame) => answered(frame, M, 1) },
  reads: { moments: STALE, ends: (frame) => answered(frame, L, 2) },
}

/** @param rule one of the figure's variants @param as the script of another rule */
export function storeRun(rule: string, as = rule) {
  const { moments, ends } = RUNS[as]!
  return played(storeSystem(rule), moments, ends, undefined, 'lost')
}

export const figures: readonly FigureDefinition[] = [
  {
    id: 'raft/store',
    variants: Object.keys(RULES),
    system: (rule) => storeSystem(rule),
    answered: takingAnswers((own) => storeSystem('right', own)),
    script: (rule) => storeRun(rule).record.steps.map(({ action }) => action),
    fields: { server: ['term'] },
    timers: true,
    store: { choices: CHOICES, kind: 'raft' },
    lanes: [K, ...A_TO_C, L, M],
  },
]
