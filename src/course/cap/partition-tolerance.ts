/**
 * The page on partition tolerance: that at most two of three can be had is no menu, and that what the note means by P can’t be had at all:
 * it asks for C and A while the network is cut, and no strategy of a register on two nodes has both.
 */
import type { System, SystemProperty } from '../../../engine/actors/system.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import { isLinearizable, operationsIn } from '../../../exercises/cp-register/properties.ts'
import majority from '../../../exercises/cp-register/solution.ts'
import { system as majoritySystem } from '../../../exercises/cp-register/trials.ts'
import type { Plan } from '../../../exercises/cp-register/clients.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check } from '../check.ts'
import { explored } from '../locks/declared.ts'
import type { Prediction } from '../prediction.ts'
import { nodeOf, played } from '../services/script.ts'
import { CHOICES, clientsAt, inTurn } from './clients.ts'
import { cut, does, over } from './register-figures.ts'
import { allAnswered, smallRegister } from './small-registers.ts'
import { BEHAVIOURS, LOOKS, SETTINGS, type Tried, exampleOf, tryAll } from './strategies.ts'
import { SHOWN, shownRun, shownSystem, strategyRun } from './strategy-runs.ts'

const CLIENTS: readonly Plan[] = [
  { id: 'K1', at: 'A', does: ['x', null] },
  { id: 'K2', at: 'B', does: ['y', null] },
]

/** Everybody is told what he asked for. */
const everybodyServed: SystemProperty = {
  id: 'everybody-served',
  kind: 'eventually',
  reached: (view) => {
    const operations = operationsIn(view)
    return (
      operations.length === CLIENTS.reduce((sum, plan) => sum + plan.does.length, 0) &&
      operations.every(({ outcome }) => outcome === 'value' || outcome === 'written')
    )
  },
}

/** A majority register in a network that is whole, with clocks. */
const whole = (property: SystemProperty) => (): System => ({
  ...majoritySystem(
    { replicas: ['A', 'B', 'C'], clients: CLIENTS, network: { duplicates: 0, drops: 0 }, timed: true },
    { definition: majority, probe: null },
  ),
  properties: [property],
})

/** A register that is “CA”: a write is done when all have it. What A tells B is lost. */
const ca = (): System =>
  smallRegister(
    'all-first',
    ['A', 'B'],
    clientsAt({ K1: 'A', K2: 'B' }, { K1: { asks: inTurn(['write']) }, K2: { asks: inTurn(['read']) } }),
    { network: { duplicates: 0, drops: 1 }, properties: [allAnswered(2)] },
  )

const caByHand = (): System =>
  smallRegister('all-first', ['A', 'B', 'C'], clientsAt({ K1: 'A', K2: 'C' }), { timed: true })

/** The same with clocks: the network is cut, K1 writes on one side, and K2 reads on the other. */
const caRun = (): Run =>
  played(
    caByHand(),
    [
      does('K1', 'write'),
      does('K2', 'read', over('K1', 1)),
      cut(over('K2', 1), [
        ['A', 'K1'],
        ['B', 'C', 'K2'],
      ]),
      does('K1', 'write'),
      does('K2', 'read'),
    ],
    () => false,
    undefined,
    'lost',
  )

/** Tried once in a build. */
let known: Tried | null = null
export const tried = (): Tried => (known ??= tryAll())

export const checks: readonly Check[] = [
  explored('E18/linearizable', 'holds', 'linearizable', whole(isLinearizable), 'cp-register'),
  explored('E18/served', 'holds', 'everybody-served', whole(everybodyServed)),
  {
    ...explored('E18/ca', 'fails', 'all-answered', ca),
    after: [{ fire: 'K1', timer: 'ask:write' }, ['K1', 'write', 'A'], { lose: ['A', 'copy', 'B'] }],
  },
  {
    kind: 'computed',
    id: 'E20/strategies',
    work() {
      const { by, ...counts } = tried()
      return {
        ...counts,
        looks: LOOKS,
        settings: SETTINGS.length,
        ...Object.fromEntries(BEHAVIOURS.map((one) => [one, by[one].strategies])),
      }
    },
    holds: ({ both, whole: some, available, consistent }) =>
      both === 0 && [some, available, consistent].every((count) => Number(count) > 0),
    words: 'check.strategies',
  },
]

export const figures: readonly FigureDefinition[] = [
  {
    id: 'cap/ca',
    shows: 'E18/ca',
    variants: ['script'],
    system: caByHand,
    script: () => caRun().record.steps.map(({ action }) => action),
    timers: true,
    store: { choices: CHOICES, kind: 'register' },
    fields: { replica: ['value'] },
    lanes: ['K1', 'A', 'B', 'C', 'K2'],
  },
  {
    id: 'cap/strategies',
    shows: 'E20/strategies',
    variants: Object.keys(SHOWN),
    system: shownSystem,
    script: (variant) => shownRun(variant).record.steps.map(({ action }) => action),
    timers: true,
    store: { choices: [], kind: 'register' },
    fields: { replica: ['asked', 'heard'] },
    lanes: ['K1', 'A', 'B', 'K2'],
  },
]

const stateOf = ({ record }: Run, node: string): string =>
  JSON.stringify(nodeOf(record.frames.at(-1)!, node).state)

const READS_OLD = () => exampleOf('reads-old')
/** The same on B’s side, with somebody who writes at A, or nobody; or with A down from the start. */
const withWrite = (): Run => strategyRun(READS_OLD(), { writes: true, cut: true })
const without = (): Run => strategyRun(READS_OLD(), { writes: false, cut: true })
const crashed = (): Run => strategyRun(READS_OLD(), { writes: false, cut: false, crashed: true })

const half = (run: Run) => {
  const actions = run.record.steps.map(({ action }) => action)
  const place = run.record.steps.findIndex(({ node, action }) => node === 'K2' && action.kind === 'fire')
  return [actions.slice(0, place), actions.slice(place)] as const
}

export const predictions: readonly Prediction[] = [
  {
    id: 'cap/ca-write',
    system: caByHand,
    before: () => {
      const { record } = caRun()
      const place = record.frames.findIndex((frame) => frame.groups !== null)
      return record.steps.slice(0, place).map(({ action }) => action)
    },
    next: (before) =>
      caRun()
        .record.steps.slice(before.length)
        .map(({ action }) => action),
    answer: ({ record }) => (over('K1', 2)(record.frames.at(-1)!) ? 'answered' : 'never'),
  },
  {
    // B, at the end of a run in which K1 has written at A, and of one in which nobody has.
    id: 'cap/what-b-knows',
    system: () => shownSystem('old'),
    before: () => half(withWrite())[0],
    next: () => half(withWrite())[1],
    answer: (run) => (stateOf(run, 'B') === stateOf(without(), 'B') ? 'no' : 'yes'),
  },
  {
    id: 'cap/crash-or-cut',
    system: () => shownSystem('old'),
    before: () => half(without())[0],
    next: () => half(without())[1],
    answer: (run) => (stateOf(run, 'B') === stateOf(crashed(), 'B') ? 'no' : 'yes'),
  },
]
