/**
 * The page on the trade-off: what a register keeps by majorities while a part of it is cut off, and what one keeps that always answers.
 * The systems are those on which the exercises try answers, with their solutions.
 */
import type { System, SystemProperty, View } from '../../../engine/actors/system.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import type { Action } from '../../../engine/model.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import always from '../../../exercises/ap-register/solution.ts'
import { write } from '../../../exercises/ap-register/clients.ts'
import { system as alwaysSystem } from '../../../exercises/ap-register/trials.ts'
import type { Plan } from '../../../exercises/cp-register/clients.ts'
import { isLinearizable, operationsIn } from '../../../exercises/cp-register/properties.ts'
import majority from '../../../exercises/cp-register/solution.ts'
import { system as majoritySystem, type Trial } from '../../../exercises/cp-register/trials.ts'
import type { Check } from '../check.ts'
import { explored } from '../locks/declared.ts'
import type { Prediction } from '../prediction.ts'
import { played } from '../services/script.ts'
import { clientsAt, inTurn } from './clients.ts'
import { choiceRun, cut, does, operationsOf, over, registerSystem } from './register-figures.ts'
import { type Rule, registerOf } from './registers.ts'

const THREE = ['A', 'B', 'C'] as const

const withProperties = (trial: Trial, ...properties: readonly SystemProperty[]): System => ({
  ...majoritySystem(trial, { definition: majority, probe: null }),
  properties,
})

/** Messages may be late for as long as one likes, as between two sides, and come again; and replicas may give up at any moment. */
const anyDelay = (): System =>
  withProperties(
    {
      replicas: THREE,
      clients: [
        { id: 'K1', at: 'A', does: ['x'] },
        { id: 'K2', at: 'B', does: [null] },
        { id: 'K3', at: 'C', does: [null], after: ['K2'] },
      ],
      network: { duplicates: 'unlimited', drops: 0 },
    },
    isLinearizable,
  )

const MINORITY: Plan = { id: 'K1', at: 'A', does: ['x', null] }
const MAJORITY: readonly Plan[] = [
  { id: 'K2', at: 'B', does: ['y', null] },
  { id: 'K3', at: 'C', does: [null] },
]

const seenOf = (view: View, { id }: Plan) => operationsIn(view).filter(({ client }) => client === id)

const majorityDone: SystemProperty = {
  id: 'majority-goes-on',
  kind: 'eventually',
  reached: (view) =>
    MAJORITY.every((plan) => {
      const own = seenOf(view, plan)
      return (
        own.length === plan.does.length &&
        own.every(({ outcome }) => outcome === 'value' || outcome === 'written')
      )
    }),
}

/** It is told that it can’t be had, and nothing else: nothing that may be old, and no silence. */
const minorityRefused: SystemProperty = {
  id: 'minority-refuses',
  kind: 'eventually',
  reached(view) {
    const own = seenOf(view, MINORITY)
    return own.length === MINORITY.does.length && own.every(({ outcome }) => outcome === 'refused')
  },
}

/** Both at once: A has refused, and the others have done all that they were asked for. */
const bothSides: SystemProperty = {
  id: 'goes-on-without-a-minority',
  kind: 'sometimes',
  reached: (view) =>
    [majorityDone, minorityRefused].every((one) => one.kind === 'eventually' && one.reached(view)),
}

/** A is cut off with K1, with clocks. */
const cutOff =
  (...properties: readonly SystemProperty[]) =>
  (): System =>
    withProperties(
      {
        replicas: THREE,
        sides: [['A'], ['B', 'C']],
        clients: [MINORITY, ...MAJORITY],
        network: { duplicates: 0, drops: 0 },
        timed: true,
      },
      ...properties,
    )

/** The solution of ap-register with clients that ask at any moment; replicas tell each other at most once. */
const alwaysAnswers = (): System => {
  const whole = registerOf('always', { K1: 'A', K2: 'B' }, { replicas: ['A', 'B'] })
  const { time: _, ...untimed } = whole
  return {
    ...untimed,
    nodes: [
      ...clientsAt({ K1: 'A', K2: 'B' }, { K1: { asks: inTurn(['write']) }, K2: { asks: inTurn(['read']) } }),
      ...whole.nodes.filter(({ role }) => role === 'replica'),
    ],
    network: { duplicates: 0, drops: 0 },
    crashes: null,
  }
}

