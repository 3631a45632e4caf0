/**
 * Pictures 5 and 6 of the note, alive: a register on five replicas with clients on both sides of a cut, under either rule. Its triangle
 * is three runs of one system; its choice is one script under two rules.
 */
import type { System } from '../../../engine/actors/system.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import type { Action } from '../../../engine/model.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { ShownOperation } from '../../widgets/history/operations.ts'
import { type Moment, nodeOf, played } from '../services/script.ts'
import { CHOICES } from './clients.ts'
import { A_TO_E, GOSSIP, HELD, LATENCY, type Rule, RULES, registerOf } from './registers.ts'

/** K2 asks on the side that is cut off. */
const ATTACHED = { K1: 'E', K2: 'B', K3: 'D' } as const
const SIDES = [
  ['A', 'B', 'K2'],
  ['C', 'D', 'E', 'K1', 'K3'],
] as const

export const registerSystem = (rule: Rule): System => registerOf(rule, ATTACHED)

export const operationsOf = (frame: Frame, client: string): readonly ShownOperation[] =>
  (nodeOf(frame, client).state?.['operations'] ?? []) as readonly ShownOperation[]

/** So many of the client’s operations are over. */
export const over =
  (client: string, count: number) =>
  (frame: Frame): boolean =>
    operationsOf(frame, client).filter(({ done }) => done).length >= count

/** A client is made to do something, once something holds. */
export const does = (client: string, f: 'read' | 'write', once: Moment['once'] = () => true): Moment => ({
  once,
  then: (actions: readonly Action[]) =>
    actions.find((action) => action.kind === 'fire' && action.node === client && action.timer === `ask:${f}`),
})
export const cut = (once: Moment['once'], groups: readonly (readonly string[])[] = SIDES): Moment => ({
  once,
  then: { kind: 'partition', groups },
})
export const heal = (once: Moment['once']): Moment => ({ once, then: { kind: 'heal' } })

/** Both of two things hold. */
const both =
  (one: Moment['once'], other: Moment['once']): Moment['once'] =>
  (frame) =>
    one(frame) && other(frame)

/** So long after the moment before it that replicas that tell each other have done so; those that don’t need no time for it. */
function told(rule: Rule): Moment['once'] {
  let since: number | undefined
  return ({ now = 0 }) => rule === 'majority' || now >= (since ??= now) + GOSSIP + LATENCY
}

/** All replicas hold the same. */
const inStep = (frame: Frame): boolean => {
  const held = A_TO_E.map((id) =>
    JSON.stringify(nodeOf(frame, id).state?.['held'] ?? nodeOf(frame, id).state?.['version']),
  )
  return new Set(held).size === 1
}

/** Everybody asks, of whichever replica, and everybody is answered. */
const WHOLE: readonly Moment[] = [
  does('K1', 'write'),
  does('K2', 'read'),
  does('K3', 'read', over('K1', 1)),
  does('K2', 'write', both(over('K2', 1), over('K3', 1))),
  does('K1', 'read', over('K2', 2)),
]

/** The same, with the network cut in the middle. */
const cutInTheMiddle = (rule: Rule): readonly Moment[] => [
  does('K1', 'write'),
  does('K2', 'read', both(over('K1', 1), inStep)),
  cut(over('K2', 1)),
  does('K1', 'write'),
  does('K2', 'read', over('K1', 2)),
  does('K3', 'read', told(rule)),
]

/** The network is cut for a while, both sides are asked for both, and then it is whole again. */
const choice = (rule: Rule): readonly Moment[] => [
  ...cutInTheMiddle(rule),
  does('K2', 'write', both(over('K2', 2), over('K3', 1))),
  heal(over('K2', 3)),
  does('K3', 'read', told(rule)),
  does('K2', 'read'),
]

const run = (rule: Rule, moments: readonly Moment[], end: (frame: Frame) => boolean): Run =>
  played(registerSystem(rule), moments, end, undefined, 'lost')

const TRIANGLE: Readonly<Record<string, { readonly rule: Rule; readonly run: () => Run }>> = {
  whole: { rule: 'majority', run: () => run('majority', WHOLE, both(over('K1', 2), over('K2', 2))) },
  majority: {
    rule: 'majority',
    run: () => run('majority', cutInTheMiddle('majority'), both(over('K2', 2), over('K3', 1))),
  },
  always: {
    rule: 'always',
    run: () => run('always', cutInTheMiddle('always'), both(over('K2', 2), over('K3', 1))),
  },
}

/** The run of picture 6 under a rule. */
export const choiceRun = (rule: Rule): Run => run(rule, choice(rule), both(over('K2', 4), over('K3', 2)))

const actionsOf = ({ record }: Run): readonly Action[] => record.steps.map(({ action }) => action)

const shown = {
  fields: HELD,
  timers: true,
  store: { choices: CHOICES, kind: 'register' },
  lanes: ['K1', 'K3', ...A_TO_E, 'K2'],
} as const

export const figures: readonly FigureDefinition[] = [
  {
    ...shown,
    id: 'cap/triangle',
    pictures: ['F5'],
    variants: Object.keys(TRIANGLE),
    system: (variant) => registerSystem(TRIANGLE[variant]!.rule),
    script: (variant) => actionsOf(TRIANGLE[variant]!.run()),
  },
  {
    ...shown,
    id: 'cap/choice',
    shows: 'E22/goes-on',
    pictures: ['F6'],
    variants: RULES,
    system: (rule) => registerSystem(rule as Rule),
    script: (rule) => actionsOf(choiceRun(rule as Rule)),
  },
]