/** Two replicas of it, which are written at both, and tell each other again and again; a message is lost for good. */
const converging = (): System => {
  const whole = alwaysSystem(
    {
      replicas: ['A', 'B'],
      clients: { K1: [write('A', 'x')], K2: [write('B', 'y')] },
      network: { duplicates: 'unlimited', drops: 1 },
      asks: ['converges'],
    },
    { definition: always, probe: null },
  )
  return { ...whole, properties: whole.properties.filter(({ id }) => id === 'converges') }
}

export const checks: readonly Check[] = [
  explored('C26/linearizable', 'holds', 'linearizable', anyDelay, 'cp-register'),
  explored('C26/majority', 'holds', 'majority-goes-on', cutOff(majorityDone)),
  explored('C26/minority', 'holds', 'minority-refuses', cutOff(minorityRefused)),
  explored('C26/cut-off', 'holds', 'linearizable', cutOff(isLinearizable), 'cp-register'),
  explored('E22/goes-on', 'reached', 'goes-on-without-a-minority', cutOff(bothSides)),
  explored('C27/stale', 'fails', 'linearizable', alwaysAnswers),
  explored('C27/converges', 'holds', 'converges', converging, 'ap-register'),
]

/** A run as a question: what has happened before the first frame of which something holds, and what comes until another one of which something does. */
function asked(
  run: () => Run,
  from: (frame: Frame) => boolean,
  to: (frame: Frame) => boolean = () => false,
): Pick<Prediction, 'before' | 'next'> {
  const split = (): readonly [readonly Action[], readonly Action[]] => {
    const { frames, steps } = run().record
    const first = frames.findIndex(from)
    const last = frames.findIndex((frame, place) => place >= first && to(frame))
    const actions = steps.map(({ action }) => action)
    return [actions.slice(0, first), actions.slice(first, last < 0 ? undefined : last)]
  }
  return { before: () => split()[0], next: () => split()[1] }
}

/** How the last operation of a client has ended, or what it has read. */
function endOf({ record }: Run, client: string): string {
  const { done, outcome, value } = operationsOf(record.frames.at(-1)!, client).at(-1)!
  return done ? (outcome ?? String(value)) : 'waits'
}

/** So many of a client’s operations have begun. */
const begun =
  (client: string, count: number) =>
  (frame: Frame): boolean =>
    operationsOf(frame, client).length >= count

const choice = (rule: Rule) => () => choiceRun(rule)

/** Four replicas, cut in the middle. */
const four = (): System => registerOf('majority', { K1: 'A', K2: 'C' }, { replicas: ['A', 'B', 'C', 'D'] })
const halves = (): Run =>
  played(
    four(),
    [
      cut(
        () => true,
        [
          ['A', 'B', 'K1'],
          ['C', 'D', 'K2'],
        ],
      ),
      does('K1', 'write'),
      does('K2', 'write'),
    ],
    (frame) => over('K1', 1)(frame) && over('K2', 1)(frame),
    undefined,
    'lost',
  )

export const predictions: readonly Prediction[] = [
  {
    id: 'cap/minority-read',
    system: () => registerSystem('majority'),
    ...asked(choice('majority'), begun('K2', 2), over('K2', 2)),
    answer: (run) => endOf(run, 'K2'),
  },
  {
    id: 'cap/always-read',
    system: () => registerSystem('always'),
    ...asked(choice('always'), begun('K2', 2), over('K2', 2)),
    answer: (run) => endOf(run, 'K2'),
  },
  {
    id: 'cap/winner',
    system: () => registerSystem('always'),
    ...asked(choice('always'), (frame) => frame.groups === null && over('K2', 3)(frame)),
    answer: (run) => endOf(run, 'K2'),
  },
  {
    id: 'cap/two-of-four',
    system: four,
    ...asked(halves, begun('K2', 1)),
    answer(run) {
      const done = ['K1', 'K2'].filter(
        (client) => !['refused', 'unknown', 'waits'].includes(endOf(run, client)),
      )
      return done.length === 2 ? 'both' : done.length === 1 ? 'one' : 'neither'
    },
  },
]
